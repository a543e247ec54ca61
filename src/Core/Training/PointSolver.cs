using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Solves a set of weighted points that fits in memory: trials of seeding and Lloyd, of which the cheapest counts.</summary>
/// <param name="points">The points.</param>
/// <param name="featureCount">d.</param>
/// <param name="clusterCount">k.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="threads">Trials run side by side on them; a single trial has them all.</param>
internal sealed class PointSolver(RowBlock points, int featureCount, int clusterCount, IAssignmentKernel kernel, ComputeThreads threads)
{
    /// <summary>How a trial's centers are seeded.</summary>
    public required InitMethod Method { get; init; }

    /// <summary>The most Lloyd iterations.</summary>
    public required int MaxIterations { get; init; }

    /// <summary>Lloyd's relative tolerance.</summary>
    public required double Tolerance { get; init; }

    /// <summary>The centers that a method draws.</summary>
    /// <param name="seed">The user's seed.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="trial">The trial, 0-based.</param>
    /// <param name="cancellation">Stops between draws.</param>
    /// <returns>Row-major, at least one and at most k of them: fewer where there are fewer different points.</returns>
    public double[] Seeds(long seed, RandomPurpose purpose, int trial, CancellationToken cancellation)
    {
        return Rows(points, featureCount, Seeding.Choose(points, featureCount, clusterCount, Method, new CounterRandom(seed, purpose, trial), cancellation));
    }

    /// <summary>Some of the points, as centers.</summary>
    /// <param name="points">The points.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="chosen">Indices.</param>
    /// <returns>Row-major; where nothing was chosen, because every weight is 0, the first point.</returns>
    public static double[] Rows(RowBlock points, int featureCount, List<int> chosen)
    {
        var centers = new double[Math.Max(1, chosen.Count) * featureCount];
        for (var j = 0; j < centers.Length / featureCount; j++)
        {
            var row = chosen.Count == 0 ? 0 : chosen[j];
            for (var f = 0; f < featureCount; f++)
            {
                centers[(j * featureCount) + f] = points.Samples[(row * featureCount) + f];
            }
        }

        return centers;
    }

    /// <summary>Lloyd from given centers.</summary>
    /// <param name="centers">Row-major.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What it ended with.</returns>
    public LloydResult From(ReadOnlySpan<double> centers, CancellationToken cancellation) =>
        Lloyd.Run([points], centers, featureCount, MaxIterations, Tolerance, kernel, threads, cancellation);

    /// <summary>The best of several trials. O(trials x iterations x n k d).</summary>
    /// <param name="trials">How many.</param>
    /// <param name="seed">The user's seed.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The cheapest, the first on ties.</returns>
    public LloydResult Best(int trials, long seed, RandomPurpose purpose, CancellationToken cancellation)
    {
        if (trials == 1)
        {
            return From(Seeds(seed, purpose, 0, cancellation), cancellation);
        }

        var results = new LloydResult[trials];
        threads.Run(trials, (_, trial) => results[trial] = Lloyd.Run(
            [points], Seeds(seed, purpose, trial, cancellation), featureCount, MaxIterations, Tolerance, kernel, null, cancellation), cancellation);
        return results.MinBy(result => result.SquaredDistances)!;
    }
}
