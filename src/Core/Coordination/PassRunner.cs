using System.Diagnostics;
using KMeans.CoreSets;
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
/// <param name="Entries">The ledger of the last pass.</param>
/// <param name="Retries">Partitions that had to be run again, over all passes.</param>
/// <param name="Placement">Who ran the last pass; null where nobody listens.</param>
internal sealed record PassResult(
    RunningCenters Centers, PartitionSummary Summary, int EpochCount, int BroadcastCount, int OpenedCount, int DroppedCount, TimeSpan Time, TimeSpan ReadTime,
    IReadOnlyList<LedgerEntry> Entries, long Retries, PassPlacement? Placement)
{
    /// <summary>The ledger of the last pass in short: of the rows that were read.</summary>
    public required LedgerSummary Ledger { get; init; }

    /// <summary>By which rule rows were kept.</summary>
    public required RetentionRule Retention { get; init; }

    /// <summary>The update that it was, or null.</summary>
    public StateUpdate? Update { get; init; }

    /// <summary>Whether weights decayed, in these passes or before.</summary>
    public required bool IsDecayed { get; init; }
}

/// <summary>Runs the epochs: each broadcasts the running centers, has every partition trained once and merges the summaries.</summary>
/// <param name="input">The rows.</param>
/// <param name="options">The user's.</param>
/// <param name="memory">How the pass fits into memory.</param>
/// <param name="coordinator">Has partitions run.</param>
/// <param name="threadCount">Threads of all instances.</param>
/// <param name="threads">The coordinator's own, or null.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="progress">The listener, or null.</param>
internal sealed class PassRunner(
    InputSet input, TrainingOptions options, MemoryPlan memory, Coordinator coordinator, int threadCount, ComputeThreads? threads, IAssignmentKernel kernel, IProgress<TrainingProgress>? progress)
{
    /// <summary>Runs them.</summary>
    /// <param name="start">Where the first pass starts.</param>
    /// <param name="update">The model that the rows are added to, or null.</param>
    /// <param name="rowMode">Whether the last pass keeps all rows.</param>
    /// <param name="job">Whose passes they are.</param>
    /// <param name="checkpoint">What is kept, and what was; or null.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <returns>What they ended with.</returns>
    public PassResult Run(JobStart start, StateUpdate? update, bool rowMode, JobIdentity job, Checkpoint? checkpoint, CancellationToken cancellation)
    {
        var initial = start.Initial;
        var rowCount = start.EstimatedRowCount;
        var epochs = options.Epochs ?? 1;
        var runningCount = initial.Centers.Count;
        var opening = options.OpensCenters ? PassPlan.Opening(initial, update?.AllRows(rowCount) ?? rowCount) : OpeningRule.None;
        var retention = update?.Retention(rowCount) ?? PassPlan.Retention(initial, rowCount, options.SummaryRows.For(rowCount, input.FeatureCount, options.ClusterCount));
        var clock = Stopwatch.StartNew();
        var state = checkpoint?.Epoch ?? new EpochState(0, initial.Centers, 0, 0, 0, 0, "");
        while (true)
        {
            var centers = state.Broadcast;
            var context = new PassContext
            {
                Input = input,
                Transform = initial.Transform,
                Missing = options.Missing,
                Fill = initial.Fill,
                Broadcast = centers,
                Kernel = kernel,
                Seed = options.Seed,
                FirstKey = update?.FirstKey ?? 0,
                Epoch = state.Epoch,
                MiniBatchSize = options.MiniBatchSize ?? AutoPolicy.MiniBatchSize,
                FirstMiniBatchSize = update is null ? 0 : options.MiniBatchSize ?? AutoPolicy.FirstUpdateMiniBatchSize,
                HalfLife = options.HalfLifeTimeSize,
                Opening = opening,
                KeepsAllRows = rowMode && state.Epoch == epochs - 1,
                Retention = retention,
                TileValues = memory.TileValues,
                Pool = new SummaryPool(centers, retention),
            };
            var pass = new Pass(job.PassId(state.Epoch), context, input.Partitions);
            var finished = checkpoint?.Blocks(pass) ?? [];
            if (checkpoint is not null && checkpoint.Epoch?.Epoch != state.Epoch)
            {
                checkpoint.Begin(state);
            }

            var placement = progress is null ? null : new PlacementBoard(state.Epoch, input.Partitions.Count);
            foreach (var block in finished)
            {
                placement?.Take(block.Entries);
            }

            var meter = new PassMeter(progress, rowCount * epochs, (rowCount * state.Epoch) + finished.Sum(block => block.Summary.RowCount), centers.Count, placement);
            var result = coordinator.Run(pass, finished, checkpoint, meter.Advance, placement, cancellation);
            context.Pool.Clear();
            var ledger = Ledger.Sum(result, input.Partitions.Count);
            RequireSameRows(state, ledger);
            var root = result.Summary;
            var next = Next(centers, root);
            var before = next.Count;
            var all = update is null || state.Epoch < epochs - 1 ? root : update.Combine(root, next, retention);
            if (options.DropsCenters)
            {
                // After the last pass the reduction chooses better than dropping would, where it can afford to look at every pair.
                var reduces = state.Epoch == epochs - 1 && (double)next.Count * next.Count * input.FeatureCount < Reduction.MostWardWork;
                var most = reduces ? int.MaxValue : Math.Max(runningCount, options.ClusterCount);
                CenterClosing.Drop(next, PassPlan.SmallWeight(next), root.OpeningCost, Math.Min(options.ClusterCount, next.Count), most);
            }

            state = new EpochState(
                state.Epoch + 1, next, state.Opened + root.Centers.Count - centers.Count, state.Dropped + before - next.Count,
                state.ReadSeconds + result.Entries.Sum(entry => entry.ReadSeconds), state.Retries + ledger.Attempts - ledger.Partitions, ledger.Hash);
            if (state.Epoch >= epochs)
            {
                all.Sample.Seal(threads);
                all.CostSample.Seal(threads);
                return new PassResult(
                    next, all, epochs, runningCount, state.Opened, state.Dropped, clock.Elapsed, TimeSpan.FromSeconds(state.ReadSeconds / threadCount), result.Entries, state.Retries,
                    placement?.Snapshot())
                {
                    Ledger = ledger,
                    Retention = retention,
                    Update = update,
                    IsDecayed = update?.IsDecayed ?? options.HalfLifeTimeSize > 0,
                };
            }
        }
    }

    /// <summary>Every pass must have read what the one before did.</summary>
    private void RequireSameRows(EpochState before, LedgerSummary ledger)
    {
        if (before.Epoch > 0 && before.LedgerHash != ledger.Hash)
        {
            throw new InputException($"{input.Files[0].Path}: the input changed between pass {before.Epoch} and pass {before.Epoch + 1}; train again when nobody writes to it.");
        }
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
