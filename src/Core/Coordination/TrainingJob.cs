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
        using var blocks = DirectBlocks.For(input, memory.Threads, options.MemoryLimitBytes);
        try
        {
            if (blocks is not null)
            {
                input.ReadThrough(blocks);
            }

            return new TrainingJob(input, options, memory, progress, threads, new InProcessExecutor(options.Shards, threads), cancellation).Run();
        }
        finally
        {
            if (blocks is not null)
            {
                input.ReadThrough(null);
            }
        }
    }

    private TrainingResult Run()
    {
        var k = options.ClusterCount;
        RequireRows(input.RowCount ?? long.MaxValue);
        progress?.Report(new TrainingProgress(TrainingPhase.Sampling, 0, 0, double.NaN, 0));
        var factor = options.ExtraCenterFactor ?? AutoPolicy.ExtraCenterFactor;
        var batch = RandomBatchReader.Draw(input, AutoPolicy.RandomBatchSize(k * factor, input.FeatureCount, options.MiniBatchSize), options.Seed, threads, cancellation);
        var sampleTime = total.Elapsed;
        using var readAhead = new ReadAhead(input, input.Partitions, threads.WorkerCount);
        readAhead.BeginEarly();
        RequireRows(batch.EstimatedRowCount == batch.Count ? batch.Count : long.MaxValue);
        if (batch.Note is not null)
        {
            notes.Add(batch.Note);
        }

        var rowMode = (Int128)batch.EstimatedRowCount * input.FeatureCount <= options.RowBudget;
        var initial = InitialCenters.Choose(batch, input.FeatureCount, k * factor, options, kernel, threads, cancellation) ?? throw NothingComplete();
        var initialTime = total.Elapsed - sampleTime;
        var pass = new PassRunner(input, options, memory, executor, kernel, progress).Run(initial, batch.EstimatedRowCount, rowMode, cancellation);
        RequireRows(pass.Summary.RowCount);
        if (!(pass.Summary.TotalWeight > 0))
        {
            throw new InputException($"{input.Files[0].Path}: every row has weight 0, so there is nothing to train on; check --weight-column.");
        }

        var reduceStart = total.Elapsed;
        progress?.Report(new TrainingProgress(TrainingPhase.Reducing, 0, 0, double.NaN, pass.Centers.Count));
        var reduction = Reduction.Run(pass.Centers, k, options, kernel, threads, cancellation);
        var finish = new Finisher(input, options, kernel, threads, progress).Run(pass, reduction, initial, rowMode, cancellation);
        var reduceTime = total.Elapsed - reduceStart;
        var model = ModelAssembly.Make(input, options, initial, pass.Centers, pass.Summary, finish, pass.EpochCount);
        notes.AddRange(QualityNotes.Of(finish, initial, input, options));
        return new TrainingResult(model, Report(model, finish.Quality, batch, pass, sampleTime, initialTime, reduceTime, rowMode));
    }

    private void RequireRows(long rows)
    {
        if (rows == 0)
        {
            throw new InputException($"{input.Files[0].Path}: the input has no rows; check the path and --missing.");
        }

        if (rows < options.ClusterCount)
        {
            throw new InputException($"--k {options.ClusterCount}: the input has only {rows} {(rows == 1 ? "row" : "rows")}; choose --k {rows} or less.");
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

    private TrainingReport Report(TrainedModel model, QualityStatement? quality, RandomBatch batch, PassResult pass, TimeSpan sampleTime, TimeSpan initialTime, TimeSpan reduceTime, bool rowMode)
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
            Seconds = new TrainingSeconds(
                seconds, (sampleTime + pass.ReadTime).TotalSeconds, sampleTime.TotalSeconds, initialTime.TotalSeconds, (pass.Time - pass.ReadTime).TotalSeconds, reduceTime.TotalSeconds),
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
            LloydGap = quality?.LloydGap,
            LloydRows = quality?.LloydRows,
            SeedAgreement = quality?.SeedAgreement,
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
}
