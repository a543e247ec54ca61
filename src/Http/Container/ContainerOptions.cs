using KMeans.SageMaker;

namespace KMeans.Http.Container;

/// <summary>What a training container is told beside what the platform says.</summary>
public sealed record ContainerOptions
{
    /// <summary>The port on which hosts of one job talk to each other.</summary>
    public const int DefaultPort = 7080;

    /// <summary>Where the platform's folders are.</summary>
    /// <value>/opt/ml by default.</value>
    public ContainerPaths Paths { get; init; } = new(ContainerPaths.DefaultRoot);

    /// <summary>Whether what is not given takes the reference's default instead of being automatic.</summary>
    /// <value>No by default.</value>
    public bool StrictDefaults { get; init; }

    /// <summary>The port of each host that <see cref="Addresses"/> says no other of.</summary>
    /// <value>7080 by default.</value>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Where hosts are reached whose names do not say: address and port.</summary>
    /// <value>None by default: the platform's names resolve.</value>
    public IReadOnlyDictionary<string, (string Address, int Port)> Addresses { get; init; } = new Dictionary<string, (string, int)>();

    /// <summary>The secret that the hosts share.</summary>
    /// <value>Null by default: made from what all hosts of the job know, which keeps jobs apart and strangers who know the job's configuration not out.</value>
    public string? Token { get; init; }

    /// <summary>The longest wait for the other hosts.</summary>
    /// <value>30 minutes by default.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A coordinator that is gone for so long is not waited for.</summary>
    /// <value>1 minute by default.</value>
    public TimeSpan CoordinatorSilence { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The folder for what can be read only once.</summary>
    /// <value>The system's folder for temporary files by default.</value>
    public string Spool { get; init; } = Path.GetTempPath();

    /// <summary>Threads that compute.</summary>
    /// <value>Null, one a core, by default.</value>
    public int? Threads { get; init; }
}
