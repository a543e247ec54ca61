using KMeans.Input;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Compiles what a pass runs while the files are still being opened: vector code is compiled for this machine when it is first called, and in a small job that takes as long as its rows do.</summary>
internal static class PassWarmUp
{
    private const int Rows = 64;

    /// <summary>Begins, on threads of the pool. Nothing comes of it but the code. Does nothing on a machine with one core, which has none to spare.</summary>
    public static void Begin()
    {
        if (Environment.ProcessorCount > 1)
        {
            // One shape for each form of the kernel that training meets: few features, and many.
            ThreadPool.UnsafeQueueUserWorkItem(_ => Run(AssignmentKernels.Best, 64, 64), null);
            ThreadPool.UnsafeQueueUserWorkItem(_ => Run(AssignmentKernels.Best, 512, 400), null);
        }
    }

    /// <summary>Trains on a few rows of zeros.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d.</param>
    /// <returns>What came of it: one summary of all rows.</returns>
    internal static PartitionSummary Run(IAssignmentKernel kernel, int centerCount, int featureCount)
    {
        using var input = InputSet.Create([new MemoryInputFile(new float[Rows * featureCount], featureCount)], new ColumnChoice());
        var broadcast = new RunningCenters(centerCount, featureCount);
        for (var j = 0; j < centerCount; j++)
        {
            broadcast.Add(new CenterId(-1, j), 0, new double[featureCount], 0);
        }

        var retention = new RetentionRule { SampleLimit = Rows, DistanceFactor = 1, ClusterTerms = [1], CostSampleLimit = Rows, RowCount = Rows, Scale = 1 };
        var context = new PassContext
        {
            Input = input,
            Transform = ColumnTransform.Identity(featureCount),
            Missing = MissingPolicy.Error,
            Fill = new float[featureCount],
            Broadcast = broadcast,
            Kernel = kernel,
            Seed = 1,
            Epoch = 0,
            MiniBatchSize = Rows / 2,
            HalfLife = 0,
            Opening = OpeningRule.None,
            KeepsAllRows = false,
            Retention = retention,
            TileValues = Rows * featureCount,
            Pool = new SummaryPool(broadcast, retention),
        };
        using var trainer = new PartitionTrainer(context);
        var summary = trainer.Train(input.Partitions[0], null, CancellationToken.None);
        summary.Sample.Seal();
        return summary;
    }
}
