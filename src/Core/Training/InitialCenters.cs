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

    /// <summary>Length K: the batch's rows nearest to each center.</summary>
    public required double[] ClusterCounts { get; init; }

    /// <summary>The batch's mean squared distance to them.</summary>
    public required double Msd { get; init; }

    /// <summary>The batch's rows that count.</summary>
    public required int RowCount { get; init; }

    /// <summary>Chooses them.</summary>
    /// <param name="batch">Raw rows.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="centerCount">K.</param>
    /// <param name="options">The user's. With an explicit method the centers are the points it draws; otherwise the batch is solved for them.</param>
    /// <param name="rowMode">Whether Lloyd follows on all rows.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The decision; null where no row of the batch is complete.</returns>
    public static InitialCenters? Choose(
        RandomBatch batch, int featureCount, int centerCount, TrainingOptions options, bool rowMode, IAssignmentKernel kernel, ComputeThreads threads, CancellationToken cancellation)
    {
        var (transform, fill) = ColumnStatistics.Decide(batch, featureCount, options.Scaling);
        var points = ColumnStatistics.Transform(batch, transform, fill, options.Missing);
        if (points.Count == 0)
        {
            return null;
        }

        var solver = new PointSolver(points, featureCount, centerCount, kernel, threads)
        {
            Method = options.InitMethod ?? InitMethod.KMeansPlusPlus,
            MaxIterations = AutoPolicy.LloydMaxIterations,
            Tolerance = AutoPolicy.LloydTolerance,
        };
        var chosen = options.InitMethod is null
            ? solver.Best(AutoPolicy.BatchTrials(points.Count, centerCount, featureCount, batch.EstimatedRowCount, rowMode), options.Seed, RandomPurpose.InitialCenters, cancellation).Centers
            : solver.Seeds(options.Seed, RandomPurpose.InitialCenters, 0, cancellation);
        var centers = new RunningCenters(chosen.Length / featureCount, featureCount);
        for (var j = 0; j < chosen.Length / featureCount; j++)
        {
            centers.Add(new CenterId(-1, j), 0, chosen.AsSpan(j * featureCount, featureCount), 0);
        }

        using var step = new LloydStep([points], centers.Count, featureCount, kernel, threads);
        step.Assign(centers.Means, cancellation);
        var weight = step.Total.ClusterWeights.ToArray();
        return new InitialCenters
        {
            Transform = transform,
            Fill = fill,
            Centers = centers,
            ClusterCounts = weight,
            Msd = weight.Sum() > 0 ? step.TotalCost / weight.Sum() : 0,
            RowCount = points.Count,
        };
    }
}
