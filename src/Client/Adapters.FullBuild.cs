using KMeans.Client.Cluster;
using KMeans.Coordination;
using KMeans.Gpu;
using KMeans.Input;
using KMeans.Input.ParquetNet;

namespace KMeans.Client;

/// <summary>Compiled in the full build only: see the project file.</summary>
internal static partial class Adapters
{
    static partial void RegisterFullBuild()
    {
        Backends.Register(new GpuBackend());
        InputFallbacks.Register(new ParquetNetFallback());
        ConnectCluster = ClusterConnection.ConnectAsync;
    }
}
