using KMeans.Coordination;
using KMeans.Input;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>What the random batch decides: the transform of every column, the initial running centers and how costly the data is around them.</summary>
internal sealed record InitialCenters
{
    /// <summary>What readers do to each value.</summary>
    public required ColumnTransform Transform { get; init; }

    /// <summary>Length d, in the transformed space: the batch's mean of each column.</summary>
    public required float[] Fill { get; init; }

    /// <summary>K centers of weight 0, K at most the number of different rows in the batch.</summary>
    public required RunningCenters Centers { get; init; }

    /// <summary>Length K: the weight of the batch's rows nearest to each center.</summary>
    public required double[] ClusterCounts { get; init; }

    /// <summary>The batch's mean squared distance to them.</summary>
    public required double Msd { get; init; }

    /// <summary>Length d, in the transformed space: the batch's variance of each column.</summary>
    public required double[] ColumnVariances { get; init; }

    /// <summary>
    /// What all rows can be expected to cost: K centers fitted to m rows cost these 1 - K / m of what they cost the clusters' own means, and all others 1 + K / m.
    /// </summary>
    public double ExpectedMsd => Msd * (RowCount + Centers.Count) / Math.Max(RowCount / 4.0, RowCount - Centers.Count);

    /// <summary>The batch's rows that count.</summary>
    public required int RowCount { get; init; }

    /// <summary>Chooses them.</summary>
    /// <param name="batch">Raw rows.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="centerCount">K.</param>
    /// <param name="options">The user's. With an explicit method the centers are the points it draws; otherwise the batch is solved for them.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The decision; null where no row of the batch is complete.</returns>
    public static InitialCenters? Choose(
        RandomBatch batch, int featureCount, int centerCount, TrainingOptions options, IAssignmentKernel kernel, ComputeThreads threads, CancellationToken cancellation)
    {
        var (transform, fill) = ColumnStatistics.Decide(batch, featureCount, options.Scaling, threads, cancellation);
        var points = ColumnStatistics.Transform(batch, transform, fill, options.Missing, threads, cancellation);
        if (points.Count == 0)
        {
            return null;
        }

        var solution = options.InitMethod is { } method
            ? Drawn(points, featureCount, centerCount, method, options.Seed, kernel, threads, cancellation)
            : new CenterSearch(points, featureCount, centerCount, kernel, threads).Run(options.Seed, RandomPurpose.InitialCenters, cancellation);
        var centers = new RunningCenters(solution.ClusterWeights.Length, featureCount);
        for (var j = 0; j < solution.ClusterWeights.Length; j++)
        {
            centers.Add(new CenterId(-1, j), 0, solution.Centers.AsSpan(j * featureCount, featureCount), 0);
        }

        var weight = solution.ClusterWeights.Sum();
        return new InitialCenters
        {
            Transform = transform,
            Fill = fill,
            Centers = centers,
            ClusterCounts = solution.ClusterWeights,
            Msd = weight > 0 ? solution.SquaredErrors / weight : 0,
            RowCount = points.Count,
            ColumnVariances = ColumnStatistics.Variances(points, featureCount, threads, cancellation),
        };
    }

    /// <summary>The points that the user's method draws, as they are, and what they cost.</summary>
    private static PointSolution Drawn(
        RowBlock points, int featureCount, int centerCount, InitMethod method, long seed, IAssignmentKernel kernel, ComputeThreads threads, CancellationToken cancellation)
    {
        var chosen = Seeding.Choose(points, featureCount, centerCount, method, new CounterRandom(seed, RandomPurpose.InitialCenters), cancellation);
        var centers = PointSolver.Rows(points, featureCount, chosen);
        using var step = new LloydStep([points], centers.Length / featureCount, featureCount, kernel, threads);
        step.Assign(centers, cancellation);
        return new PointSolution(centers, step.Total.ClusterWeights.ToArray(), step.TotalCost);
    }
}
