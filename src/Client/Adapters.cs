using KMeans.Jobs;

namespace KMeans.Client;

/// <summary>Makes known what other projects add to Core. Called once, first thing.</summary>
internal static partial class Adapters
{
    /// <summary>Connects to a cluster: its address, its name, its service's name; null where this build has no clusters.</summary>
    public static Func<string, string, string, CancellationToken, Task<IJobService>>? ConnectCluster { get; private set; }

    /// <summary>Registers the adapters of this build.</summary>
    public static void Register() => RegisterFullBuild();

    /// <summary>The adapters that need the full build's packages. Its body is in Adapters.FullBuild.cs; without it the call compiles to nothing.</summary>
    static partial void RegisterFullBuild();
}
