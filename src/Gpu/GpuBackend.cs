using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Gpu;

/// <summary>CUDA and OpenCL devices, as a backend of Core.</summary>
public sealed class GpuBackend : IDeviceBackend
{
    /// <inheritdoc/>
    public string Name => "gpu";

    /// <inheritdoc/>
    public IDeviceKernel Open(string device, IAssignmentKernel host, int threads, Action<string> log) => new GpuKernel(GpuDevices.Open(device), host, threads, log);
}
