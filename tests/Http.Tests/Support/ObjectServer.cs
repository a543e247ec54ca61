using System.Diagnostics;
using System.Globalization;

namespace KMeans.Http.Tests.Support;

/// <summary>A real S3 server on loopback, with one bucket.</summary>
internal sealed class ObjectServer : IDisposable
{
    public const string Bucket = "data";

    /// <summary>The server's own user, and password.</summary>
    public const string Key = "S3RVER";

    private const string Script = """
        const S3rver = require(process.argv[1]);
        new S3rver({ port: 0, address: '127.0.0.1', directory: process.argv[2], silent: true, configureBuckets: [{ name: process.argv[3] }] }).run().then(address => console.log(address.port));
        """;

    private readonly Folder folder = new();
    private readonly Process process;

    public ObjectServer()
    {
        var start = new ProcessStartInfo("node", ["--openssl-legacy-provider", "-e", Script, Path.Combine(Prerequisite.Get(Prerequisite.S3Server), "s3rver"), folder.Path, Bucket]) { RedirectStandardOutput = true };
        process = Process.Start(start)!;
        var port = process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)).GetAwaiter().GetResult();
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{int.Parse(port!, CultureInfo.InvariantCulture)}");
    }

    public string Url { get; }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        folder.Dispose();
    }
}
