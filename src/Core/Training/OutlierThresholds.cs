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
        var (labels, distances, weights) = (new List<int>(), new List<double>(), new List<double>());
        if (summary.Rows.Count > 0)
        {
            var stride = Math.Max(1, (summary.Rows.Sum(block => (long)block.Count) + MostRows - 1) / MostRows);
            var offset = 0L;
            foreach (var block in summary.Rows)
            {
                Add(block.Samples.AsMemory(0, block.Count * d), (stride - (offset % stride)) % stride, stride, i => block.SampleWeights?[i] ?? 1);
                offset += block.Count;
            }
        }
        else
        {
            Add(summary.Sample.RowArray(), 0, 1, summary.Sample.ExpandedWeight);
        }

        var thresholds = Quantiles([.. labels], [.. distances], [.. weights], centers.Length / d);
        var largest = Math.Max(0, thresholds.Where(double.IsFinite).DefaultIfEmpty(0).Max());
        return [.. thresholds.Select(threshold => double.IsFinite(threshold) ? threshold : largest)];

        void Add(ReadOnlyMemory<float> rows, long first, long stride, Func<int, double> weight)
        {
            var (nearest, squaredDistances) = PointAssignment.Run(rows, centers, d, kernel, threads, cancellation);
            for (var i = first; i < nearest.Length; i += stride)
            {
                labels.Add(nearest[i]);
                distances.Add(squaredDistances[i]);
                weights.Add(weight((int)i));
            }
        }
    }

    /// <summary>For each cluster the least distance within which the share of its weight lies; NaN where there is no weight.</summary>
    private static double[] Quantiles(int[] labels, double[] squaredDistances, double[] weights, int clusterCount)
    {
        // By cluster, and then by distance.
        var order = Enumerable.Range(0, labels.Length).ToArray();
        Array.Sort(labels, order);
        var (distances, masses) = (Array.ConvertAll(order, i => squaredDistances[i]), Array.ConvertAll(order, i => weights[i]));
        var quantiles = new double[clusterCount];
        for (int j = 0, first = 0; j < clusterCount; j++)
        {
            var end = first;
            while (end < labels.Length && labels[end] == j)
            {
                end++;
            }

            Array.Sort(distances, masses, first, end - first);
            quantiles[j] = Quantile(distances.AsSpan(first..end), masses.AsSpan(first..end));
            first = end;
        }

        return quantiles;
    }

    private static double Quantile(ReadOnlySpan<double> distances, ReadOnlySpan<double> weights)
    {
        var total = 0.0;
        foreach (var weight in weights)
        {
            total += weight;
        }

        // Rows of weight 0 are not within anything.
        var i = OrderStatistic.Reaching(weights, Math.Max(Share * total, double.Epsilon));
        return i < 0 ? double.NaN : Math.Sqrt(distances[i]);
    }
}
