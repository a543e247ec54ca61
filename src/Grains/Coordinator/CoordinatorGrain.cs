using System.Runtime.CompilerServices;
using KMeans.Jobs;
using Microsoft.Extensions.Logging;

namespace KMeans.Grains;

/// <summary>
/// Keeps a job's record and runs its term beside it: training happens on the run's own thread, so that every call here is short. A reminder, or any call, resumes the job on
/// another silo where this one dies.
/// </summary>
/// <param name="record">What is stored of the job.</param>
/// <param name="services">What runs need.</param>
/// <param name="logger">Told of terms.</param>
internal sealed partial class CoordinatorGrain(
    [PersistentState("job", StoredFiles.StorageName)] IPersistentState<JobRecord> record, JobServices services, ILogger<CoordinatorGrain> logger) : Grain, ICoordinatorGrain, IRemindable, IDisposable
{
    private const string ReminderName = "resume";
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PublishPeriod = TimeSpan.FromMilliseconds(250);

    /// <summary>The loop and a request may both have something to store.</summary>
    private readonly SemaphoreSlim writing = new(1);
    private JobRun? run;
    private Task loop = Task.CompletedTask;
    private bool isLeaving;
    private long changes;
    private JobRun.StrongBox? published;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string Id => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Resume();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        isLeaving = true;
        run?.Cancel();
        Publish();
        await loop.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    /// <inheritdoc/>
    public async Task<JobAnswer> SubmitAsync(string request)
    {
        if (record.State.Phase != JobPhase.Unknown)
        {
            return record.State.Request == request ? new JobAnswer { Job = Snapshot() } : new JobAnswer { Refusal = $"job '{Id}': there is another job of this name; choose another --job." };
        }

        try
        {
            JobName.Require(Id);
            JobRequestCodec.Read(request);
        }
        catch (InputException e)
        {
            return new JobAnswer { Refusal = e.Message };
        }

        // The reminder first: a job that is stored is resumed, whatever dies now.
        await this.RegisterOrUpdateReminder(ReminderName, ReminderPeriod, ReminderPeriod);
        record.State = new JobRecord { Request = request, Phase = JobPhase.Running, Submitted = services.Clock.GetUtcNow() };
        await WriteRecord();
        await ReportAsync();
        Resume();
        return new JobAnswer { Job = Snapshot() };
    }

    /// <inheritdoc/>
    public Task<JobSnapshot> StatusAsync() => Task.FromResult(Snapshot());

    /// <inheritdoc/>
    public async IAsyncEnumerable<JobSnapshot> WatchAsync(long after, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (true)
        {
            var change = changed.Task;
            var snapshot = Snapshot();
            if (snapshot.Version > after || snapshot.Phase != JobPhase.Running)
            {
                after = snapshot.Version;
                yield return snapshot;
                if (snapshot.Phase != JobPhase.Running)
                {
                    yield break;
                }
            }
            else if (isLeaving)
            {
                // The caller asks again and finds the job wherever it goes on.
                yield break;
            }

            await change.WaitAsync(cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task<JobSnapshot> StopAsync()
    {
        if (record.State.Phase == JobPhase.Running)
        {
            // Stored before it is done: a coordinator that dies now is not resumed.
            await EndAsync(new JobEnd(JobPhase.Stopped, null, null));
            run?.Cancel();
            await loop;
            await CleanUpAsync();
        }

        return Snapshot();
    }

    /// <inheritdoc/>
    public ValueTask<Chunk?> PullPassAsync(long epoch, string pass, int index) => ValueTask.FromResult(epoch == record.State.Epoch ? run?.Pull(pass, index) : null);

    /// <inheritdoc/>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        Resume();
        if (record.State.Phase != JobPhase.Running)
        {
            await CleanUpAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        writing.Dispose();
        run?.Dispose();
    }

    /// <summary>Begins a term where there should be one and is none.</summary>
    private void Resume()
    {
        if (record.State.Phase == JobPhase.Running && loop.IsCompleted && !isLeaving)
        {
            loop = RunAsync();
        }
    }

    /// <summary>One term: not a request, so that requests are answered meanwhile.</summary>
    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.ForceYielding);
        try
        {
            // Before any work: shards refuse whoever has a lower term from now on.
            record.State.Epoch++;
            await WriteRecord();
            if (isLeaving || record.State.Phase != JobPhase.Running)
            {
                return;
            }

            LogTerm(Id, record.State.Epoch);
            run?.Dispose();
            run = new JobRun(Id, record.State.Epoch, JobRequestCodec.Read(record.State.Request), services);
            Publish();
            using var publishing = this.RegisterGrainTimer(PublishProgress, new GrainTimerCreationOptions { DueTime = PublishPeriod, Period = PublishPeriod, Interleave = true });
            var end = await run.Ended;
            if (isLeaving || record.State.Phase != JobPhase.Running)
            {
                return;
            }

            if (end.Phase == JobPhase.Running)
            {
                // Cancelled, and not by anybody here: a shard knows of a higher term. Whatever is stored now tells.
                DeactivateOnIdle();
                return;
            }

            await EndAsync(end);
            await CleanUpAsync();
        }
#pragma warning disable CA1031 // Nobody awaits the loop: the reminder tries again, on the record as it is stored.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogLoop(Id, e);
            DeactivateOnIdle();
        }
    }

    private async Task EndAsync(JobEnd end)
    {
        var state = record.State;
        (state.Phase, state.Ended, state.Message, state.Report, state.IsMachineFault) = (end.Phase, services.Clock.GetUtcNow(), end.Message, end.Report, end.IsMachineFault);
        await WriteRecord();
        Publish();
    }

    /// <summary>What is left to do for a job that ended: the list is told, its checkpoint goes, and then the reminder, which brings this back as long as it fails.</summary>
    private async Task CleanUpAsync()
    {
        await ReportAsync();
        var checkpoint = await StoredFiles.OpenAsync(services.Storage, JobRun.CheckpointFolder(Id));
        await checkpoint.DeleteAllAsync();
        if (await this.GetReminder(ReminderName) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    /// <summary>Writes the record. Where that fails, or another activation has written it, this one knows no more what is stored and must not go on.</summary>
    private async Task WriteRecord()
    {
        await writing.WaitAsync();
        try
        {
            await record.WriteStateAsync();
        }
        catch
        {
            run?.Cancel();
            DeactivateOnIdle();
            throw;
        }
        finally
        {
            writing.Release();
        }
    }

    private Task ReportAsync() => GrainFactory.GetGrain<IJobDirectoryGrain>(IJobDirectoryGrain.Key).ReportAsync(Snapshot());

    private Task PublishProgress()
    {
        if (!ReferenceEquals(published, run?.Progress))
        {
            published = run?.Progress;
            Publish();
        }

        return Task.CompletedTask;
    }

    private void Publish()
    {
        changes++;
        var told = changed;
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        told.SetResult();
    }

    private JobSnapshot Snapshot()
    {
        var state = record.State;
        var progress = state.Phase == JobPhase.Running ? run?.Progress?.Value : null;
        return new JobSnapshot
        {
            Id = Id,
            Phase = state.Phase,

            // Terms go up and changes within one too; the end comes behind all of them.
            Version = (state.Epoch << 32) + (state.Phase == JobPhase.Running ? Math.Min(changes, uint.MaxValue - 1) : uint.MaxValue),
            Epoch = state.Epoch,
            Submitted = state.Submitted,
            Ended = state.Ended,
            Progress = progress is { } known ? ProgressMessages.Of(known) : null,
            Message = state.Message,
            Report = state.Report,
            IsMachineFault = state.IsMachineFault,
        };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} begins term {Epoch} here.")]
    private partial void LogTerm(string job, long epoch);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job} is given up here; its reminder resumes it.")]
    private partial void LogLoop(string job, Exception exception);
}
