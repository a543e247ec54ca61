using KMeans.Http.Service.Api;
using KMeans.Http.Service.Store;
using KMeans.Jobs;
using KMeans.Models;
using KMeans.SageMaker;

namespace KMeans.Http.Service.Jobs;

/// <summary>Takes a training job from wherever it is to its end: looks at its input, has the engine train, scores, writes the model, and stores each step, so that any process can go on after any of them.</summary>
/// <param name="store">The jobs.</param>
/// <param name="board">How far they are.</param>
/// <param name="engine">Who trains.</param>
/// <param name="input">Finds their files.</param>
/// <param name="output">Writes their models.</param>
/// <param name="clock">The time.</param>
/// <param name="metrics">Counts them.</param>
/// <param name="log">Told of faults.</param>
internal sealed class TrainingJobRun(
    RecordStore store, JobBoard board, IJobService engine, TrainingJobInput input, TrainingJobOutput output, ServiceMetrics metrics, TimeProvider clock, Action<string> log)
{
    /// <summary>An engine that stops telling of a job is asked again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs a job.</summary>
    /// <param name="record">The job, claimed.</param>
    /// <param name="cancellation">The process ends, or has lost the job: it is left where it is.</param>
    /// <returns>When it is at its end, or left.</returns>
    public async Task RunAsync(StoredRecord record, CancellationToken cancellation)
    {
        var book = new JobBook(store, board, record, clock);
        var track = board.Begin(record.Name, book.Document.History);
        metrics.Begin();
        try
        {
            await RunAsync(book, track, cancellation).ConfigureAwait(false);
        }
        catch (WorkLostException)
        {
            // The store has it otherwise by now.
        }
        finally
        {
            metrics.Leave();
            var elapsed = book.Record.Ended is { } ended && book.Document.Started is { } started ? TimeSpan.FromMilliseconds(Math.Max(0, ended - started)) : (TimeSpan?)null;
            board.End(record.Name, elapsed);
            if (elapsed is { } time)
            {
                metrics.End(book.Record.Status, time, book.Document.Report?.Rows ?? 0);
            }
        }
    }

    private async Task RunAsync(JobBook book, JobTrack track, CancellationToken cancellation)
    {
        try
        {
            await BeginAsync(book).ConfigureAwait(false);
            var plan = book.Document.IsOwn ? null : TrainingJobPlan.Parse(ApiFields.Of(book.Document.Request), input.Roots);
            using var deadline = Deadline(book, plan);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, track.Stopping, deadline.Token);
            if (book.IsStopping)
            {
                track.Stop();
            }

            try
            {
                var status = await TrainAsync(book, plan, track, stop.Token).ConfigureAwait(false);
                await FinishAsync(book, plan, track, status, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                await StopAsync(book, track, deadline.IsCancellationRequested && !track.Stopping.IsCancellationRequested).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is InputException or ApiException)
        {
            await FailAsync(book, track, InputReason(book, e.Message)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (OperationCanceledException or WorkLostException))
        {
            log($"job {book.Record.Name}: {e}");
            await FailAsync(book, track, MachineFault.Reason(MachineFault.Describe(e))).ConfigureAwait(false);
        }
    }

    /// <summary>Cancelled when the job's time is over: it began to run when it did first, whichever process ran it.</summary>
    private CancellationTokenSource Deadline(JobBook book, TrainingJobPlan? plan)
    {
        var spent = clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(book.Document.Started!.Value);
        return plan is null ? new CancellationTokenSource() : new CancellationTokenSource(plan.MaxRuntime > spent ? plan.MaxRuntime - spent : TimeSpan.Zero, clock);
    }

    private async Task BeginAsync(JobBook book)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        TrainingJobDocument Count(TrainingJobDocument document) => document with { Started = document.Started ?? now, Terms = document.Terms + 1 };
        await (book.Document.Started is null
            ? book.EnterAsync(SecondaryStatuses.Downloading, "Looking at the input data", Count)
            : book.EnterAsync(SecondaryStatuses.Interrupted, "The process that ran the job was gone; the job goes on from its checkpoint", Count)).ConfigureAwait(false);
    }

    private async Task<JobStatus> TrainAsync(JobBook book, TrainingJobPlan? plan, JobTrack track, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (book.Document.EngineRequest is not { } text)
        {
            var asked = input.Request(plan!);
            text = JobRequestCodec.Write(asked);
            await Task.Run(() => input.Check(plan!, asked), stop).ConfigureAwait(false);
        }

        var request = JobRequestCodec.Read(text);
        await book.EnterAsync(SecondaryStatuses.Training, "Training in progress", document => document with { EngineRequest = text }).ConfigureAwait(false);
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var status = await engine.SubmitAsync(book.Record.Name, request, stop).ConfigureAwait(false);
            if (status.State == JobState.Running)
            {
                await foreach (var news in engine.WatchAsync(book.Record.Name, stop).WithCancellation(stop).ConfigureAwait(false))
                {
                    status = news;
                    if (news.Progress is { } progress)
                    {
                        track.Add(progress);
                    }
                }
            }

            if (status.State != JobState.Running)
            {
                return status;
            }

            await Task.Delay(Pause, clock, stop).ConfigureAwait(false);
        }
    }

    private async Task FinishAsync(JobBook book, TrainingJobPlan? plan, JobTrack track, JobStatus status, CancellationToken cancellation)
    {
        switch (status.State)
        {
            case JobState.Failed:
                var message = status.Message ?? "the training failed.";
                await FailAsync(book, track, status.IsMachineFault ? MachineFault.Reason(message) : InputReason(book, message)).ConfigureAwait(false);
                return;
            case JobState.Stopped:
                await StopAsync(book, track, isTime: false).ConfigureAwait(false);
                return;
        }

        var report = status.Report!;
        var figures = new List<MetricValue>();
        void Add(string name, double value) => figures.Add(new MetricValue(name, value, clock.GetUtcNow().ToUnixTimeMilliseconds()));
        Add("train:msd", report.Msd);
        Add("train:progress", 100);
        Add("train:throughput", report.RowsPerSecond);
        if (plan is not null)
        {
            await book.EnterAsync(SecondaryStatuses.Uploading, "Uploading the trained model").ConfigureAwait(false);
            await output.WriteAsync(engine, book.Record.Name, plan.ArtifactPath, model => Score(plan, model, Add, cancellation), cancellation).ConfigureAwait(false);
        }

        // A stop that comes when the model is written is too late to undo it; the job was asked to stop and is stopped, with its model.
        await book.EndAsync(
            book.IsStopping ? JobStatuses.Stopped : JobStatuses.Completed, book.IsStopping ? JobStatuses.Stopped : JobStatuses.Completed,
            book.IsStopping ? "Training job stopped" : "Training job completed",
            document => document with { Metrics = figures, Report = report, History = track.History, Placement = track.Placement }).ConfigureAwait(false);
    }

    /// <summary>Computes the model's cost on the test channel, where there is one.</summary>
    private void Score(TrainingJobPlan plan, TrainedModel model, Action<string, double> add, CancellationToken cancellation)
    {
        if (plan.Test is not { } test)
        {
            return;
        }

        using var rows = input.OpenTest(test, model);
        var score = Trainer.Score(model, rows, plan.Hyperparameters.Options.Missing, output.Threads, advanced: null, cancellation);
        foreach (var metric in plan.Hyperparameters.Metrics)
        {
            add(metric == EvaluationMetric.Msd ? "test:msd" : "test:ssd", metric == EvaluationMetric.Msd ? score.Msd : score.Ssd);
        }
    }

    private async Task StopAsync(JobBook book, JobTrack track, bool isTime)
    {
        try
        {
            await engine.StopAsync(book.Record.Name, CancellationToken.None).ConfigureAwait(false);
        }
        catch (InputException)
        {
            // It had not come so far.
        }

        var reason = isTime ? SecondaryStatuses.MaxRuntimeExceeded : JobStatuses.Stopped;
        await book.EndAsync(
            JobStatuses.Stopped, reason, isTime ? "Training job runtime exceeded MaxRuntimeInSeconds" : "Training job stopped",
            document => document with { StopReason = reason, History = track.History, Placement = track.Placement }).ConfigureAwait(false);
    }

    /// <summary>Those who submit by hyperparameters read of them, not of the command's options.</summary>
    private static string InputReason(JobBook book, string message) => book.Document.IsOwn ? $"ClientError: {message}" : FailureReason.OfInput(message);

    private static Task FailAsync(JobBook book, JobTrack track, string reason) => book.EndAsync(
        JobStatuses.Failed, JobStatuses.Failed, "Training job failed",
        document => document with { FailureReason = FailureReason.Shorten(reason), History = track.History, Placement = track.Placement });
}
