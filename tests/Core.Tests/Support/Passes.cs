using KMeans.Input;
using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.Tests.Support;

/// <summary>Runs the pass over one partition of rows in memory, with everything given explicitly.</summary>
internal static class Passes
{
    public static PassContext Context(float[] samples, int featureCount, double[] centers, double[]? weights = null, int miniBatchSize = 100, long halfLife = 0, OpeningRule? opening = null)
    {
        var count = centers.Length / featureCount;
        var broadcast = new RunningCenters(count, featureCount);
        for (var j = 0; j < count; j++)
        {
            broadcast.Add(new CenterId(-1, j), weights?[j] ?? 0, centers.AsSpan(j * featureCount, featureCount), 0);
        }

        var retention = new RetentionRule
        {
            SampleLimit = 100,
            DistanceFactor = 1e-3,
            ClusterTerms = Enumerable.Repeat(1e-3, count + 1).ToArray(),
            CostSampleLimit = 50,
            RowCount = samples.Length / featureCount,
        };

        return new PassContext
        {
            Input = InputSet.Create([new MemoryInputFile(samples, featureCount)], new ColumnChoice()),
            Transform = ColumnTransform.Identity(featureCount),
            Missing = MissingPolicy.Error,
            Fill = new float[featureCount],
            Broadcast = broadcast,
            Kernel = AssignmentKernels.Best,
            Seed = 1,
            Epoch = 0,
            MiniBatchSize = miniBatchSize,
            HalfLife = halfLife,
            Opening = opening ?? OpeningRule.None,
            KeepsAllRows = false,
            Retention = retention,
            TileValues = 1 << 18,
            Pool = new SummaryPool(broadcast, retention),
        };
    }

    public static PartitionSummary Run(PassContext context)
    {
        using var trainer = new PartitionTrainer(context);
        return trainer.Train(Assert.Single(context.Input.Partitions), null, CancellationToken.None);
    }

    /// <summary>The running centers after the pass: what was broadcast and the partition's own rows together.</summary>
    public static RunningCenters Merged(PassContext context, PartitionSummary summary)
    {
        var merged = context.Broadcast.Copy();
        merged.Decay(Decay.Factor(summary.RowCount, context.HalfLife));
        for (var j = 0; j < merged.Count; j++)
        {
            merged.Absorb(j, summary.Centers.Weights[j], summary.Centers.Mean(j), summary.Centers.SquaredErrors[j]);
        }

        return merged;
    }
}
