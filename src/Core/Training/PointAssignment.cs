using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Finds the nearest centers of points in memory, once: labels and squared distances, and no sums.</summary>
internal static class PointAssignment
{
    private const int TileValues = 1 << 16;

    /// <summary>Assigns the points. O(n k d).</summary>
    /// <param name="samples">Row-major (n, d).</param>
    /// <param name="centers">Row-major (k, d).</param>
    /// <param name="featureCount">d.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="cancellation">Stops between tiles.</param>
    /// <returns>Two arrays of length n.</returns>
    public static (int[] Labels, double[] SquaredDistances) Run(
        ReadOnlyMemory<float> samples, ReadOnlySpan<double> centers, int featureCount, IAssignmentKernel kernel, ComputeThreads threads, CancellationToken cancellation)
    {
        var count = samples.Length / featureCount;
        var labels = new int[count];
        var squaredDistances = new double[count];
        var tileRows = Math.Clamp(TileValues / featureCount, 16, 1024);
        var packed = kernel.Pack(centers, centers.Length / featureCount, featureCount);
        var workspaces = Enumerable.Range(0, threads.WorkerCount).Select(_ => kernel.CreateWorkspace()).ToArray();
        ParallelRun.Over(threads, (count + tileRows - 1) / tileRows, (worker, tile) =>
        {
            var start = tile * tileRows;
            var rows = Math.Min(tileRows, count - start);
            kernel.Assign(
                samples.Span.Slice(start * featureCount, rows * featureCount), rows, packed, labels.AsSpan(start, rows), squaredDistances.AsSpan(start, rows), workspaces[worker]);
        }, cancellation);
        (packed as IDisposable)?.Dispose();
        return (labels, squaredDistances);
    }
}
