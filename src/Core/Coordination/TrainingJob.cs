using System.Diagnostics;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Metrics;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>One training from the plan to the model: random batch, initial centers, passes, merge tree, reduction, cost.</summary>
internal sealed class TrainingJob
{
    private readonly InputSet input;
    private readonly TrainingOptions options;
    private readonly MemoryPlan memory;
    private readonly IProgress<TrainingProgress>? progress;
    private readonly CancellationToken cancellation;
    private readonly IAssignmentKernel kernel;
    private readonly ComputeThreads threads;
    private readonly IPartitionExecutor executor;
    private readonly Stopwatch total = Stopwatch.StartNew();
    private readonly List<string> notes = [];

    private TrainingJob(
        InputSet input, TrainingOptions options, MemoryPlan memory, IProgress<TrainingProgress>? progress, ComputeThreads threads, IPartitionExecutor executor, CancellationToken cancellation)
    {
        this.input = input;
        this.options = options;
        this.memory = memory;
        this.progress = progress;
        this.threads = threads;
        this.cancellation = cancellation;
        kernel = Backends.Kernel(options.Backend);
        this.executor = executor;
    }

    /// <summary>Trains.</summary>
    /// <param name="input">The rows; not disposed.</param>
    /// <param name="options">The user's.</param>
    /// <param name="progress">Told at most a few times a batch, from any thread; or null.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <returns>The model and the report.</returns>
    /// <exception cref="InputException">The data or the options are wrong.</exception>
    public static TrainingResult Run(InputSet input, TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        OptionsValidator.Validate(options);
        var memory = MemoryPlan.Make(input, options, options.ClusterCount * (options.ExtraCenterFactor ?? AutoPolicy.ExtraCenterFactor));
        using var threads = new ComputeThreads(memory.Threads);
        return new TrainingJob(input, options, memory, progress, threads, new InProcessExecutor(options.Shards, threads), cancellation).Run();
    }

    private TrainingResult Run()
    {
        var k = options.ClusterCount;
        RequireRows(input.RowCount ?? long.MaxValue);
        progress?.Report(new TrainingProgress(TrainingPhase.Sampling, 0, 0, double.NaN, 0));
        var factor = options.ExtraCenterFactor ?? AutoPolicy.ExtraCenterFactor;
        var miniBatchSize = options.MiniBatchSize ?? AutoPolicy.MiniBatchSize;
        var batch = RandomBatchReader.Draw(input, AutoPolicy.RandomBatchSize(k * factor, input.FeatureCount, miniBatchSize), options.Seed, cancellation);
        var sampleTime = total.Elapsed;
        RequireRows(batch.EstimatedRowCount == batch.Count ? batch.Count : long.MaxValue);
        if (batch.Note is not null)
        {
            notes.Add(batch.Note);
        }

        var rowMode = (Int128)batch.EstimatedRowCount * input.FeatureCount <= options.RowBudget;
        var initial = InitialCenters.Choose(batch, input.FeatureCount, k * factor, options, rowMode, kernel, threads, cancellation) ?? throw NothingComplete();
        var pass = new Passes(this, initial, batch.EstimatedRowCount, miniBatchSize, rowMode).Run();
        RequireRows(pass.Summary.RowCount);
        if (!(pass.Summary.TotalWeight > 0))
        {
            throw new InputException($"{input.Files[0].Path}: every row has weight 0, so there is nothing to train on; check --weight-column.");
        }

        var reduceStart = total.Elapsed;
        progress?.Report(new TrainingProgress(TrainingPhase.Reducing, 0, 0, double.NaN, pass.Centers.Count));
        var reduction = Reduction.Run(pass.Centers, k, options, kernel, threads, cancellation);
        var finish = rowMode ? FinishOnRows(pass, reduction) : FinishOnSummary(pass, reduction, initial);
        var reduceTime = total.Elapsed - reduceStart;
        var model = ModelAssembly.Make(input, options, initial, pass.Centers, pass.Summary, finish, pass.EpochCount);
        Warn(finish, k);
        return new TrainingResult(model, Report(model, batch, pass, sampleTime, reduceTime, rowMode));
    }

