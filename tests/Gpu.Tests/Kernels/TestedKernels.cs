using ILGPU.Runtime.OpenCL;
using KMeans.Gpu;
using KMeans.Gpu.Kernels;
using KMeans.Gpu.Products;
using KMeans.Kernels;

namespace KMeans.Tests.Kernels;

/// <summary>
/// The kernels that the contract's tests, linked from Core.Tests, are run on here: the device kernel on ILGPU's simulator, with bounds checked, and both ways to make scores; and on the first OpenCL device of any kind
/// that ILGPU takes, a processor with PoCL 6 too.
/// </summary>
internal static class TestedKernels
{
    public static IReadOnlyList<IAssignmentKernel> All { get; } =
    [
        new Named("fused", Open(GpuDevices.OpenSimulator(assertions: true), ScorePath.Fused)),
        new Named("product", Open(GpuDevices.OpenSimulator(assertions: true), ScorePath.Product)),
        .. OpenCl() is { } device ? [new Named("fused on OpenCL", Open(device, ScorePath.Fused))] : Array.Empty<IAssignmentKernel>(),
    ];

    public static IAssignmentKernel ByName(string name) => All.Single(kernel => kernel.Name == name);

    /// <summary>An OpenCL device, or null. ILGPU leaves out those that lack the generic address space.</summary>
    private static GpuDevice? OpenCl()
    {
        var context = GpuDevices.Create(builder => builder.OpenCL());
        var device = context.Devices.OfType<CLDevice>().FirstOrDefault(device =>
            device.MaxNumThreadsPerGroup >= DeviceTile.ThreadCount && device.MaxSharedMemoryPerGroup >= ProposalKernel.SharedBytes<DeviceTile>());
        if (device is null)
        {
            context.Dispose();
            return null;
        }

        return new GpuDevice(context, device);
    }

    private static GpuKernel Open(GpuDevice device, ScorePath path)
    {
        var kernel = new GpuKernel(device, AssignmentKernels.Best, 1, message => throw new InvalidOperationException(message));
        kernel.Device.Products.Path = path;
        return kernel;
    }

    /// <summary>A device kernel under a name that tells its path.</summary>
    private sealed class Named(string name, GpuKernel kernel) : IAssignmentKernel
    {
        public string Name => name;

        public PackedCenters Pack(ReadOnlySpan<double> centers, int centerCount, int featureCount, PackedCenters? reuse = null) => kernel.Pack(centers, centerCount, featureCount, reuse);

        public KernelWorkspace CreateWorkspace() => kernel.CreateWorkspace();

        public void Assign(ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, Span<int> labels, Span<double> squaredDistances, KernelWorkspace workspace) =>
            kernel.Assign(samples, sampleCount, centers, labels, squaredDistances, workspace);

        public void AssignWithRivals(
            ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, Span<int> labels, Span<double> squaredDistances, Span<float> rivalDistances, KernelWorkspace workspace) =>
            kernel.AssignWithRivals(samples, sampleCount, centers, labels, squaredDistances, rivalDistances, workspace);

        public void Measure(ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, ReadOnlySpan<int> labels, Span<double> squaredDistances) =>
            kernel.Measure(samples, sampleCount, centers, labels, squaredDistances);
    }
}
