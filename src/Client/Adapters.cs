using KMeans.Input.S3;
using KMeans.Jobs;
using KMeans.Storage;

namespace KMeans.Client;

/// <summary>Makes known what other projects add to Core. Called once, first thing.</summary>
internal static partial class Adapters
{
    /// <summary>Connects to a cluster: its address, its name, its service's name; null where this build has no clusters.</summary>
    public static Func<string, string, string, CancellationToken, Task<IJobService>>? ConnectCluster { get; private set; }

    /// <summary>Registers what opens and writes paths of other places than this machine. Loads none of it: that waits for such a path.</summary>
    public static void RegisterStores() => ObjectStores.Register(S3ObjectStore.Scheme, static () => new S3ObjectStore());

    /// <summary>Registers the adapters of this build.</summary>
    public static void Register() => RegisterFullBuild();

    /// <summary>The adapters that need the full build's packages. Its body is in Adapters.FullBuild.cs; without it the call compiles to nothing.</summary>
    static partial void RegisterFullBuild();
}