    private Finish FinishOnRows(PassResult pass, ReductionResult reduction)
    {
        var d = input.FeatureCount;
        var rows = pass.Summary.Rows;
        var lloyd = Lloyd.Run(
            rows, reduction.Centers, d, options.LocalLloydMaxIterations ?? AutoPolicy.LloydMaxIterations, options.LocalLloydTolerance ?? AutoPolicy.LloydTolerance,
            kernel, threads, cancellation);
        using var step = new LloydStep(rows, options.ClusterCount, d, kernel, threads);
        step.Assign(lloyd.Centers, cancellation);
        var weights = step.Total.ClusterWeights.ToArray();
        var msd = step.TotalCost / pass.Summary.TotalWeight;
        return new Finish(lloyd.Centers, weights, new CostEstimate(CostKind.Exact, msd, pass.Summary.TotalWeight, msd, msd, Bound(pass, reduction)));
    }

    private Finish FinishOnSummary(PassResult pass, ReductionResult reduction, InitialCenters initial)
    {
        var summary = pass.Summary;
        var bound = Bound(pass, reduction);
        if (options.ExactScore)
        {
            var done = 0L;
            var score = ScorePass.Run(input, initial.Transform, options.Missing, initial.Fill, reduction.Centers, kernel, threads, Advance, cancellation);
            return new Finish(reduction.Centers, score.ClusterWeights, new CostEstimate(CostKind.Exact, score.Msd, score.TotalWeight, score.Msd, score.Msd, bound)) { RowsRead = score.Rows };

            void Advance(int rows) => progress?.Report(new TrainingProgress(TrainingPhase.Scoring, Interlocked.Add(ref done, rows), summary.RowCount, double.NaN, options.ClusterCount));
        }

        // Running centers carry the weights of all epochs, decayed; the clusters' sizes are shares of the rows.
        var weights = new double[options.ClusterCount];
        var sum = 0.0;
        for (var j = 0; j < pass.Centers.Count; j++)
        {
            weights[reduction.Labels[j]] += pass.Centers.Weights[j];
            sum += pass.Centers.Weights[j];
        }

        for (var j = 0; j < weights.Length; j++)
        {
            weights[j] *= summary.TotalWeight / sum;
        }

        return new Finish(reduction.Centers, weights, CostEstimator.Estimate(summary.CostSample, summary.TotalWeight, reduction.Centers, input.FeatureCount, bound, kernel));
    }

    /// <summary>The msd of the assignment that takes each row to its running center's cluster: no assignment to nearest centers costs more.</summary>
    private double? Bound(PassResult pass, ReductionResult reduction) =>
        options.HalfLifeTimeSize > 0 ? null : (reduction.SquaredDistances + pass.Centers.SquaredErrors.ToArray().Sum()) / pass.Centers.Weights.ToArray().Sum();

    private void Warn(Finish finish, int k)
    {
        var empty = finish.ClusterWeights.Count(weight => weight == 0);
        if (empty > 0)
        {
            notes.Add($"{empty} of {k} clusters are empty: the input has fewer different rows than clusters; choose a smaller --k.");
        }
    }

    private void RequireRows(long rows)
    {
        if (rows == 0)
        {
            throw new InputException($"{input.Files[0].Path}: the input has no rows; check the path and --missing.");
        }

        if (rows < options.ClusterCount)
        {
            throw new InputException($"--k {options.ClusterCount}: the input has only {rows} rows; choose --k {rows} or less.");
        }
    }

    /// <summary>No row of the batch is complete: reading on finds and names the first that is not, or shows that all are to be skipped.</summary>
    private InputException NothingComplete()
    {
        if (options.Missing == MissingPolicy.Error)
        {
            var batch = new SampleBatch(1024, input.FeatureCount, input.IsWeighted);
            foreach (var partition in input.Partitions)
            {
                using var reader = input.Open(partition, ColumnTransform.Identity(input.FeatureCount), MissingPolicy.Error, []);
                while (reader.Read(batch, 1024))
                {
                    cancellation.ThrowIfCancellationRequested();
                }
            }
        }

        return new InputException($"{input.Files[0].Path}: no row of the random batch is complete; --exclude the columns that are often missing, or use --missing mean.");
    }

