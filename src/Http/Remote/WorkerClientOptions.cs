namespace KMeans.Http.Remote;

/// <summary>How a coordinator reaches its workers.</summary>
public sealed record WorkerClientOptions
{
    /// <summary>The token that requests carry.</summary>
    /// <value>Null, none, by default.</value>
    public string? Token { get; init; }

    /// <summary>A PEM file of the authorities whose certificates are trusted instead of the system's.</summary>
    /// <value>Null by default.</value>
    public string? AuthorityPath { get; init; }

    /// <summary>A worker that says nothing for so long is taken to be gone: it speaks four times a second while it computes.</summary>
    /// <value>15 seconds by default.</value>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest wait for a connection.</summary>
    /// <value>3 seconds by default.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The longest wait for what takes work before it is answered: to open many files, to take a pass.</summary>
    /// <value>2 minutes by default.</value>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(2);
}
