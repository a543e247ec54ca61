using System.Runtime.CompilerServices;
using KMeans.Coordination;
using KMeans.Jobs;
using KMeans.Models;

namespace KMeans.Http.Service.Engine;

/// <summary>Jobs of this process, with all that they need on the disk: a job that is submitted again after the process died goes on from its checkpoint, and one that ended is as it was.</summary>
internal sealed class LocalJobs : IJobService
{
    private readonly LocalEngineOptions options;
    private readonly TimeProvider clock;
    private readonly Action<string> log;
    private readonly Lock gate = new();
    private readonly Dictionary<string, LocalJob> running = new(StringComparer.Ordinal);
    private bool isClosed;

    /// <summary>Creates it; nothing runs before it is submitted.</summary>
    /// <param name="options">What jobs are told.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">Told of faults.</param>
    public LocalJobs(LocalEngineOptions options, TimeProvider clock, Action<string> log)
    {
        (this.options, this.clock, this.log) = (options, clock, log);
        Directory.CreateDirectory(options.Folder);
    }

    /// <inheritdoc/>
    public Task<JobStatus> SubmitAsync(string id, JobRequest request, CancellationToken cancellation)
    {
        var text = JobRequestCodec.Write(request);
        var path = FolderOf(id);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isClosed, this);
            if (running.TryGetValue(id, out var job) && !job.Ended.IsCompleted)
            {
                return Task.FromResult(job.Request == text ? job.Look().Status : throw Taken(id));
            }

            var file = LocalJobFile.Read(path);
            if (file is not null && file.Request != text)
            {
                throw Taken(id);
            }

            if (file is { State: not JobState.Running })
            {
                return Task.FromResult(LocalJob.StatusOf(id, file));
            }

            var folder = new DiskFolder(path);
            try
            {
                running[id] = new LocalJob(id, file ?? new LocalJobFile { Request = text, Submitted = clock.GetUtcNow() }, folder, options, clock, log);
            }
            catch
            {
                folder.Dispose();
                throw;
            }

            return Task.FromResult(running[id].Look().Status);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobStatus>> ListAsync(CancellationToken cancellation)
    {
        var names = Directory.EnumerateDirectories(options.Folder).Select(path => Path.GetFileName(path));
        IReadOnlyList<JobStatus> jobs = [.. names.Select(Find).OfType<JobStatus>().OrderByDescending(job => job.Submitted)];
        return Task.FromResult(jobs);
    }

    /// <inheritdoc/>
    public Task<JobStatus> StatusAsync(string id, CancellationToken cancellation) => Task.FromResult(Known(id));

    /// <inheritdoc/>
    public async IAsyncEnumerable<JobStatus> WatchAsync(string id, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var after = 0L;
        while (true)
        {
            if (Running(id) is not { } job)
            {
                yield return Known(id);
                yield break;
            }

            var (status, changed) = job.Look();
            if (status.Version > after)
            {
                after = status.Version;
                yield return status;
                if (status.State != JobState.Running)
                {
                    yield break;
                }
            }

            if (job.Ended.IsCompleted)
            {
                // It rests: the process ends, or it was stopped and could not say so.
                yield break;
            }

            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<JobStatus> StopAsync(string id, CancellationToken cancellation)
    {
        if (Running(id) is { } job)
        {
            await job.StopAsync().ConfigureAwait(false);
            return job.Look().Status;
        }

        var status = Known(id);
        if (status.State == JobState.Running)
        {
            // Submitted before the process began, and not since: stopped without going on first.
            using var folder = new DiskFolder(FolderOf(id));
            var file = LocalJobFile.Read(folder.Path)! with { State = JobState.Stopped, Ended = clock.GetUtcNow() };
            file.Write(folder);
            if (Directory.Exists(LocalJob.CheckpointOf(folder.Path)))
            {
                Directory.Delete(LocalJob.CheckpointOf(folder.Path), recursive: true);
            }

            return LocalJob.StatusOf(id, file);
        }

        return status;
    }

    /// <inheritdoc/>
    public Task FetchAsync(string id, string directory, bool overwrite, CancellationToken cancellation)
    {
        var status = Known(id);
        if (status.State != JobState.Finished)
        {
            throw new InputException($"job '{id}': is {status.State.ToString().ToLowerInvariant()}, so it has no model; kmeans watch tells when it is finished.");
        }

        var model = ModelOf(id);
        var files = Directory.EnumerateFiles(model, "*", SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(model, path).Replace(Path.DirectorySeparatorChar, '/'), (Func<Stream>)(() => File.OpenRead(path))));
        return Task.Run(() => ModelFolder.Import(directory, overwrite, files), cancellation);
    }

    /// <summary>The folder of a finished job's model.</summary>
    /// <param name="id">The job.</param>
    /// <returns>Its path.</returns>
    public string ModelOf(string id) => LocalJob.ModelOf(FolderOf(id));

    /// <summary>Lets what runs rest.</summary>
    /// <returns>When nothing runs any more.</returns>
    public async ValueTask DisposeAsync()
    {
        LocalJob[] jobs;
        lock (gate)
        {
            isClosed = true;
            jobs = [.. running.Values];
        }

        await Task.WhenAll(jobs.Select(job => Task.Run(job.Dispose))).ConfigureAwait(false);
    }

    private static InputException Taken(string id) => new($"job '{id}': there is another job of this name; choose another --job.");

    private string FolderOf(string id) => Path.Combine(options.Folder, JobName.Require(id));

    private LocalJob? Running(string id)
    {
        lock (gate)
        {
            if (running.TryGetValue(id, out var job) && job.Ended.IsCompleted && job.Look().Status.State != JobState.Running)
            {
                running.Remove(id);
                job.Dispose();
                return null;
            }

            return job;
        }
    }

    private JobStatus? Find(string id) => Running(id)?.Look().Status ?? (LocalJobFile.Read(FolderOf(id)) is { } file ? LocalJob.StatusOf(id, file) : null);

    private JobStatus Known(string id) => Find(id) ?? throw new InputException($"job '{id}': there is none of that name; kmeans list shows the jobs.");
}
