using KMeans.Coordination;
using KMeans.Gpu.Products;
using KMeans.Kernels;

namespace KMeans.Gpu;

/// <summary>CUDA and OpenCL devices, as a backend of Core.</summary>
public sealed class GpuBackend : IDeviceBackend
{
    /// <inheritdoc/>
    public string Name => "gpu";

    /// <inheritdoc/>
    public IDeviceKernel Open(string device, IAssignmentKernel host, int threads, Action<string> log)
    {
        var (name, path) = ScorePaths.Split(device);
        var opened = GpuDevices.Open(name);
        opened.Products.Path = path;
        return new GpuKernel(opened, host, threads, log);
    }
}
