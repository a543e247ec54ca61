namespace KMeans.Input.S3;

/// <summary>The bounds within which S3 is used.</summary>
internal sealed record S3Settings
{
    /// <summary>What the object is read in and kept in.</summary>
    /// <value>256 KiB: of a file whose columns lie far apart, little is read that is not asked for.</value>
    public int BlockBytes { get; init; } = 256 << 10;

    /// <summary>What one request asks for at most: neighbouring blocks are asked for together.</summary>
    /// <value>8 MiB: a request takes some 20 ms before its first byte, and a connection gives some 100 MB/s.</value>
    public int RequestBytes { get; init; } = 8 << 20;

    /// <summary>Requests for bytes at a time.</summary>
    /// <value>16, which together fill a network of 10 Gbit/s.</value>
    public int Requests { get; init; } = 16;

    /// <summary>Memory for blocks, those on their way included; a few more where many threads wait for one each.</summary>
    /// <value>1 GiB, but no more than a sixteenth of the machine's memory or the container's, and 64 MiB at least.</value>
    public long MemoryBytes { get; init; } = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16, 64L << 20, 1L << 30);

    /// <summary>Bytes read ahead of whoever reads a file from its beginning to its end and says nothing before.</summary>
    /// <value>16 MiB.</value>
    public int ReadAheadBytes { get; init; } = 16 << 20;

    /// <summary>How often a body that breaks off is asked for again from there. Requests that fail as a whole are tried again by the SDK.</summary>
    /// <value>5.</value>
    public int Resumes { get; init; } = 5;

    /// <summary>How often the SDK tries a request again, after a random time that grows to 20 s at most.</summary>
    /// <value>4.</value>
    public int Retries { get; init; } = 4;

    /// <summary>How long an answer may send nothing before it counts as broken off.</summary>
    /// <value>30 s.</value>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of a part of an upload.</summary>
    /// <value>16 MiB: with the most parts that S3 allows, 156 GiB an object.</value>
    public int PartBytes { get; init; } = 16 << 20;

    /// <summary>Parts of one object on their way at a time.</summary>
    /// <value>4.</value>
    public int PartsAtOnce { get; init; } = 4;

    /// <summary>Where the endpoint and the region are read from.</summary>
    /// <value>The environment's variables.</value>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The clock of the waits between resumes.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
