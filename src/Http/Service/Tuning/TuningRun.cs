using KMeans.Http.Service.Api;
using KMeans.Http.Service.Jobs;
using KMeans.Http.Service.Store;
using KMeans.Http.Workers;

namespace KMeans.Http.Service.Tuning;

/// <summary>Keeps a tuning job's training jobs going until all combinations are tried, and notes which is the best.</summary>
/// <param name="store">The jobs.</param>
/// <param name="board">Tells of changes.</param>
/// <param name="jobs">Creates and stops training jobs.</param>
/// <param name="roots">Where jobs read and write.</param>
/// <param name="clock">The time.</param>
internal sealed class TuningRun(RecordStore store, JobBoard board, TrainingJobs jobs, DataRoots roots, TimeProvider clock)
{
    /// <summary>Jobs of other processes are looked at so often.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Runs a tuning job.</summary>
    /// <param name="record">The job, claimed.</param>
    /// <param name="cancellation">The process ends, or has lost it.</param>
    /// <returns>When it is at its end, or left.</returns>
    public async Task RunAsync(StoredRecord record, CancellationToken cancellation)
    {
        try
        {
            await TryAsync(record, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InputException or ApiException)
        {
            await FailAsync(record, e.Message).ConfigureAwait(false);
        }
    }

    private async Task TryAsync(StoredRecord record, CancellationToken cancellation)
    {
        var plan = TuningPlan.Parse(ApiFields.Of(TuningJobDocument.Of(record).Request), roots);
        var trials = Trials.List(plan);
        var ended = new Dictionary<string, StoredRecord>(StringComparer.Ordinal);
        var open = new HashSet<string>(StringComparer.Ordinal);
        var next = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var now = await store.FindAsync(record.Kind, record.Name).ConfigureAwait(false) ?? throw new WorkLostException($"{record.Name}: is gone.");
            var isOver = plan.MaxRuntime is { } limit && clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(record.Created) > limit;
            if (now.Status == JobStatuses.Stopping || isOver)
            {
                next = trials.Count;
                await StopAsync(open).ConfigureAwait(false);
            }

            while (open.Count < plan.Parallel && next < trials.Count)
            {
                var values = trials[next];
                var name = plan.ChildName(next, values);
                if (!await CreateAsync(plan, name, values).ConfigureAwait(false))
                {
                    break;
                }

                open.Add(name);
                next++;
            }

            // Taken before they are looked at, so that no change is missed.
            var changes = open.Select(board.Changed).ToList();
            var before = ended.Count;
            foreach (var name in open.ToList())
            {
                var child = await store.FindAsync(RecordKinds.TrainingJob, name).ConfigureAwait(false);
                if (child is { Ended: null })
                {
                    continue;
                }

                open.Remove(name);
                if (child is not null)
                {
                    ended[name] = child;
                }
            }

            var isEnd = open.Count == 0 && next >= trials.Count;
            await NoteAsync(record, plan, ended.Values, open.Count, isEnd, now.Status == JobStatuses.Stopping || isOver).ConfigureAwait(false);
            if (isEnd)
            {
                return;
            }

            if (ended.Count == before)
            {
                await Task.WhenAny([.. changes, Task.Delay(Look, clock, cancellation)]).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Creates a training job, or finds the one that was created before this process took over.</summary>
    /// <returns>False where the queue is full: it is tried again.</returns>
    private async Task<bool> CreateAsync(TuningPlan plan, string name, IReadOnlyDictionary<string, string> values)
    {
        if (await store.FindAsync(RecordKinds.TrainingJob, name).ConfigureAwait(false) is not null)
        {
            return true;
        }

        try
        {
            await jobs.CreateAsync(ApiFields.Of(plan.Request(name, values)), plan.Name, values).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Code == ApiErrors.ResourceInUse)
        {
            // Another process was faster.
        }
        catch (ApiException e) when (e.Code == ApiErrors.ResourceLimitExceeded)
        {
            return false;
        }

        return true;
    }

    private async Task FailAsync(StoredRecord record, string reason)
    {
        var time = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await store.ChangeAsync(record.Kind, record.Name, now => now.Owner != record.Owner || now.Ended is not null ? null : now with
        {
            Status = JobStatuses.Failed,
            Modified = time,
            Ended = time,
            Owner = null,
            Lease = null,
            Document = (TuningJobDocument.Of(now) with { FailureReason = reason }).Write(),
        }).ConfigureAwait(false);
        board.Signal(record.Name);
    }

    private async Task StopAsync(HashSet<string> open)
    {
        foreach (var name in open)
        {
            try
            {
                await jobs.StopAsync(name).ConfigureAwait(false);
            }
            catch (ApiException)
            {
                // It ended by itself.
            }
        }
    }

    private async Task NoteAsync(StoredRecord record, TuningPlan plan, Dictionary<string, StoredRecord>.ValueCollection ended, int openCount, bool isEnd, bool isStopped)
    {
        var best = ended.Where(child => child.Status == JobStatuses.Completed)
            .Select(child => (child.Name, Value: TrainingJobDocument.Of(child).Metrics.FirstOrDefault(metric => metric.Name == plan.Metric)?.Value))
            .Where(child => child.Value is not null)
            .OrderBy(child => plan.Maximizes ? -child.Value : child.Value).ThenBy(child => child.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        var failed = ended.Count(child => child.Status == JobStatuses.Failed);
        var isFailure = isEnd && !isStopped && failed > 0 && failed == ended.Count;
        await store.ChangeAsync(record.Kind, record.Name, now =>
        {
            if (now.Owner != record.Owner || now.Ended is not null)
            {
                throw new WorkLostException($"{now.Name}: is not this process's any more.");
            }

            var before = TuningJobDocument.Of(now);
            var after = before with
            {
                Completed = ended.Count(child => child.Status == JobStatuses.Completed),
                Failed = failed,
                Stopped = ended.Count(child => child.Status == JobStatuses.Stopped),
                InProgress = openCount,
                Best = best.Name,
                BestValue = best.Value,
                FailureReason = isFailure ? "All training jobs failed; their own FailureReason tells why." : null,
            };
            if (!isEnd && before == after)
            {
                return null;
            }

            var time = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var changed = now with { Document = after.Write(), Modified = time };
            return !isEnd ? changed : changed with
            {
                Status = isStopped ? JobStatuses.Stopped : isFailure ? JobStatuses.Failed : JobStatuses.Completed,
                Ended = time,
                Owner = null,
                Lease = null,
            };
        }).ConfigureAwait(false);
        board.Signal(record.Name);
    }
}
