using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>What the reduction ended with.</summary>
/// <param name="Centers">Row-major (k, d).</param>
/// <param name="Labels">Length K: the cluster of each running center.</param>
/// <param name="SquaredDistances">Weighted squared distances of the running centers to their clusters' centers.</param>
internal sealed record ReductionResult(double[] Centers, int[] Labels, double SquaredDistances);

/// <summary>
/// Reduces K weighted centers to k, as weighted points: by a <see cref="CenterSearch"/> and by Ward's merging, of which the cheaper counts; where the user has
/// given any local_lloyd_* parameter by trials of seeding and Lloyd alone.
/// </summary>
internal static class Reduction
{
    /// <summary>Up to so many multiply-adds Ward's merging is looked at as well: a second or so.</summary>
    public const double MostWardWork = 2e9;

    /// <summary>Reduces. O(trials x iterations x K k d).</summary>
    /// <param name="running">K weighted centers.</param>
    /// <param name="clusterCount">k.</param>
    /// <param name="options">The user's local_lloyd_* parameters and seed.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="threads">Trials run side by side on them.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Exactly k centers: where K is k or less there is nothing to reduce, and with fewer than k the last ones repeat the first.</returns>
    public static ReductionResult Run(RunningCenters running, int clusterCount, TrainingOptions options, IAssignmentKernel kernel, ComputeThreads threads, CancellationToken cancellation)
    {
        var d = running.FeatureCount;
        if (running.Count <= clusterCount)
        {
            var all = new double[clusterCount * d];
            for (var j = 0; j < clusterCount; j++)
            {
                running.Mean(j % running.Count).CopyTo(all.AsSpan(j * d));
            }

            return new ReductionResult(all, Enumerable.Range(0, running.Count).ToArray(), 0);
        }

        var points = new RowBlock(running.RoundedMeans(), running.Count, running.Weights.ToArray());
        return Finish(running, points, Solve(running, points, clusterCount, options, kernel, threads, cancellation), kernel, threads, cancellation);
    }

    private static double[] Solve(
        RunningCenters running, RowBlock points, int clusterCount, TrainingOptions options, IAssignmentKernel kernel, ComputeThreads threads, CancellationToken cancellation)
    {
        var d = running.FeatureCount;
        if (!options.ChoosesReduction)
        {
            var solver = new PointSolver(points, d, clusterCount, kernel, threads)
            {
                Method = options.LocalLloydInitMethod ?? InitMethod.KMeansPlusPlus,
                MaxIterations = options.LocalLloydMaxIterations ?? AutoPolicy.LloydMaxIterations,
                Tolerance = options.LocalLloydTolerance ?? AutoPolicy.LloydTolerance,
            };
            return solver.Best(options.LocalLloydTrials ?? AutoPolicy.LloydTrials, options.Seed, RandomPurpose.Reduction, cancellation).Centers;
        }

        var search = new CenterSearch(points, d, clusterCount, kernel, threads);
        var best = search.Run(options.Seed, RandomPurpose.Reduction, cancellation);
        if ((double)running.Count * running.Count * d < MostWardWork)
        {
            // A few more centers than k are better merged than chosen among.
            var merged = running.Copy();
            CenterClosing.MergeTo(merged, clusterCount, out _);
            var ward = search.From(merged.Means, cancellation);
            best = ward.SquaredErrors <= best.SquaredErrors ? ward : best;
        }

        return best.Centers;
    }

    /// <summary>The last means are taken over the running centers' doubles, not over their float32 roundings.</summary>
    private static ReductionResult Finish(RunningCenters running, RowBlock points, double[] centers, IAssignmentKernel kernel, ComputeThreads threads, CancellationToken cancellation)
    {
        var d = running.FeatureCount;
        var labels = PointAssignment.Run(points.Samples, centers, d, kernel, threads, cancellation).Labels;
        var clusters = new RunningCenters(centers.Length / d, d);
        for (var j = 0; j < centers.Length / d; j++)
        {
            clusters.Add(new CenterId(-1, j), 0, centers.AsSpan(j * d, d), 0);
        }

        for (var i = 0; i < running.Count; i++)
        {
            clusters.Absorb(labels[i], running.Weights[i], running.Mean(i), 0);
        }

        return new ReductionResult(clusters.Means.ToArray(), labels, clusters.TotalSquaredError());
    }
}
