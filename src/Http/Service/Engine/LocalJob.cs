using KMeans.Coordination;
using KMeans.Http.Remote;
using KMeans.Input;
using KMeans.Jobs;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.Http.Service.Engine;

/// <summary>A job that runs in this process, on a thread of its own, with a checkpoint: stopped or killed at any moment it goes on from there.</summary>
internal sealed class LocalJob : IDisposable
{
    private readonly LocalEngineOptions options;
    private readonly JobRequest request;
    private readonly ICheckpointFolder folder;
    private readonly TimeProvider clock;
    private readonly Action<string> log;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LocalJobFile file;
    private TrainingProgress? progress;
    private long version = 1;
    private bool isStopped;

    /// <summary>Begins or goes on.</summary>
    /// <param name="id">The job's name.</param>
    /// <param name="file">What the disk knows.</param>
    /// <param name="folder">Its folder, held; let go at the end.</param>
    /// <param name="options">The engine's.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">Told of faults.</param>
    public LocalJob(string id, LocalJobFile file, ICheckpointFolder folder, LocalEngineOptions options, TimeProvider clock, Action<string> log)
    {
        (Id, this.folder, this.options, this.clock, this.log) = (id, folder, options, clock, log);
        request = JobRequestCodec.Read(file.Request);
        this.file = file with { Term = file.Term + 1 };
        this.file.Write(folder);
        Ended = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Its name.</summary>
    public string Id { get; }

    /// <summary>Completes when the thread is done and the folder is let go; never with an error.</summary>
    public Task Ended { get; }

    /// <summary>The request.</summary>
    public string Request => file.Request;

    /// <summary>Where a job's model is.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <returns>The model's folder.</returns>
    public static string ModelOf(string folder) => Path.Combine(folder, "model");

    /// <summary>Where a job's checkpoint is.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <returns>The checkpoint's folder.</returns>
    public static string CheckpointOf(string folder) => Path.Combine(folder, "checkpoint");

    /// <summary>What is known now, and a task that completes with the next change.</summary>
    /// <returns>Both.</returns>
    public (JobStatus Status, Task Changed) Look()
    {
        lock (gate)
        {
            return (StatusOf(Id, file) with { Version = version, Progress = progress }, changed.Task);
        }
    }

    /// <summary>What a file says of its job.</summary>
    /// <param name="id">The job's name.</param>
    /// <param name="file">The file.</param>
    /// <returns>The status.</returns>
    public static JobStatus StatusOf(string id, LocalJobFile file) => new()
    {
        Id = id,
        State = file.State,
        Version = long.MaxValue,
        Epoch = file.Term,
        Submitted = file.Submitted,
        Ended = file.Ended,
        Message = file.Message,
        IsMachineFault = file.IsMachineFault,
        Report = file.Report,
    };

    /// <summary>Stops it for good, within a batch.</summary>
    /// <returns>When it has stopped, or ended otherwise just before.</returns>
    public async Task StopAsync()
    {
        lock (gate)
        {
            isStopped = true;
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await Ended.ConfigureAwait(false);
    }

    /// <summary>Lets it rest where it is; it goes on when it is submitted again.</summary>
    public void Dispose()
    {
        stop.Cancel();
        Ended.GetAwaiter().GetResult();
        stop.Dispose();
    }

    private void Run()
    {
        try
        {
            var result = Train();
            ModelFolder.Save(ModelOf(folder.Path), result, overwrite: true);
            End(file with { State = JobState.Finished, Report = result.Report });
            Quietly(result.RemoveCheckpoint);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (isStopped)
            {
                End(file with { State = JobState.Stopped });
            }
        }
        catch (InputException e)
        {
            End(file with { State = JobState.Failed, Message = e.Message });
        }
#pragma warning disable CA1031 // Whatever ends a job is the job's end, and is told to its user.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (e is not (IOException or InstanceFaultException or OutOfMemoryException))
            {
                log($"job {Id}: {e}");
            }

            Quietly(() => End(file with { State = JobState.Failed, Message = Describe(e), IsMachineFault = true }));
        }
        finally
        {
            if (file.State != JobState.Running)
            {
                Quietly(RemoveCheckpoint);
            }

            folder.Dispose();
            Tell(() => version++);
        }
    }

    private static string Describe(Exception e) => e switch
    {
        IOException or InstanceFaultException => $"{e.Message.TrimEnd('.')}.",
        OutOfMemoryException => "there is not enough memory; ask for fewer clusters or columns, or give the service more.",
        _ => MachineFault.Describe(e),
    };

    private TrainingResult Train()
    {
        var training = request.Options with
        {
            Threads = options.Threads,
            MemoryLimitBytes = options.MemoryLimitBytes,
            Backend = options.Backend,
            Checkpoint = CheckpointOf(folder.Path),
        };
        if (options.Workers.Count > 0)
        {
            using var workers = RemoteTraining.Connect(options.Workers, options.WorkerAccess, request.Paths, request.Format, request.Choice, DataDistribution.FullyReplicated, log, stop.Token, request.FileOrderSeed);
            return workers.Train(training, new Reporter(this), null, stop.Token);
        }

        var files = FileOrder.Shuffle(options.Roots.Open(request.Paths, request.Format), request.FileOrderSeed);
        using var input = InputSet.Create([.. files.Select(each => each.File)], request.Choice);
        return Trainer.Train(input, training, new Reporter(this), stop.Token);
    }

    private void End(LocalJobFile end)
    {
        var ended = end with { Ended = clock.GetUtcNow() };
        ended.Write(folder);
        Tell(() => (file, progress, version) = (ended, null, version + 1));
    }

    /// <summary>The training's own removal knows only the folder; this one also follows a stop.</summary>
    private void RemoveCheckpoint()
    {
        if (Directory.Exists(CheckpointOf(folder.Path)))
        {
            Directory.Delete(CheckpointOf(folder.Path), recursive: true);
        }
    }

    /// <summary>What is left behind where this fails is found again, and harmless.</summary>
    private void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log($"job {Id}: {e.Message}");
        }
    }

    private void Tell(Action change)
    {
        TaskCompletionSource told;
        lock (gate)
        {
            change();
            (told, changed) = (changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        told.SetResult();
    }

    private sealed class Reporter(LocalJob job) : IProgress<TrainingProgress>
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
        private long told;
        private TrainingPhase phase = (TrainingPhase)(-1);

        public void Report(TrainingProgress value)
        {
            // From any thread, many times a second: those who watch hear ten times.
            var last = Volatile.Read(ref told);
            var now = job.clock.GetTimestamp();
            if (value.Phase == phase && job.clock.GetElapsedTime(last, now) < Pause)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref told, now, last) == last)
            {
                phase = value.Phase;
                job.Tell(() => (job.progress, job.version) = (value, job.version + 1));
            }
        }
    }
}
