using System.Diagnostics;
using KMeans.CoreSets;
using KMeans.Input;
using KMeans.Metrics;
using KMeans.Models;
using KMeans.Storage;
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
    private readonly BackendKernels kernels;
    private readonly ComputeThreads threads;
    private readonly IFleet fleet;
    private readonly Coordinator coordinator;
    private readonly JobIdentity identity;
    private readonly Func<ICheckpointFolder>? openFolder;
    private readonly Checkpoint? checkpoint;
    private readonly ChaosMonkey? monkey;
    private readonly Stopwatch total = Stopwatch.StartNew();
    private readonly List<string> notes;

    private TrainingJob(
        InputSet input, TrainingOptions options, MemoryPlan memory, BackendKernels kernels, IProgress<TrainingProgress>? progress, ComputeThreads threads, IFleet fleet, Func<ICheckpointFolder>? openFolder,
        ChaosMonkey? monkey, List<string> notes, TrainingControl? control, CancellationToken cancellation)
    {
        this.openFolder = openFolder;
        this.input = input;
        this.options = options;
        this.memory = memory;
        this.progress = progress;
        this.threads = threads;
        this.fleet = fleet;
        this.monkey = monkey;
        this.cancellation = cancellation;
        this.kernels = kernels;
        this.notes = notes;
        identity = JobIdentity.Of(input, options);
        coordinator = monkey is null
            ? new Coordinator(fleet, new LeaseOptions(), TimeProvider.System, new Mailbox(), control)
            : new Coordinator(fleet, LeaseOptions.UnderChaos, TimeProvider.System, new ChaosMailbox(new Mailbox(), monkey), control);
        checkpoint = OpenCheckpoint();
    }

    /// <summary>Trains.</summary>
    /// <param name="input">The rows; not disposed.</param>
    /// <param name="options">The user's.</param>
    /// <param name="progress">Told at most a few times a batch, from any thread; or null.</param>
    /// <param name="control">Who may pause it, or null.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <param name="fleet">Who runs partitions, not disposed; null for instances in this process.</param>
    /// <param name="openFolder">Opens where the checkpoint is kept; null for the folder that the options name, if they do.</param>
    /// <returns>The model and the report.</returns>
    /// <exception cref="InputException">The data or the options are wrong.</exception>
    /// <exception cref="TrainingStoppedException">Its time is over.</exception>
    /// <exception cref="InstanceFaultException">Instances kept failing.</exception>
    public static TrainingResult Run(
        InputSet input, TrainingOptions options, IProgress<TrainingProgress>? progress, TrainingControl? control, CancellationToken cancellation, IFleet? fleet = null,
        Func<ICheckpointFolder>? openFolder = null)
    {
        OptionsValidator.Validate(options, input);
        if (options.Update is not null)
        {
            UpdateOptions.Check(options, input);
        }

        var notes = new List<string>();
        using var kernels = Open(options, fleet is null, notes);
        var memory = MemoryPlan.Make(input, options, options.ClusterCount * (options.ExtraCenterFactor ?? AutoPolicy.ExtraCenterFactor), kernels.Device);
        using var deadline = new Deadline(options.MaxRuntime, TimeProvider.System, cancellation);
        using var threads = new ComputeThreads(memory.Threads);
        using var blocks = fleet is not null ? null : DirectBlocks.For(input, memory.Threads, options.MemoryLimitBytes);
        try
        {
            if (blocks is not null)
            {
                input.ReadThrough(blocks);
            }

            // Under chaos there is always another instance to take over.
            var monkey = options.Chaos is { } seed ? new ChaosMonkey(seed) : null;
            using var local = fleet is null ? Local(options, memory, monkey) : null;
            openFolder ??= options.Checkpoint is { } path ? () => ObjectPath.Is(path) ? new StoreFolder(path) : new DiskFolder(path) : null;
            return new TrainingJob(input, options, memory, kernels, progress, threads, fleet ?? local!, openFolder, monkey, notes, control, deadline.Token).Run();
        }
        catch (OperationCanceledException) when (deadline.IsOver)
        {
            throw new TrainingStoppedException(options.Checkpoint is null
                ? $"--max-runtime: the training was stopped after {options.MaxRuntime!.Value.TotalSeconds:0.#} s; nothing is kept, because no --checkpoint folder was given."
                : $"--max-runtime: the training was stopped after {options.MaxRuntime!.Value.TotalSeconds:0.#} s; repeat the command to go on from the checkpoint in {options.Checkpoint}.");
        }
        finally
        {
            if (blocks is not null)
            {
                input.ReadThrough(null);
            }
        }
    }

    /// <summary>The CPU's kernel, and a device where passes run in this process. Where others run them a device here would stand idle.</summary>
    private static BackendKernels Open(TrainingOptions options, bool runsHere, List<string> notes) => runsHere
        ? Backends.Open(options.Backend, Math.Max(options.Shards, options.Threads ?? Environment.ProcessorCount), note =>
        {
            lock (notes)
            {
                notes.Add(note);
            }
        })
        : new BackendKernels(Backends.Host(options.Backend), null);

    private static IFleet Local(TrainingOptions options, MemoryPlan memory, ChaosMonkey? monkey)
    {
        var shards = monkey is null ? options.Shards : Math.Max(3, options.Shards);
        var local = new LocalFleet(shards, Math.Max(shards, memory.Threads));
        return monkey is null ? local : new ChaosFleet(local, monkey, TimeProvider.System);
    }

    private TrainingResult Run()
    {
        try
        {
            return RunStages();
        }
        finally
        {
            checkpoint?.Dispose();
        }
    }

    private Checkpoint? OpenCheckpoint()
    {
        if (openFolder is null)
        {
            return null;
        }

        var folder = openFolder();
        try
        {
            folder = monkey is null ? folder : new ChaosFolder(folder, monkey);
            return Checkpoint.Open(folder, identity, input.Partitions.Count, input.FeatureCount, TimeProvider.System, notes.Add);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private TrainingResult RunStages()
    {
        var k = options.ClusterCount;
        var update = options.Update is null ? null : new StateUpdate(options.Update, options);
        if (update is null || input.RowCount == 0)
        {
            RequireRows(input.RowCount ?? long.MaxValue);
        }

        progress?.Report(new TrainingProgress(TrainingPhase.Sampling, 0, 0, double.NaN, 0));
        var start = checkpoint?.Start;
        var (sampleTime, initialTime) = (TimeSpan.Zero, TimeSpan.Zero);
        if (start is null)
        {
            (start, sampleTime, initialTime) = Begin(update);
            checkpoint?.Begin(start);
        }
        else if (checkpoint!.FoundPartitions > 0 || checkpoint.Epoch is { Epoch: > 0 })
        {
            notes.Add($"went on from the checkpoint in {checkpoint.Path}: {checkpoint.FoundPartitions} of {input.Partitions.Count} partitions of pass {checkpoint.Epoch!.Epoch + 1} were done before.");
        }

        if (start.Note is not null)
        {
            notes.Add(start.Note);
        }

        var initial = start.Initial;
        var rowMode = update is null && (Int128)start.EstimatedRowCount * input.FeatureCount <= options.RowBudget;
        var pass = new PassRunner(input, options, memory, coordinator, fleet.ThreadCount, threads, kernels.Streaming, progress).Run(start, update, rowMode, identity, checkpoint, cancellation);
        RequireRows(pass.Ledger.Rows == 0 ? 0 : pass.Summary.RowCount);
        rowMode |= pass.Summary.Rows.Count > 0;
        if (!(pass.Summary.TotalWeight > 0))
        {
            throw new InputException($"{input.Files[0].Path}: every row has weight 0, so there is nothing to train on; check --weight-column.");
        }

        var reduceStart = total.Elapsed;
        ReleaseMemory();
        progress?.Report(new TrainingProgress(TrainingPhase.Reducing, 0, 0, double.NaN, pass.Centers.Count) { Placement = pass.Placement });
        var reduction = Reduction.Run(pass.Centers, k, options, kernels.Host, threads, cancellation);
        var finish = new Finisher(input, options, kernels.Host, threads, progress).Run(pass, reduction, initial, rowMode, cancellation);
        var reduceTime = total.Elapsed - reduceStart;
        ReleaseMemory();
        var state = State(pass, finish, UnitCenters.For(input.Distance, initial.Transform), (update?.FirstKey ?? 0) + input.KeyCount);
        var model = ModelAssembly.Make(input, options, initial, pass.Summary, finish, state);
        notes.AddRange(QualityNotes.Of(finish, initial, input, options));
        if (monkey is not null)
        {
            notes.Add(monkey.Describe());
        }

        return new TrainingResult(model, Report(model, finish.Quality, start, pass, sampleTime, initialTime, reduceTime, rowMode)) { Ledger = pass.Entries, CheckpointRemoval = RemoveCheckpoint() };
    }

    /// <summary>
    /// What a stage left is collected before the next takes memory of its own: garbage that waits for the collector's budget would let the peak depend on how long the passes were. Its pages are
    /// not given back to the system: the next stage would only ask for them again.
    /// </summary>
    private static void ReleaseMemory() => GC.Collect(2, GCCollectionMode.Forced);

    /// <summary>The state, with what the finish found out about the running centers.</summary>
    private CoreSet State(PassResult pass, Finish finish, UnitCenters? unit, long nextKey)
    {
        var (summary, rule) = (pass.Summary, pass.Retention);
        if (finish.Points is { } points && !pass.IsDecayed)
        {
            (summary, rule) = new StateDivision(summary, points, kernels.Host, threads).Run(finish.Centers, rule, cancellation);
        }

        // An update that found nothing new leaves the msd of the last search as it was.
        var msd = summary.Centers.TotalSquaredError() / summary.Centers.Weights.ToArray().Sum();
        var searched = pass.Update is { } update && !finish.HasSearched ? update.SearchedMsd : msd;
        var state = SummaryState.Make(summary, rule, new StateOrigin(options.ClusterCount, nextKey, pass.IsDecayed, searched));
        return finish.Cells is { } cells && !pass.IsDecayed ? SummaryState.Recentered(state, cells, kernels.Host, threads, unit, cancellation) : state;
    }

    /// <summary>Draws the random batch and solves it for the initial centers.</summary>
    private (JobStart Start, TimeSpan SampleTime, TimeSpan InitialTime) Begin(StateUpdate? update)
    {
        var before = total.Elapsed;
        var centerCount = options.ClusterCount * (options.ExtraCenterFactor ?? AutoPolicy.ExtraCenterFactor);
        var size = update?.BatchSize ?? AutoPolicy.RandomBatchSize(centerCount, input.FeatureCount, options.MiniBatchSize);
        var batch = RandomBatchReader.Draw(input, size, options.Seed, threads, cancellation, update is null ? int.MaxValue : StateUpdate.BatchRuns);
        var sampled = total.Elapsed;
        using var readAhead = new ReadAhead(input, input.Partitions, threads.WorkerCount);
        readAhead.BeginEarly();
        if (update is not null)
        {
            return (update.Start(batch, kernels.Host, threads, cancellation), sampled - before, total.Elapsed - sampled);
        }

        RequireRows(batch.EstimatedRowCount == batch.Count ? batch.Count : long.MaxValue);
        var initial = InitialCenters.Choose(batch, input.FeatureCount, centerCount, options, kernels.Host, threads, cancellation) ?? throw NothingComplete();
        return (JobStart.Of(batch, initial), sampled - before, total.Elapsed - sampled);
    }

    private Action? RemoveCheckpoint() => openFolder is null ? null : () =>
    {
        using var folder = openFolder();
        Checkpoint.Remove(folder);
    };

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

    private TrainingReport Report(TrainedModel model, QualityStatement? quality, JobStart start, PassResult pass, TimeSpan sampleTime, TimeSpan initialTime, TimeSpan reduceTime, bool rowMode)
    {
        var seconds = total.Elapsed.TotalSeconds;
        var cost = model.Cost!;
        var rows = pass.Ledger.Rows;
        var arithmetic = 2.0 * (rows + pass.Summary.SkippedRows) * pass.EpochCount * pass.BroadcastCount * input.FeatureCount;
        return new TrainingReport
        {
            Rows = pass.Summary.RowCount,
            EarlierRows = pass.Summary.RowCount - rows,
            SkippedRows = pass.Summary.SkippedRows,
            Features = input.FeatureCount,
            K = options.ClusterCount,
            Seconds = new TrainingSeconds(
                seconds, (sampleTime + pass.ReadTime).TotalSeconds, sampleTime.TotalSeconds, initialTime.TotalSeconds, (pass.Time - pass.ReadTime).TotalSeconds, reduceTime.TotalSeconds),
            RowsPerSecond = rows / seconds,
            InputBytes = input.TotalBytes,
            PeakRssBytes = ProcessMemory.PeakBytes(),
            RowsRead = start.RowsRead + ((rows + pass.Summary.SkippedRows) * pass.EpochCount) + (options.ExactScore && !rowMode ? rows + pass.Summary.SkippedRows : 0),
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
            Instances = fleet.InstanceCount,
            Threads = threads.WorkerCount,
            Partitions = input.Partitions.Count,
            Retries = pass.Retries,
            Ledger = pass.Ledger,
            Backend = kernels.Streaming.Name,
            Backends = pass.Entries.GroupBy(entry => entry.Backend).OrderBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count()),
            Device = kernels.Device?.Report(),
            Gflops = pass.Time.TotalSeconds > 0 ? arithmetic / pass.Time.TotalSeconds / 1e9 : 0,
            RunningCenters = pass.BroadcastCount,
            OpenedCenters = pass.OpenedCount,
            DroppedCenters = pass.DroppedCount,
            NearTies = pass.Summary.NearTies,
            Notes = notes,
        };
    }
}