    private TrainingReport Report(TrainedModel model, RandomBatch batch, PassResult pass, TimeSpan sampleTime, TimeSpan reduceTime, bool rowMode)
    {
        var seconds = total.Elapsed.TotalSeconds;
        var cost = model.Cost!;
        var rows = pass.Summary.RowCount;
        var arithmetic = 2.0 * (rows + pass.Summary.SkippedRows) * pass.EpochCount * pass.BroadcastCount * input.FeatureCount;
        return new TrainingReport
        {
            Rows = rows,
            SkippedRows = pass.Summary.SkippedRows,
            Features = input.FeatureCount,
            K = options.ClusterCount,
            Seconds = new TrainingSeconds(seconds, (sampleTime + pass.ReadTime).TotalSeconds, (pass.Time - pass.ReadTime).TotalSeconds, reduceTime.TotalSeconds),
            RowsPerSecond = rows / seconds,
            InputBytes = input.TotalBytes,
            PeakRssBytes = ProcessMemory.PeakBytes(),
            RowsRead = batch.RowsRead + ((rows + pass.Summary.SkippedRows) * pass.EpochCount) + (options.ExactScore && !rowMode ? rows + pass.Summary.SkippedRows : 0),
            BytesRead = input.BytesRead,
            Mode = rowMode ? "rows" : "stream",
            Msd = cost.Msd,
            Ssd = cost.Ssd,
            MsdKind = cost.Kind == CostKind.Exact ? "exact" : "estimate",
            MsdInterval = [cost.Low, cost.High],
            MsdBound = cost.Bound,
            Fingerprint = model.Fingerprint,
            Instances = executor.InstanceCount,
            Threads = threads.WorkerCount,
            Partitions = input.Partitions.Count,
            Backend = kernel.Name,
            Gflops = pass.Time.TotalSeconds > 0 ? arithmetic / pass.Time.TotalSeconds / 1e9 : 0,
            RunningCenters = pass.BroadcastCount,
            OpenedCenters = pass.OpenedCount,
            DroppedCenters = pass.DroppedCount,
            NearTies = pass.Summary.NearTies,
            Notes = notes,
        };
    }

    /// <summary>What the finish ended with.</summary>
    /// <param name="Centers">Row-major (k, d), in the model's space.</param>
    /// <param name="ClusterWeights">Length k.</param>
    /// <param name="Cost">Of the centers.</param>
    internal sealed record Finish(double[] Centers, double[] ClusterWeights, CostEstimate Cost)
    {
        /// <summary>Rows read for it.</summary>
        public long RowsRead { get; init; }
    }

    /// <summary>What the passes ended with.</summary>
    internal sealed record PassResult(
        RunningCenters Centers, PartitionSummary Summary, int EpochCount, int BroadcastCount, int OpenedCount, int DroppedCount, TimeSpan Time, TimeSpan ReadTime);

    /// <summary>Runs the epochs.</summary>
    private sealed class Passes(TrainingJob job, InitialCenters initial, long rowCount, int miniBatchSize, bool rowMode)
    {
        public PassResult Run()
        {
            var options = job.options;
            var input = job.input;
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
                    Kernel = job.kernel,
                    Seed = options.Seed,
                    Epoch = epoch,
                    MiniBatchSize = miniBatchSize,
                    HalfLife = options.HalfLifeTimeSize,
                    Opening = opening,
                    KeepsAllRows = rowMode && epoch == epochs - 1,
                    Retention = retention,
                    TileValues = job.memory.TileValues,
                    Pool = new SummaryPool(centers, retention),
                };
                var broadcastCount = centers.Count;
                var tree = new MergeTree<PartitionSummary>(input.Partitions.Count, (earlier, later) => SummaryMerge.Merge(earlier, later, context));
                var meter = new PassMeter(job.progress, rowCount * epochs, rowCount * epoch, broadcastCount);
                readTime += job.executor.Run(context, input.Partitions, summary => tree.Add(summary.First, summary), meter.Advance, job.cancellation);
                root = tree.Root!;
                opened += root.Centers.Count - broadcastCount;
                centers = Next(centers, root, options.HalfLifeTimeSize);
                var before = centers.Count;
                if (options.DropsCenters)
                {
                    CenterClosing.Drop(centers, PassPlan.SmallWeight(centers), root.OpeningCost, Math.Min(options.ClusterCount, centers.Count), Math.Max(runningCount, options.ClusterCount));
                }

                dropped += before - centers.Count;
            }

            root!.Sample.Seal();
            root.CostSample.Seal();
            return new PassResult(centers, root, epochs, runningCount, opened, dropped, clock.Elapsed, readTime);
        }

        /// <summary>The running centers after a pass: those before it, decayed by all rows of the pass, and what its rows add.</summary>
        private static RunningCenters Next(RunningCenters broadcast, PartitionSummary root, long halfLife)
        {
            var next = broadcast.Copy(root.Centers.Count - broadcast.Count);
            next.Decay(Decay.Factor(root.RowCount + root.SkippedRows, halfLife));
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
}
