using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>How far from its center a row of a cluster must be to count as an outlier: beyond 99 % of the cluster's weight in the training data.</summary>
/// <remarks>
/// Of all rows where they are in memory (every so many-th of more than 4 Mi), else of the rows kept by sensitivity with the weights that they stand for: those are as many in a small cluster as in a large
/// one, and far rows are kept almost surely, so that the tail is known best.
/// </remarks>
internal static class OutlierThresholds
{
    /// <summary>The share of a cluster's weight within its threshold.</summary>
    public const double Share = 0.99;

    private const long MostRows = 1 << 22;

    /// <summary>Decides them. O(m k d + m log m).</summary>
    /// <param name="summary">Of the last pass; its samples are sealed.</param>
    /// <param name="centers">Row-major (k, d), final.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Length k: Euclidean distances in the model's space. A cluster that no row speaks for has the largest of the others.</returns>
    public static double[] Of(PartitionSummary summary, double[] centers, IAssignmentKernel kernel, ComputeThreads threads, CancellationToken cancellation)
    {
        var d = summary.Centers.FeatureCount;
        var distances = new List<(double SquaredDistance, double Weight)>[centers.Length / d];
        for (var j = 0; j < distances.Length; j++)
        {
            distances[j] = [];
        }

        if (summary.Rows.Count > 0)
        {
            var stride = Math.Max(1, (summary.Rows.Sum(block => (long)block.Count) + MostRows - 1) / MostRows);
            var offset = 0L;
            foreach (var block in summary.Rows)
            {
                var (labels, squaredDistances) = PointAssignment.Run(block.Samples.AsMemory(0, block.Count * d), centers, d, kernel, threads, cancellation);
                for (var i = (stride - (offset % stride)) % stride; i < block.Count; i += stride)
                {
                    distances[labels[i]].Add((squaredDistances[i], block.SampleWeights?[i] ?? 1));
                }

                offset += block.Count;
            }
        }
        else
        {
            var sample = summary.Sample;
            var (labels, squaredDistances) = PointAssignment.Run(sample.Rows().ToArray(), centers, d, kernel, threads, cancellation);
            for (var i = 0; i < labels.Length; i++)
            {
                distances[labels[i]].Add((squaredDistances[i], sample.ExpandedWeight(i)));
            }
        }

        var thresholds = distances.Select(Quantile).ToArray();
        var largest = Math.Max(0, thresholds.Where(double.IsFinite).DefaultIfEmpty(0).Max());
        return [.. thresholds.Select(threshold => double.IsFinite(threshold) ? threshold : largest)];
    }

    /// <summary>The least distance within which the share of the weight lies; NaN where there is no weight.</summary>
    private static double Quantile(List<(double SquaredDistance, double Weight)> cluster)
    {
        cluster.Sort();
        var wanted = Share * cluster.Sum(row => row.Weight);
        var sum = 0.0;
        foreach (var (squaredDistance, weight) in cluster)
        {
            sum += weight;
            if (sum >= wanted && sum > 0)
            {
                return Math.Sqrt(squaredDistance);
            }
        }

        return double.NaN;
    }
}
