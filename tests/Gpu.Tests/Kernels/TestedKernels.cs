using KMeans.Gpu;
using KMeans.Gpu.Products;
using KMeans.Kernels;

namespace KMeans.Tests.Kernels;

/// <summary>The kernels that the contract's tests, linked from Core.Tests, are run on here: the device kernel on ILGPU's simulator, with bounds checked, and both ways to make scores.</summary>
internal static class TestedKernels
{
    public static IReadOnlyList<IAssignmentKernel> All { get; } = [new Named("fused", Open(ScorePath.Fused)), new Named("product", Open(ScorePath.Product))];

    public static IAssignmentKernel ByName(string name) => All.Single(kernel => kernel.Name == name);

    private static GpuKernel Open(ScorePath path)
    {
        var kernel = new GpuKernel(GpuDevices.OpenSimulator(assertions: true), AssignmentKernels.Best, 1, message => throw new InvalidOperationException(message));
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
