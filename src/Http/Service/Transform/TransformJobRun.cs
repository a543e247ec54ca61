using System.Collections.Concurrent;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Hosting;
using KMeans.Http.Service.Jobs;
using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Transform;

/// <summary>Runs transform jobs. One that another process began is begun again: the same rows give the same files.</summary>
/// <param name="store">The jobs.</param>
/// <param name="board">Wakes those who wait.</param>
/// <param name="shelf">The models.</param>
/// <param name="files">Transforms the files of a job.</param>
/// <param name="clock">The time.</param>
/// <param name="log">Told of faults.</param>
internal sealed class TransformJobRun(RecordStore store, JobBoard board, ModelShelf shelf, TransformFiles files, TimeProvider clock, Action<string> log)
{
    private const int MostReason = 1024;

    private readonly ConcurrentDictionary<string, CancellationTokenSource> running = new(StringComparer.Ordinal);

    /// <summary>Stops a job that runs here, within a payload.</summary>
    /// <param name="name">The job.</param>
    public void Stop(string name)
    {
        if (running.TryGetValue(name, out var stop))
        {
            stop.Cancel();
        }

        board.Signal(name);
    }

    /// <summary>Runs a job to its end.</summary>
    /// <param name="record">The job, claimed.</param>
    /// <param name="cancellation">This process ends, or has lost the job.</param>
    /// <returns>When the job has ended.</returns>
    public async Task RunAsync(StoredRecord record, CancellationToken cancellation)
    {
        // Not disposed: somebody may want the job stopped at the moment of its end, and a source without a timer holds nothing.
        var stopping = new CancellationTokenSource();
        running[record.Name] = stopping;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stopping.Token);
        try
        {
            var begun = await store.ChangeAsync(record.Kind, record.Name, now =>
            {
                var document = TransformJobDocument.Of(now);
                return document.Started is null ? now with { Document = (document with { Started = clock.GetUtcNow().ToUnixTimeMilliseconds() }).Write() } : null;
            }).ConfigureAwait(false);
            if (begun?.Status == JobStatuses.Stopping)
            {
                await stopping.CancelAsync().ConfigureAwait(false);
            }

            await TransformAsync(TransformJobDocument.Of(record), stop.Token).ConfigureAwait(false);
            await EndAsync(record, JobStatuses.Completed, null).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            await EndAsync(record, JobStatuses.Stopped, null).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InputException or ApiException)
        {
            await EndAsync(record, JobStatuses.Failed, $"ClientError: {e.Message}").ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log($"transform job {record.Name}: {e}");
            await EndAsync(record, JobStatuses.Failed, MachineFault.Reason(MachineFault.Describe(e))).ConfigureAwait(false);
        }
        finally
        {
            running.TryRemove(record.Name, out _);
        }
    }

    private async Task TransformAsync(TransformJobDocument document, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var model = await shelf.HoldAsync(document.Model).ConfigureAwait(false);
        try
        {
            await Task.Run(() => files.Run(document, model.Model, stop), stop).ConfigureAwait(false);
        }
        finally
        {
            model.Release();
        }
    }

    private async Task EndAsync(StoredRecord record, string status, string? reason)
    {
        var time = clock.GetUtcNow().ToUnixTimeMilliseconds();
        reason = reason is { Length: > MostReason } ? reason[..(MostReason - 3)] + "..." : reason;
        await store.ChangeAsync(record.Kind, record.Name, now => now.Owner != record.Owner || now.Ended is not null ? null : now with
        {
            // What was asked to stop is stopped, even if its files were all there by then.
            Status = now.Status == JobStatuses.Stopping ? JobStatuses.Stopped : status,
            Document = (TransformJobDocument.Of(now) with { FailureReason = reason }).Write(),
            Modified = time,
            Ended = time,
            Owner = null,
            Lease = null,
        }).ConfigureAwait(false);
        board.Signal(record.Name);
    }
}
