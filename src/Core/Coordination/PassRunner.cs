using System.Diagnostics;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>What the passes ended with.</summary>
/// <param name="Centers">The running centers.</param>
/// <param name="Summary">Of the last pass.</param>
/// <param name="EpochCount">Passes made.</param>
/// <param name="BroadcastCount">K, the running centers of the first pass.</param>
/// <param name="OpenedCount">Centers that rows opened.</param>
/// <param name="DroppedCount">Centers that were dropped.</param>
/// <param name="Time">All passes together.</param>
/// <param name="ReadTime">Of it, what a thread spent reading on average.</param>
internal sealed record PassResult(
    RunningCenters Centers, PartitionSummary Summary, int EpochCount, int BroadcastCount, int OpenedCount, int DroppedCount, TimeSpan Time, TimeSpan ReadTime);

/// <summary>Runs the epochs: each broadcasts the running centers, has every partition trained once and merges the summaries.</summary>
/// <param name="input">The rows.</param>
/// <param name="options">The user's.</param>
/// <param name="memory">How the pass fits into memory.</param>
/// <param name="executor">Where partitions run.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="progress">The listener, or null.</param>
internal sealed class PassRunner(
    InputSet input, TrainingOptions options, MemoryPlan memory, IPartitionExecutor executor, IAssignmentKernel kernel, IProgress<TrainingProgress>? progress)
{
    /// <summary>Runs them.</summary>
    /// <param name="initial">Where the first pass starts.</param>
    /// <param name="rowCount">n, known or estimated.</param>
    /// <param name="rowMode">Whether the last pass keeps all rows.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <returns>What they ended with.</returns>
    public PassResult Run(InitialCenters initial, long rowCount, bool rowMode, CancellationToken cancellation)
    {
        var epochs = options.Epochs ?? 1;
        var centers = initial.Centers;
        var runningCount = centers.Count;
        var opening = options.OpensCenters ? PassPlan.Opening(initial, rowCount) : OpeningRule.None;
        var retention = PassPlan.Retention(initial, rowCount, options.SummaryRows.For(rowCount, input.FeatureCount, options.ClusterCount));
        var (opened, dropped) = (0, 0);
        var readTime = TimeSpan.Zero;
        var clock = Stopwatch.StartNew();
        PartitionSummary? root = null;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var context = new PassContext
            {
                Input = input,
                Transform = initial.Transform,
                Missing = options.Missing,
                Fill = initial.Fill,
                Broadcast = centers,
                Kernel = kernel,
                Seed = options.Seed,
                Epoch = epoch,
                MiniBatchSize = options.MiniBatchSize ?? AutoPolicy.MiniBatchSize,
                HalfLife = options.HalfLifeTimeSize,
                Opening = opening,
                KeepsAllRows = rowMode && epoch == epochs - 1,
                Retention = retention,
                TileValues = memory.TileValues,
                Pool = new SummaryPool(centers, retention),
            };
            var tree = new MergeTree<PartitionSummary>(input.Partitions.Count, (earlier, later) => SummaryMerge.Merge(earlier, later, context));
            var meter = new PassMeter(progress, rowCount * epochs, rowCount * epoch, centers.Count);
            readTime += executor.Run(context, input.Partitions, summary => tree.Add(summary.First, summary), meter.Advance, cancellation);
            root = tree.Root!;
            opened += root.Centers.Count - centers.Count;
            centers = Next(centers, root);
            var before = centers.Count;
            if (options.DropsCenters)
            {
                // After the last pass the reduction chooses better than dropping would, where it can afford to look at every pair.
                var reduces = epoch == epochs - 1 && (double)centers.Count * centers.Count * input.FeatureCount < Reduction.MostWardWork;
                var most = reduces ? int.MaxValue : Math.Max(runningCount, options.ClusterCount);
                CenterClosing.Drop(centers, PassPlan.SmallWeight(centers), root.OpeningCost, Math.Min(options.ClusterCount, centers.Count), most);
            }

            dropped += before - centers.Count;
        }

        root!.Sample.Seal();
        root.CostSample.Seal();
        return new PassResult(centers, root, epochs, runningCount, opened, dropped, clock.Elapsed, readTime);
    }

    /// <summary>The running centers after a pass: those before it, decayed by all rows of the pass, and what its rows add.</summary>
    private RunningCenters Next(RunningCenters broadcast, PartitionSummary root)
    {
        var next = broadcast.Copy(root.Centers.Count - broadcast.Count);
        next.Decay(Decay.Factor(root.RowCount + root.SkippedRows, options.HalfLifeTimeSize));
        for (var j = 0; j < root.Centers.Count; j++)
        {
            if (j < broadcast.Count)
            {
                next.Absorb(j, root.Centers.Weights[j], root.Centers.Mean(j), root.Centers.SquaredErrors[j]);
            }
            else
            {
                next.Add(root.Centers.Ids[j], root.Centers.Weights[j], root.Centers.Mean(j), root.Centers.SquaredErrors[j]);
            }
        }

        return next;
    }
}
