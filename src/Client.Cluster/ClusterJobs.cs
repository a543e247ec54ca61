using System.Runtime.CompilerServices;
using System.Text.Json;
using KMeans.Coordination;
using KMeans.Grains;
using KMeans.Jobs;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.Client.Cluster;

/// <summary>A cluster's jobs. Every call can be repeated without harm, and is, for a while, when silos die.</summary>
internal sealed class ClusterJobs : IJobService
{
    /// <summary>A cluster that lost a silo answers again within so long, and so does one that was started again as a whole.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>A model's files are written by a silo; what bounds this process is the disk.</summary>
    private const long MostFileBytes = 1L << 40;

    private readonly IGrainFactory grains;
    private readonly TimeProvider clock;
    private readonly Func<Task> close;

    /// <summary>Creates it.</summary>
    /// <param name="grains">Connected.</param>
    /// <param name="clock">The time.</param>
    /// <param name="close">Disconnects.</param>
    public ClusterJobs(IGrainFactory grains, TimeProvider clock, Func<Task> close)
    {
        this.grains = grains;
        this.clock = clock;
        this.close = close;
    }

    /// <inheritdoc/>
    public async Task<JobStatus> SubmitAsync(string id, JobRequest request, CancellationToken cancellation)
    {
        var text = JobRequestCodec.Write(request);
        var grain = Coordinator(id);
        var answer = await Again(() => grain.SubmitAsync(text), cancellation).ConfigureAwait(false);
        return answer.Job is { } job ? Status(job) : throw new InputException(answer.Refusal ?? $"job '{id}': was refused.");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobStatus>> ListAsync(CancellationToken cancellation)
    {
        var jobs = await Again(() => grains.GetGrain<IJobDirectoryGrain>(IJobDirectoryGrain.Key).ListAsync(), cancellation).ConfigureAwait(false);
        return [.. jobs.Select(Status)];
    }

    /// <inheritdoc/>
    public async Task<JobStatus> StatusAsync(string id, CancellationToken cancellation) => Status(Known(await Again(Coordinator(id).StatusAsync, cancellation).ConfigureAwait(false)));

    /// <inheritdoc/>
    public async IAsyncEnumerable<JobStatus> WatchAsync(string id, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var grain = Coordinator(id);
        var after = 0L;
        var heard = clock.GetTimestamp();
        while (true)
        {
            await using var snapshots = grain.WatchAsync(after, cancellation).WithBatchSize(1).GetAsyncEnumerator(cancellation);
            while (await Next(snapshots).ConfigureAwait(false))
            {
                var job = Known(snapshots.Current);
                (after, heard) = (job.Version, clock.GetTimestamp());
                yield return Status(job);
                if (job.Phase != JobPhase.Running)
                {
                    yield break;
                }
            }

            // The coordinator's silo stopped or died, or a gateway did: the job goes on elsewhere.
            if (clock.GetElapsedTime(heard) > Patience)
            {
                throw Unreachable(null);
            }

            await Task.Delay(Pause, clock, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<JobStatus> StopAsync(string id, CancellationToken cancellation) => Status(Known(await Again(Coordinator(id).StopAsync, cancellation).ConfigureAwait(false)));

    /// <inheritdoc/>
    public async Task FetchAsync(string id, string directory, bool overwrite, CancellationToken cancellation)
    {
        var status = await StatusAsync(id, cancellation).ConfigureAwait(false);
        if (status.State != JobState.Finished)
        {
            throw new InputException($"job '{id}': is {status.State.ToString().ToLowerInvariant()}, so it has no model; kmeans watch tells when it is finished.");
        }

        var model = grains.GetGrain<IModelGrain>(id);
        var files = await Again(model.FilesAsync, cancellation).ConfigureAwait(false);
        await Task.Factory.StartNew(
            () => ModelFolder.Import(directory, overwrite, files.Select(file => (file.Name, Open(model, file, cancellation)))), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await close().ConfigureAwait(false);

    private ICoordinatorGrain Coordinator(string id) => grains.GetGrain<ICoordinatorGrain>(JobName.Require(id));

    private Func<Stream> Open(IModelGrain model, ModelFile file, CancellationToken cancellation) => () => new PulledStream(file.Length, MostFileBytes, $"the model's {file.Name}", async index =>
    {
        var chunk = await Again(() => model.PullAsync(file.Name, index), cancellation).ConfigureAwait(false);
        return chunk is { Data.Length: <= Chunk.MostBytes } && chunk.Index == index ? new PayloadChunk(chunk.Data, chunk.Hash) : throw new IOException($"the model's {file.Name} is not stored any more");
    });

    private static async Task<bool> Next(IAsyncEnumerator<JobSnapshot> snapshots)
    {
        try
        {
            return await snapshots.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (MayPass(e))
        {
            return false;
        }
    }

    /// <summary>Calls until there is an answer, or nothing was heard for minutes.</summary>
    private async Task<T> Again<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return await call().WaitAsync(cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (MayPass(e))
            {
                if (clock.GetElapsedTime(began) > Patience)
                {
                    throw Unreachable(e);
                }
            }

            await Task.Delay(Pause, clock, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a failure is the way's, not the job's.</summary>
    private static bool MayPass(Exception e) => e is TimeoutException or OrleansException or EnumerationAbortedException or System.Net.Sockets.SocketException;

    private static IOException Unreachable(Exception? inner) => new($"the cluster did not answer for {Patience.TotalMinutes:0} minutes; the job goes on when its silos do", inner);

    private static JobSnapshot Known(JobSnapshot job) =>
        job.Phase != JobPhase.Unknown ? job : throw new InputException($"job '{job.Id}': there is none of that name; kmeans list shows the jobs.");

    private static PassPlacement? Placement(JobPlacement? placement) => placement is null ? null : new PassPlacement
    {
        Epoch = placement.Epoch,
        Partitions = placement.Partitions,
        Instances = [.. placement.Instances.Select(each => new InstancePlacement(each.Name, each.Threads, each.Out, each.Back, each.Lost))],
        Cells = placement.Cells,
    };

    private static JobStatus Status(JobSnapshot job) => new()
    {
        Id = job.Id,
        State = job.Phase switch
        {
            JobPhase.Finished => JobState.Finished,
            JobPhase.Failed => JobState.Failed,
            JobPhase.Stopped => JobState.Stopped,
            _ => JobState.Running,
        },
        Version = job.Version,
        Epoch = job.Epoch,
        Submitted = job.Submitted,
        Ended = job.Ended,
        Progress = job.Progress is { } progress ? new TrainingProgress((TrainingPhase)progress.Phase, progress.Rows, progress.TotalRows, progress.Msd, progress.Centers) { Placement = Placement(progress.Placement) } : null,
        Message = job.Message,
        IsMachineFault = job.IsMachineFault,
        Report = job.Report is { } report ? JsonSerializer.Deserialize(report, JobJson.Default.TrainingReport) : null,
    };
}
