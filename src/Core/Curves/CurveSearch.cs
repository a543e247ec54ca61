using KMeans.Coordination;
using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.Curves;

/// <summary>Solves points for every k of a range, each k helped by its neighbours.</summary>
/// <remarks>
/// From the solution for the largest k Ward's merging gives a start for every smaller one, k-means++ on few points another; each is searched by dividing and merging. Then neighbours are
/// compared: merging two clusters of k + 1, or dividing one of k - 1, must not be better than what k has. Where it is, k goes on from there. All k of a stage are independent and run side by
/// side, each on one thread (a single k has them all), so that the result depends on the points and the seed alone. The error never rises with k, but for what the last iterations gain.
/// </remarks>
/// <param name="points">The points.</param>
/// <param name="featureCount">d.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="threads">Threads.</param>
internal sealed class CurveSearch(RowBlock points, int featureCount, IAssignmentKernel kernel, ComputeThreads threads)
{
    /// <summary>A neighbour's way must be better by this share to be gone.</summary>
    private const double Worthwhile = 1e-6;

    private ComputeThreads? inner;

    /// <summary>Where centers have length 1 at last; else null. The structure is found with means, which is the same wherever clusters are tight.</summary>
    public UnitCenters? Unit { get; init; }

    /// <summary>Searches.</summary>
    /// <param name="top">Row-major: centers for the largest k.</param>
    /// <param name="least">The smallest k.</param>
    /// <param name="effort">How far the search goes.</param>
    /// <param name="seed">The user's seed.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>A solution for every k from least to that of the top.</returns>
    public CurveSolution[] Run(double[] top, int least, CurveEffort effort, long seed, CancellationToken cancellation)
    {
        inner = top.Length == least * featureCount ? threads : null;
        var starts = Starts(top, least, cancellation);
        var found = new CurveSolution[starts.Length];
        ParallelRun.Over(threads, starts.Length, (_, item) =>
        {
            // The dearest first, so that no thread is left with it at the end.
            var i = starts.Length - 1 - item;
            found[i] = Search(starts[i].Centers, effort, cancellation);
            if (found[i].ClusterCount <= effort.FreshUpTo)
            {
                var fresh = Search(Fresh(found[i].ClusterCount, seed, cancellation), effort, cancellation);
                found[i] = fresh.ClusterCount == found[i].ClusterCount && fresh.Error < found[i].Error ? fresh : found[i];
            }
        }, cancellation);
        Compare(found, effort, cancellation);
        return found;
    }

    /// <summary>Goes on with other points, by spherical k-means where centers have length 1.</summary>
    /// <param name="solutions">Of fewer points; in/out.</param>
    /// <param name="iterations">Lloyd's iterations at most.</param>
    /// <param name="tolerance">Relative: an iteration that gains no more is the last.</param>
    /// <param name="cancellation">Stops it.</param>
    public void Polish(CurveSolution[] solutions, int iterations, double tolerance, CancellationToken cancellation)
    {
        inner = solutions.Length == 1 ? threads : null;
        ParallelRun.Over(threads, solutions.Length, (_, item) =>
        {
            var i = solutions.Length - 1 - item;
            using var clusters = Clusters(solutions[i].Centers, cancellation);
            if (Unit is null)
            {
                clusters.Descend(iterations, tolerance, cancellation);
                solutions[i] = CurveSolution.Of(clusters);
                return;
            }

            var (centers, error) = Unit.Descend(clusters, iterations, tolerance, cancellation);
            solutions[i] = new CurveSolution(centers, clusters.Weights.ToArray(), error);
        }, cancellation);
    }

    private CurveSolution[] Starts(double[] top, int least, CancellationToken cancellation)
    {
        var most = top.Length / featureCount;
        var starts = new CurveSolution[most - least + 1];
        using (var clusters = Clusters(top, cancellation))
        {
            starts[^1] = CurveSolution.Of(clusters);
        }

        for (var i = starts.Length - 2; i >= 0; i--)
        {
            starts[i] = starts[i + 1].Merged(featureCount);
        }

        return starts;
    }

    /// <summary>Rounds of comparing: in each all k look at what their neighbours had before it.</summary>
    private void Compare(CurveSolution[] found, CurveEffort effort, CancellationToken cancellation)
    {
        var changed = new bool[found.Length];
        Array.Fill(changed, true);
        for (var round = 0; round < effort.Rounds && changed.Contains(true); round++)
        {
            var (before, had) = (found.ToArray(), changed.ToArray());
            var divided = new CurveSolution?[found.Length];
            ParallelRun.Over(threads, found.Length, (_, i) =>
            {
                if (i + 1 < found.Length && had[i])
                {
                    using var clusters = Clusters(before[i].Centers, cancellation);
                    divided[i] = CurveSolution.Divided(clusters, new ClusterSplit(featureCount));
                }
            }, cancellation);
            ParallelRun.Over(threads, found.Length, (_, i) =>
            {
                var best = before[i];
                if (i + 1 < found.Length && had[i + 1] && before[i + 1].Merged(featureCount) is var merged && IsBetter(merged, best))
                {
                    best = merged;
                }

                if (i > 0 && divided[i - 1] is { } other && IsBetter(other, best))
                {
                    best = other;
                }

                changed[i] = best != before[i];
                if (changed[i])
                {
                    found[i] = Search(best.Centers, effort, cancellation);
                }
            }, cancellation);
        }
    }

    private static bool IsBetter(CurveSolution candidate, CurveSolution best) => candidate.Error < best.Error * (1 - Worthwhile);

    private CurveSolution Search(double[] centers, CurveEffort effort, CancellationToken cancellation)
    {
        var plan = effort.Search;
        using var clusters = Clusters(centers, cancellation);
        clusters.Descend(plan.Iterations, plan.Tolerance, cancellation);
        if (effort.Divides)
        {
            new SplitMerge(clusters, inner).Improve(plan, cancellation);
        }

        clusters.Descend(plan.FinalIterations, plan.Tolerance, cancellation);
        return CurveSolution.Of(clusters);
    }

    private double[] Fresh(int clusterCount, long seed, CancellationToken cancellation)
    {
        var random = new CounterRandom(seed, RandomPurpose.Curve, clusterCount);
        return PointSolver.Rows(points, featureCount, Seeding.Choose(points, featureCount, clusterCount, InitMethod.KMeansPlusPlus, random, cancellation));
    }

    private PointClusters Clusters(double[] centers, CancellationToken cancellation)
    {
        var clusters = new PointClusters(points, featureCount, centers.Length / featureCount, kernel, inner);
        clusters.Assign(centers, cancellation);
        return clusters;
    }
}
