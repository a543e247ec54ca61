using KMeans.Coordination;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.Tests.Support;

/// <summary>A pass over files in memory that keeps rows as a training's own pass would, merged and sealed.</summary>
internal static class SampledPass
{
    /// <summary>What the random batch would decide if it were all rows.</summary>
    public static InitialCenters Initial(float[] samples, int featureCount, double[] centers)
    {
        using var threads = new ComputeThreads(1);
        var (labels, squaredDistances) = PointAssignment.Run(samples, centers, featureCount, AssignmentKernels.Best, threads, CancellationToken.None);
        var count = centers.Length / featureCount;
        var running = new RunningCenters(count, featureCount);
        for (var j = 0; j < count; j++)
        {
            running.Add(new CenterId(-1, j), 0, centers.AsSpan(j * featureCount, featureCount), 0);
        }

        return new InitialCenters
        {
            Transform = ColumnTransform.Identity(featureCount),
            Fill = new float[featureCount],
            Centers = running,
            ClusterCounts = Enumerable.Range(0, count).Select(j => (double)labels.Count(label => label == j)).ToArray(),
            Msd = squaredDistances.Average(),
            ColumnVariances = ColumnStatistics.Variances(new RowBlock(samples, labels.Length, null), featureCount, null, CancellationToken.None),
            RowCount = labels.Length,
        };
    }

    /// <summary>The pass's context: sensitivities after the batch, limits as given.</summary>
    public static PassContext Context(
        float[] samples, int featureCount, double[] centers, int sampleLimit, int costSampleLimit, OpeningRule? opening = null)
    {
        var rowCount = samples.Length / featureCount;
        var retention = PassPlan.Retention(Initial(samples, featureCount, centers), rowCount, sampleLimit) with { CostSampleLimit = costSampleLimit };
        return WithRetention(Passes.Context(samples, featureCount, centers, miniBatchSize: 500, opening: opening), retention);
    }

    public static PassContext WithRetention(PassContext context, RetentionRule retention) =>
        context with { Retention = retention, Pool = new SummaryPool(context.Broadcast, retention) };

    /// <summary>Runs the pass, the rows cut into as many partitions.</summary>
    public static PartitionSummary Run(PassContext context, int partitionCount = 1)
    {
        using var trainer = new PartitionTrainer(context);
        var rows = context.Input.RowCount!.Value;
        var partitions = Enumerable.Range(0, partitionCount)
            .Select(i => new Partition(i, [new PartitionSegment(0, new FileRange(i * rows / partitionCount, (i + 1) * rows / partitionCount), 0)]));
        var tree = new MergeTree<PartitionSummary>(partitionCount, (earlier, later) => SummaryMerge.Merge(earlier, later, context));
        foreach (var partition in partitions)
        {
            tree.Add(partition.Index, trainer.Train(partition, null, CancellationToken.None));
        }

        var root = tree.Root!;
        root.Sample.Seal();
        root.CostSample.Seal();
        return root;
    }

    /// <summary>Some rows as centers.</summary>
    public static double[] Centers(float[] samples, int featureCount, params IEnumerable<int> rows) =>
        rows.SelectMany(row => samples.Skip(row * featureCount).Take(featureCount)).Select(value => (double)value).ToArray();

    /// <summary>The mean squared distance of all rows to their nearest center.</summary>
    public static double Msd(float[] samples, int featureCount, double[] centers)
    {
        using var threads = new ComputeThreads(1);
        return PointAssignment.Run(samples, centers, featureCount, AssignmentKernels.Best, threads, CancellationToken.None).SquaredDistances.Average();
    }

    /// <summary>Rows whose values are log-normal with a deviation of 2 in the exponent: few rows make most of the cost.</summary>
    public static float[] HeavyTailed(int rows, int featureCount, int seed = 5)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, rows * featureCount).Select(_ => (float)Math.Exp(2 * Blobs.Normal(random))).ToArray();
    }
}
