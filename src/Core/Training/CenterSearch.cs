using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>What a search ended with.</summary>
/// <param name="Centers">Row-major (k, d): the means of the members of each cluster.</param>
/// <param name="ClusterWeights">Length k: the members' weights.</param>
/// <param name="SquaredErrors">The members' weighted squared errors around the means: no less than what the centers cost.</param>
internal sealed record PointSolution(double[] Centers, double[] ClusterWeights, double SquaredErrors);

/// <summary>Solves weighted points for k centers as well as a small part of a pass allows: what "auto" means where k-means++ and Lloyd would otherwise be tried again and again.</summary>
/// <param name="points">The points.</param>
/// <param name="featureCount">d.</param>
/// <param name="clusterCount">k.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="threads">Trials run side by side on them; a single one has them all.</param>
/// <remarks>
/// Seeds come from k-means++ on a few points a center; dividing and merging (<see cref="SplitMerge"/>) goes on from there on a thinned sample, where the structure is
/// plain already, and then on all points. Where k-means++ and Lloyd are repeated and the best is kept, each repetition makes its own mistakes; this mends them.
/// How thin the sample is and how far each stage goes follow from what one assignment costs (<see cref="SearchPlan"/>).
/// The result depends on the points and the seed alone. O(n k d) times five where that is much, times a hundred where it is little.
/// </remarks>
internal sealed class CenterSearch(RowBlock points, int featureCount, int clusterCount, IAssignmentKernel kernel, ComputeThreads threads)
{
    /// <summary>Points that k-means++ looks at a center, and at least so many in all. Dividing finds what they do not show.</summary>
    private const int SeedRows = 2;
    private const int LeastSeedRows = 1000;

    /// <summary>Numbers of thinning are kept apart from those of seeding, which begin at 0.</summary>
    private const long ThinningNumbers = 1L << 40;

    /// <summary>Rows that a thread copies at a time.</summary>
    private const int ThinBlock = 256;

    private readonly SearchPlan plan = SearchPlan.For(points.Count, clusterCount, featureCount);

    /// <summary>Searches.</summary>
    /// <param name="seed">The user's seed.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The best found: at most k centers, fewer where there are fewer different points, and at least one.</returns>
    public PointSolution Run(long seed, RandomPurpose purpose, CancellationToken cancellation) => Trials(seed, purpose, cancellation)[0];

    /// <summary>Searches, and gives what every trial found.</summary>
    /// <param name="seed">The user's seed.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The best first.</returns>
    public IReadOnlyList<PointSolution> Trials(long seed, RandomPurpose purpose, CancellationToken cancellation)
    {
        if (plan.Trials == 1)
        {
            return [Trial(0, threads)];
        }

        var trials = new PointSolution[plan.Trials];
        threads.Run(trials.Length, (_, trial) => trials[trial] = Trial(trial, null), cancellation);
        return [.. trials.OrderBy(trial => trial.SquaredErrors)];

        // Every other trial is k-means++ and Lloyd alone: dividing and merging takes different seeds to the same few optima, of which another may be better by a hair.
        PointSolution Trial(int trial, ComputeThreads? threads)
        {
            var random = new CounterRandom(seed, purpose, trial);
            return trial % 2 == 0 ? One(random, threads, cancellation) : From(Seeds(points, points, random, threads, cancellation), false, threads, cancellation);
        }
    }

    /// <summary>Goes on from given centers.</summary>
    /// <param name="centers">Row-major, at most k.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What it ended with.</returns>
    public PointSolution From(ReadOnlySpan<double> centers, CancellationToken cancellation) => From(centers, true, threads, cancellation);

    /// <summary>Goes on from several starts, as many as there may be trials and at most so many.</summary>
    /// <param name="starts">The most promising first.</param>
    /// <param name="most">At most.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The best.</returns>
    public PointSolution FromBest(IReadOnlyList<PointSolution> starts, int most, CancellationToken cancellation)
    {
        var ends = new PointSolution[Math.Min(starts.Count, Math.Min(most, plan.Trials))];
        if (ends.Length == 1)
        {
            return From(starts[0].Centers, cancellation);
        }

        threads.Run(ends.Length, (_, i) => ends[i] = From(starts[i].Centers, true, null, cancellation), cancellation);
        return ends.MinBy(end => end.SquaredErrors)!;
    }

    private PointSolution One(CounterRandom random, ComputeThreads? threads, CancellationToken cancellation)
    {
        var sample = Thin(plan.SampleRows, 0, random, threads, cancellation);
        var few = Thin(Math.Max(SeedRows, LeastSeedRows / (double)clusterCount), points.Count, random, threads, cancellation);
        var centers = Seeds(few, sample, random, threads, cancellation);
        if (sample != points)
        {
            using var clusters = new PointClusters(sample, featureCount, centers.Length / featureCount, kernel, threads);
            clusters.Assign(centers, cancellation);
            clusters.Descend(plan.Iterations, plan.Tolerance, cancellation);
            new SplitMerge(clusters, threads).Improve(plan, cancellation);
            centers = clusters.Means.ToArray();
        }

        return From(centers, true, threads, cancellation);
    }

    private PointSolution From(ReadOnlySpan<double> centers, bool divides, ComputeThreads? threads, CancellationToken cancellation)
    {
        using var clusters = new PointClusters(points, featureCount, centers.Length / featureCount, kernel, threads);
        clusters.Assign(centers, cancellation);
        if (divides)
        {
            new SplitMerge(clusters, threads).Improve(plan, cancellation);
        }

        clusters.Descend(plan.FinalIterations, plan.Tolerance, cancellation);
        return new PointSolution(clusters.Means.ToArray(), clusters.Weights.ToArray(), clusters.TotalError);
    }

    /// <summary>Seeds from a few points; from more, and at last from all, where the few have not k different ones.</summary>
    private double[] Seeds(RowBlock few, RowBlock sample, CounterRandom random, ComputeThreads? threads, CancellationToken cancellation)
    {
        foreach (var part in (ReadOnlySpan<RowBlock>)[few, sample, points])
        {
            var chosen = Seeding.Choose(part, featureCount, clusterCount, InitMethod.KMeansPlusPlus, random, cancellation, threads);
            if (chosen.Count == clusterCount || part == points)
            {
                return PointSolver.Rows(part, featureCount, chosen);
            }
        }

        throw new InvalidOperationException("The last part is all points.");
    }

    /// <summary>A random point of each of as many runs of neighbouring points: sorted or periodic, they are all met.</summary>
    private RowBlock Thin(double rowsPerCenter, long firstNumber, CounterRandom random, ComputeThreads? threads, CancellationToken cancellation)
    {
        var count = (int)Math.Min(points.Count, rowsPerCenter * clusterCount);
        if (count == points.Count)
        {
            return points;
        }

        var samples = GC.AllocateUninitializedArray<float>(count * featureCount);
        var weights = points.SampleWeights is null ? null : new double[count];
        ParallelRun.InBlocks(threads, count, ThinBlock, (_, first, after) =>
        {
            for (var i = first; i < after; i++)
            {
                var start = (long)i * points.Count / count;
                var end = (i + 1L) * points.Count / count;
                var row = (int)(start + random.Below(ThinningNumbers + firstNumber + i, end - start));
                points.Samples.AsSpan(row * featureCount, featureCount).CopyTo(samples.AsSpan(i * featureCount));
                if (weights is not null)
                {
                    weights[i] = points.SampleWeights![row];
                }
            }
        }, cancellation);
        return new RowBlock(samples, count, weights);
    }
}
