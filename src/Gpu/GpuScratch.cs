using KMeans.Kernels;

namespace KMeans.Gpu;

/// <summary>For callers that have rows anywhere and wait for each assignment: rows go through a staging array, a batch at a time.</summary>
/// <param name="kernel">Whose workspace it is.</param>
internal sealed class GpuScratch(GpuKernel kernel) : KernelWorkspace, IDisposable
{
    private readonly KernelWorkspace host = kernel.Host.CreateWorkspace();
    private GpuWorkspace? workspace;
    private float[] staging = [];
    private int featureCount;

    /// <summary>The CPU kernel's scratch.</summary>
    public KernelWorkspace Host => host;

    /// <summary>Assigns. O(n K d).</summary>
    /// <param name="samples">Row-major (n, d) in.</param>
    /// <param name="sampleCount">n.</param>
    /// <param name="centers">Packed.</param>
    /// <param name="labels">Length n out.</param>
    /// <param name="squaredDistances">Length n out.</param>
    public void Assign(ReadOnlySpan<float> samples, int sampleCount, GpuCenters centers, Span<int> labels, Span<double> squaredDistances)
    {
        var d = centers.FeatureCount;
        var capacity = Math.Min(sampleCount, Math.Clamp(kernel.TileValues / d, 16, 8192));
        if (capacity > 0 && (workspace is null || featureCount != d || staging.Length < capacity * d))
        {
            workspace?.Dispose();
            (featureCount, staging) = (d, GC.AllocateUninitializedArray<float>(capacity * d, pinned: true));
            workspace = kernel.CreateWorkspace(capacity, d, centers.CenterCount, 1);
            workspace.Attach(0, staging);
        }

        for (var first = 0; first < sampleCount; first += capacity)
        {
            var count = Math.Min(capacity, sampleCount - first);
            samples.Slice(first * d, count * d).CopyTo(staging);
            var before = workspace!.NearTies;
            workspace.Stage(0, count);
            workspace.Begin(0, centers);
            workspace.Finish(0, labels.Slice(first, count), squaredDistances.Slice(first, count));
            NearTies += workspace.NearTies - before;
        }
    }

    /// <summary>Frees the device's memory.</summary>
    public void Dispose() => workspace?.Dispose();
}
