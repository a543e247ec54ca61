using KMeans.Coordination;
using KMeans.Http.Remote;
using KMeans.Http.Workers;
using KMeans.Input;
using KMeans.SageMaker;
using KMeans.Training;

namespace KMeans.Http.Container;

/// <summary>Runs a training container: alone, or as one of several hosts, of which the first by name coordinates and all compute.</summary>
public sealed class ContainerTraining
{
    private readonly ContainerOptions options;
    private readonly TextWriter output;
    private readonly TimeProvider clock;
    private readonly CancellationToken cancellation;

    /// <summary>Creates it.</summary>
    /// <param name="options">What it is told.</param>
    /// <param name="output">Where the log goes.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellation">Stops it.</param>
    public ContainerTraining(ContainerOptions options, TextWriter output, TimeProvider clock, CancellationToken cancellation)
    {
        this.options = options;
        this.output = output;
        this.clock = clock;
        this.cancellation = cancellation;
    }

    /// <summary>Runs it to its end. Every failure but a stop is also written where the platform looks for its reason.</summary>
    /// <param name="publish">Runs what gives the model its name: whoever handles signals keeps them off meanwhile.</param>
    /// <exception cref="InputException">The job or its data are wrong.</exception>
    /// <exception cref="IOException">Other hosts, or the disk, failed.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Run(Action<Action> publish)
    {
        try
        {
            var job = ContainerJob.Read(options.Paths, options.StrictDefaults);
            var log = new TrainingLog(output, job.Hosts.Current, clock);
            Describe(job, log);
            using var spool = new SpoolFolder(options.Spool);
            try
            {
                Run(job, log, spool, publish);
            }
            catch (InputException e) when (Reworded(e.Message, job, spool) is var message && message != e.Message)
            {
                throw new InputException(message, e);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            FailureReason.Write(options.Paths, FailureReason.Of(e));
            throw;
        }
    }

    private void Run(ContainerJob job, TrainingLog log, SpoolFolder spool, Action<Action> publish)
    {
        var train = ChannelFiles.Prepare(job.Train, options.Paths, job.Hosts, spool, clock, cancellation);
        var needsTest = job.Test is not null && (job.Hosts.IsCoordinator || job.Test.Distribution == DataDistribution.ShardedByKey);
        var test = needsTest ? ChannelFiles.Prepare(job.Test!, options.Paths, job.Hosts, spool, clock, cancellation) : null;
        if (job.Hosts.All.Count == 1)
        {
            TrainAlone(job, log, train, test, publish);
        }
        else
        {
            RunAsOneOfSeveral(job, log, train, test, spool, publish).GetAwaiter().GetResult();
        }
    }

    /// <summary>Names files as the platform knows them, and complains about CSV in the reference's words.</summary>
    private string Reworded(string message, ContainerJob job, SpoolFolder spool)
    {
        var known = message.Replace(spool.Path, options.Paths.Data, StringComparison.Ordinal);
        var isCsv = new[] { job.Train, job.Test }.Any(channel => channel?.Content.IsCsv == true && known.StartsWith(options.Paths.Channel(channel.Name) + Path.DirectorySeparatorChar, StringComparison.Ordinal));
        return isCsv ? $"ClientError: Unable to parse csv: {known}" : known;
    }

    private static void Describe(ContainerJob job, TrainingLog log)
    {
        var o = job.Hyperparameters.Options;
        log.Information($"k={o.ClusterCount}, feature_dim={job.Hyperparameters.FeatureDim}, seed={o.Seed}, content type {job.Train.Content.Type}, {job.Train.Mode} mode, {job.Hosts.All.Count} host(s), of which {job.Hosts.Coordinator} coordinates.");
        log.Information(job.Test is null ? "Test data is not provided." : $"Test data is provided, content type {job.Test.Content.Type}, {job.Test.Mode} mode.");
    }

    private void TrainAlone(ContainerJob job, TrainingLog log, string train, string? test, Action<Action> publish)
    {
        using var input = ChannelInput.OpenTrain(job.Train, train, job.Hyperparameters.FeatureDim);
        using var testInput = test is null ? null : ChannelInput.OpenTest(job.Test!, test, input);
        Finish(job, log, input, testInput, publish, (o, progress) => Trainer.Train(input, o, progress, control: null, cancellation));
    }

    private async Task RunAsOneOfSeveral(ContainerJob job, TrainingLog log, string train, string? test, SpoolFolder spool, Action<Action> publish)
    {
        // What is wrong here is found before anybody waits for others.
        if (ChannelInput.HasRows(job.Train, train))
        {
            ChannelInput.OpenTrain(job.Train, train, job.Hyperparameters.FeatureDim).Dispose();
        }

        var token = options.Token ?? JobToken.Of(job);
        using var peers = new ContainerPeers(job.Hosts, options, token, clock);
        var released = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var worker = new WorkerOptions
        {
            Listen = [peers.Listen],
            DataRoots = [spool.Path, options.Paths.Data],
            Token = token,
            Insecure = true,
            Threads = options.Threads ?? Environment.ProcessorCount,
            Released = done => released.TrySetResult(done),
        };
        await using var host = await WorkerHost.StartAsync(worker, log.Warning).ConfigureAwait(false);
        log.Information($"listening on {peers.Listen}");
        if (!job.Hosts.IsCoordinator)
        {
            await Serve(job, log, peers, released.Task).ConfigureAwait(false);
            return;
        }

        var done = false;
        try
        {
            await Task.Run(() => Coordinate(job, log, peers, train, test, publish), CancellationToken.None).ConfigureAwait(false);
            done = true;
        }
        finally
        {
            // Whoever stops this host stops the others too, and does not wait.
            if (!cancellation.IsCancellationRequested)
            {
                await peers.ReleaseAsync(done).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Computes for the coordinator until that says that it is over, or is gone.</summary>
    private async Task Serve(ContainerJob job, TrainingLog log, ContainerPeers peers, Task<bool> released)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = peers.WatchCoordinatorAsync(options.Patience, options.CoordinatorSilence, over.Token);
        await Task.WhenAny(released, watching).ConfigureAwait(false);
        if (!released.IsCompleted)
        {
            throw new IOException(await watching.ConfigureAwait(false));
        }

        await over.CancelAsync().ConfigureAwait(false);
        if (!await released.ConfigureAwait(false))
        {
            throw new IOException($"the coordinating host {job.Hosts.Coordinator} failed; its own failure says why");
        }

        log.Information("the training is over.");
    }

    private void Coordinate(ContainerJob job, TrainingLog log, ContainerPeers peers, string train, string? test, Action<Action> publish)
    {
        var missing = peers.MissingAsync(options.Patience, cancellation).GetAwaiter().GetResult();
        if (missing.Count > 0)
        {
            throw new IOException($"hosts did not come within {options.Patience.TotalSeconds:0} s: {string.Join("; ", missing.Select(peers.Describe))}");
        }

        using var workers = Connect(job, job.Train, log, peers);
        ChannelInput.Check(workers.Input, job.Train, job.Hyperparameters.FeatureDim);
        using var remoteTest = test is not null && job.Test!.Distribution == DataDistribution.ShardedByKey ? Connect(job, job.Test, log, peers) : null;
        using var localTest = test is not null && remoteTest is null ? ChannelInput.OpenTest(job.Test!, test, workers.Input) : null;
        if (remoteTest is not null)
        {
            ChannelInput.Check(remoteTest.Input, job.Test!, job.Hyperparameters.FeatureDim);
        }

        Finish(job, log, workers.Input, remoteTest?.Input ?? localTest, publish, (o, progress) => workers.Train(o, progress, null, cancellation));
    }

    private RemoteTraining Connect(ContainerJob job, Channel channel, TrainingLog log, ContainerPeers peers) => RemoteTraining.Connect(
        [.. job.Hosts.All.Select(host => peers.Urls[host])], peers.Client, [channel.Name], channel.Content.Format, channel.Content.Choice, channel.Distribution, log.Warning, cancellation);

    private void Finish(
        ContainerJob job, TrainingLog log, InputSet input, InputSet? test, Action<Action> publish, Func<TrainingOptions, IProgress<TrainingProgress>, TrainingResult> train)
    {
        var progress = new ContainerProgress(log);
        var trainingOptions = job.Hyperparameters.Options with
        {
            Threads = options.Threads,
            Checkpoint = Directory.Exists(options.Paths.Checkpoints) ? Path.Combine(options.Paths.Checkpoints, "kmeans") : null,
            FilesAreCopies = true,
        };
        var result = train(trainingOptions, progress);
        var report = result.Report;
        progress.Complete();
        log.Throughput(report.Rows * (trainingOptions.Epochs ?? 1) / Math.Max(1e-9, report.Seconds.Train));
        log.Information($"shrinking {report.RunningCenters + report.OpenedCenters - report.DroppedCenters} centers into {report.K}");
        log.TrainMsd(report.Msd);
        if (test is not null)
        {
            var score = Trainer.Score(result.Model, test, trainingOptions.Missing, options.Threads, null, cancellation);
            foreach (var metric in job.Hyperparameters.Metrics)
            {
                log.Test(metric, score);
            }
        }

        publish(() =>
        {
            ContainerModel.Save(options.Paths.Model, result);
            result.RemoveCheckpoint();
        });
        log.Metrics(report);
        log.Information($"fingerprint {report.Fingerprint}, {report.Rows} rows of {input.FeatureCount} features, msd {report.MsdKind}.");
        foreach (var note in report.Notes)
        {
            log.Warning(note);
        }
    }
}
