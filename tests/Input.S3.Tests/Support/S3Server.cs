using System.Diagnostics;
using System.Globalization;
using KMeans.Storage;

namespace KMeans.Input.S3.Tests.Support;

/// <summary>A real S3 server on loopback, started once for all tests; each takes a folder of its own in the one bucket.</summary>
public sealed class S3Server : IDisposable
{
    /// <summary>The bucket.</summary>
    public const string Bucket = "data";

    /// <summary>The server's own user, and password.</summary>
    public const string Key = "S3RVER";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("kmeans-s3-").FullName;
    private readonly Process? process;

    public S3Server()
    {
        // The SDK finds the credentials where it always does.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", Key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", Key);
        if (!Prerequisite.Has(Prerequisite.S3Server))
        {
            return;
        }

        // Listings of more than a thousand objects need a cipher that OpenSSL 3 counts as old.
        var start = new ProcessStartInfo("node", ["--openssl-legacy-provider", "-e", Script, Path.Combine(Prerequisite.Get(Prerequisite.S3Server), "s3rver"), folder, Bucket])
        {
            RedirectStandardOutput = true,
        };
        process = Process.Start(start)!;
        var line = process.StandardOutput.ReadLineAsync().WaitAsync(Longest).GetAwaiter().GetResult();
        Endpoint = new Uri($"http://127.0.0.1:{int.Parse(line!, CultureInfo.InvariantCulture)}");
    }

    /// <summary>Where it listens.</summary>
    public Uri Endpoint { get; } = new("http://127.0.0.1:9");

    private static string Script => """
        const S3rver = require(process.argv[1]);
        new S3rver({ port: 0, address: '127.0.0.1', directory: process.argv[2], silent: true, configureBuckets: [{ name: process.argv[3] }] }).run().then(address => console.log(address.port));
        """;

    /// <summary>Bounds for tests: small blocks and requests, short waits.</summary>
    /// <param name="endpoint">The server's or a proxy's address.</param>
    internal static S3Settings Settings(Uri endpoint) => new()
    {
        BlockBytes = 4 << 10,
        RequestBytes = 64 << 10,
        MemoryBytes = 1 << 20,
        ReadAheadBytes = 128 << 10,
        Silence = TimeSpan.FromSeconds(30),
        Retries = 1,
        PartBytes = 5 << 20,
        Variable = name => name == "AWS_ENDPOINT_URL_S3" ? endpoint.ToString() : null,
    };

    /// <summary>A store of its own, through an address.</summary>
    internal S3ObjectStore Store(Uri? endpoint = null) => new(Settings(endpoint ?? Endpoint));

    /// <summary>A folder that no other test has.</summary>
    public static string NewFolder() => $"s3://{Bucket}/{Guid.NewGuid():n}";

    /// <summary>Puts an object.</summary>
    internal static void Put(S3ObjectStore store, string path, byte[] content)
    {
        using var file = store.Create(ObjectPath.Parse(path), overwrite: true);
        file.Stream.Write(content);
        file.Commit();
    }

    /// <summary>The names below a folder, in order.</summary>
    internal static string[] Names(S3ObjectStore store, string folder) =>
        [.. store.List(ObjectPath.Parse(folder).AsFolder).Select(item => item.Path.ToString()[(folder.Length + 1)..])];

    public void Dispose()
    {
        process?.Kill();
        process?.WaitForExit();
        process?.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>Tests that share the server, and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class S3Tests : ICollectionFixture<S3Server>
{
    public const string Name = "S3";
}
