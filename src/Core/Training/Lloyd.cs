using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>What Lloyd's algorithm ended with.</summary>
/// <param name="Centers">Row-major (k, d).</param>
/// <param name="SquaredDistances">The cost of the last assignment: no less than that of <paramref name="Centers"/>.</param>
/// <param name="IterationCount">Assignments made.</param>
internal sealed record LloydResult(double[] Centers, double SquaredDistances, int IterationCount);

/// <summary>Lloyd's algorithm over weighted rows in memory.</summary>
/// <remarks>Rows are cut into pieces by count alone; each is added up row by row, the pieces in a fixed tree: any number of threads gives the same bits.</remarks>
internal static class Lloyd
{
    /// <summary>Iterates until the cost falls by less than the tolerance, and at most so often. O(n k d) an iteration.</summary>
    /// <param name="blocks">The rows.</param>
    /// <param name="initialCenters">Row-major (k, d).</param>
    /// <param name="featureCount">d.</param>
    /// <param name="maxIterations">1 or more.</param>
    /// <param name="tolerance">Relative to the cost.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="threads">Threads to use, or null for the caller's own.</param>
    /// <param name="cancellation">Stops between pieces.</param>
    /// <param name="project">Changes centers that have moved, row-major (k, d), or null.</param>
    /// <returns>The centers. A cluster left without rows takes the row farthest from its center, so that none stays empty while rows differ.</returns>
    public static LloydResult Run(
        IReadOnlyList<RowBlock> blocks, ReadOnlySpan<double> initialCenters, int featureCount, int maxIterations, double tolerance,
        IAssignmentKernel kernel, ComputeThreads? threads, CancellationToken cancellation, Action<double[]>? project = null)
    {
        var centers = initialCenters.ToArray();
        var clusterCount = centers.Length / featureCount;
        using var step = new LloydStep(blocks, clusterCount, featureCount, kernel, threads, remembers: maxIterations > 2);
        var previous = double.PositiveInfinity;
        var iteration = 0;
        while (true)
        {
            step.Assign(centers, cancellation);
            iteration++;
            var cost = step.TotalCost;
            Move(centers, step, featureCount);
            project?.Invoke(centers);
            if (iteration >= maxIterations || cost == 0 || (iteration > 1 && previous - cost <= tolerance * previous))
            {
                return new LloydResult(centers, cost, iteration);
            }

            previous = cost;
        }
    }

    private static void Move(double[] centers, LloydStep step, int d)
    {
        var total = step.Total;
        var farthest = 0;
        for (var j = 0; j < centers.Length / d; j++)
        {
            var weight = total.ClusterWeights[j];
            if (weight > 0)
            {
                var sum = total.ClusterSum(j);
                for (var i = 0; i < d; i++)
                {
                    centers[(j * d) + i] = sum[i] / weight;
                }
            }
            else if (farthest < step.Farthest.Count)
            {
                var row = step.Farthest[farthest++];
                for (var i = 0; i < d; i++)
                {
                    centers[(j * d) + i] = row.Span[i];
                }
            }
        }
    }
}
