using KMeans.Http.Remote;

namespace KMeans.Http.Service;

/// <summary>What a service is told.</summary>
public sealed record ServiceOptions
{
    /// <summary>Where it listens: http or https, an address or a name, a port (0 for any free one).</summary>
    /// <value>Required, at least one, such as "http://127.0.0.1:8080".</value>
    public required IReadOnlyList<string> Listen { get; init; }

    /// <summary>The folders and s3:// prefixes below which jobs read and write. Nothing else is ever opened.</summary>
    /// <value>Required, at least one.</value>
    public required IReadOnlyList<string> DataRoots { get; init; }

    /// <summary>The folder of the service's own files: its database, checkpoints of jobs that run, models of those that ended, its log of calls. One service at a time has it.</summary>
    /// <value>Required; made where it is missing.</value>
    public required string StateFolder { get; init; }

    /// <summary>The connection string of a PostgreSQL database that keeps the jobs instead.</summary>
    /// <value>Null by default: a SQLite file in the state folder.</value>
    public string? Store { get; init; }

    /// <summary>The file of the keys that calls are signed with, one a line: id, space, secret.</summary>
    /// <value>Null by default: those in the environment variable KMEANS_SERVICE_KEYS; without any the service listens on loopback addresses only.</value>
    public string? KeysPath { get; init; }

    /// <summary>The token that requests to our own endpoints may carry instead of a signature.</summary>
    /// <value>Null, none, by default. 16 characters or more.</value>
    public string? Token { get; init; }

    /// <summary>The certificate's PEM file; with the key it makes https.</summary>
    /// <value>Null by default.</value>
    public string? CertificatePath { get; init; }

    /// <summary>The key's PEM file.</summary>
    /// <value>Null by default.</value>
    public string? CertificateKeyPath { get; init; }

    /// <summary>Whether it may listen without TLS on addresses that other machines reach.</summary>
    /// <value>No by default.</value>
    public bool Insecure { get; init; }

    /// <summary>Worker processes that compute; see <see cref="RemoteTraining"/>.</summary>
    /// <value>None by default: jobs run in this process.</value>
    public IReadOnlyList<string> Workers { get; init; } = [];

    /// <summary>How workers are reached.</summary>
    /// <value>Without a token by default.</value>
    public WorkerClientOptions WorkerAccess { get; init; } = new();

    /// <summary>Jobs that run at a time; others wait.</summary>
    /// <value>2 by default; 1 to 64.</value>
    public int Concurrency { get; init; } = 2;

    /// <summary>Jobs that may wait.</summary>
    /// <value>100,000 by default.</value>
    public int MostWaiting { get; init; } = 100_000;

    /// <summary>Threads that a job computes with.</summary>
    /// <value>Null, one a core, by default; 1 to 1,024.</value>
    public int? Threads { get; init; }

    /// <summary>What a job's computing may take of memory.</summary>
    /// <value>Null, no limit, by default. In bytes.</value>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>What computes, where it is this process: "auto", "scalar", "simd", or "gpu:" and a device.</summary>
    /// <value>"auto" by default.</value>
    public string Backend { get; init; } = "auto";

    /// <summary>How long a question about a job that is about to end is kept waiting for its end.</summary>
    /// <value>30 s by default; 0, not at all, to 50 s, which is less than clients wait for an answer.</value>
    public TimeSpan LongPoll { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The region that resources' names have.</summary>
    /// <value>"us-east-1" by default.</value>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The account that resources' names have.</summary>
    /// <value>"000000000000" by default; 12 digits.</value>
    public string Account { get; init; } = "000000000000";

    /// <summary>Calls a second that one address may make, with as many more at once.</summary>
    /// <value>10,000 by default.</value>
    public int CallsPerSecond { get; init; } = 10_000;

    /// <summary>Where a line of JSON a call goes.</summary>
    /// <value>Null by default: audit.log in the state folder.</value>
    public string? AuditLogPath { get; init; }

    /// <summary>Where metrics and traces are sent by OTLP.</summary>
    /// <value>Null, nowhere, by default. Metrics are also at /metrics.</value>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>What messages call these options.</summary>
    internal ServiceOptionNames Names { get; init; } = new();

    /// <summary>Insists that numbers and names are within their limits.</summary>
    /// <exception cref="InputException">One is not.</exception>
    internal void Require()
    {
        static void Check(bool holds, string option, string limit)
        {
            if (!holds)
            {
                throw new InputException($"{option}: {limit}.");
            }
        }

        Check(Concurrency is >= 1 and <= 64, Names.Concurrency, "takes 1 to 64");
        Check(LongPoll >= TimeSpan.Zero && LongPoll <= TimeSpan.FromSeconds(50), Names.LongPoll, "takes 0 to 50 seconds");
        Check(CallsPerSecond is >= 1 and <= 1_000_000, Names.Rate, "takes 1 to 1,000,000 calls a second");
        Check(Account.Length == 12 && Account.All(char.IsAsciiDigit), Names.Account, "takes 12 digits");
        Check(Region.Length is > 0 and <= 40 && Region.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'), Names.Region, "takes a name such as us-east-1");
        Check(MostWaiting >= 1, Names.MostWaiting, "takes 1 or more");
    }
}
