namespace KMeans.Http.Workers;

/// <summary>What a worker is told.</summary>
public sealed record WorkerOptions
{
    /// <summary>Where it listens: http or https, an address or a name, a port (0 for any free one).</summary>
    /// <value>Required, at least one, such as "http://127.0.0.1:7070".</value>
    public required IReadOnlyList<string> Listen { get; init; }

    /// <summary>The folders and s3:// prefixes below which it opens files. Nothing else is ever opened.</summary>
    /// <value>Required, at least one.</value>
    public required IReadOnlyList<string> DataRoots { get; init; }

    /// <summary>The token that requests must carry.</summary>
    /// <value>Null, none, by default: then it listens on loopback addresses only. 16 characters or more.</value>
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

    /// <summary>Threads that compute.</summary>
    /// <value>One a core by default; 1 to 1,024.</value>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>What computing may take of memory.</summary>
    /// <value>Null, no limit, by default. In bytes.</value>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>The largest pass that it takes.</summary>
    /// <value>1 GiB by default: 300,000 centers of 400 features.</value>
    public long MostPassBytes { get; init; } = 1L << 30;

    /// <summary>What computes: "auto", "scalar", "simd", "gpu", or "gpu:" and a device.</summary>
    /// <value>"auto" by default.</value>
    public string Backend { get; init; } = "auto";

    /// <summary>Told by a coordinator that its training is over, and whether it went well.</summary>
    /// <value>Null by default: the worker serves one training after another, and there is no such endpoint.</value>
    internal Action<bool>? Released { get; init; }
}
