using System.Collections.Concurrent;
using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Jobs;

/// <summary>Takes work of one kind from the store, as much as may run at a time, and keeps saying that it is done here. What a process that died had is taken over when its lease is over.</summary>
internal sealed class WorkLoop : IAsyncDisposable
{
    /// <summary>How long work stays a process's that is not heard of.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RenewPeriod = TimeSpan.FromSeconds(5);

    /// <summary>Work that another process put into the store is found within so long.</summary>
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(2);

    private readonly RecordStore store;
    private readonly string kind;
    private readonly string owner;
    private readonly int concurrency;
    private readonly Func<StoredRecord, CancellationToken, Task> run;
    private readonly Action<string> stopping;
    private readonly TimeProvider clock;
    private readonly Action<string> log;
    private readonly CancellationTokenSource end = new();
    private readonly SemaphoreSlim wake = new(0);
    private readonly ConcurrentDictionary<string, (Task Task, CancellationTokenSource Lost)> running = new(StringComparer.Ordinal);
    private Task loop = Task.CompletedTask;
    private Task renewal = Task.CompletedTask;

    /// <summary>Creates it.</summary>
    /// <param name="store">The store.</param>
    /// <param name="kind">The kind of work.</param>
    /// <param name="owner">This process's name, another one after each start.</param>
    /// <param name="concurrency">How much runs at a time.</param>
    /// <param name="run">Does one piece of work; cancelled where this process ends or has lost it.</param>
    /// <param name="stopping">Told the name of work that somebody wants stopped, now and then until it is.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">Told of faults.</param>
    public WorkLoop(
        RecordStore store, string kind, string owner, int concurrency, Func<StoredRecord, CancellationToken, Task> run, Action<string> stopping, TimeProvider clock, Action<string> log) =>
        (this.store, this.kind, this.owner, this.concurrency, this.run, this.stopping, this.clock, this.log) = (store, kind, owner, concurrency, run, stopping, clock, log);

    /// <summary>Begins.</summary>
    public void Start()
    {
        loop = Task.Run(TakeAsync);
        renewal = Task.Run(RenewAsync);
    }

    /// <summary>Says that there is work.</summary>
    public void Wake() => wake.Release();

    /// <summary>Lets everything rest that runs; others take it over.</summary>
    /// <returns>When nothing runs any more.</returns>
    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll([loop, renewal, .. running.Values.Select(work => work.Task)]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
        wake.Dispose();
    }

    private async Task TakeAsync()
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                while (running.Count < concurrency && !end.IsCancellationRequested && await ClaimAsync().ConfigureAwait(false) is { } record)
                {
                    Begin(record);
                }

                await wake.WaitAsync(LookPeriod, end.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A store that does not answer is asked again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log($"{kind}: {e.Message}");
                await Task.Delay(LookPeriod, clock, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Task<StoredRecord?> ClaimAsync()
    {
        var now = clock.GetUtcNow();
        return store.ClaimAsync(kind, owner, now.ToUnixTimeMilliseconds(), (now + Lease).ToUnixTimeMilliseconds());
    }

    private void Begin(StoredRecord record)
    {
        var lost = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
        var start = new TaskCompletionSource();
        running[record.Name] = (RunAsync(record, start.Task, lost), lost);

        // Not before it is in the list: short work would be out of it before it was in.
        start.SetResult();
    }

    private async Task RunAsync(StoredRecord record, Task start, CancellationTokenSource lost)
    {
        await start.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await run(record, lost.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // The work says itself how it ended; what is left is a store that does not answer, or a fault of ours.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log($"{kind} {record.Name}: {e}");

            // It is taken again, and may throw again.
            await Task.Delay(LookPeriod, clock, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            running.TryRemove(record.Name, out _);
            await GiveBackAsync(record.Name).ConfigureAwait(false);
            lost.Dispose();
            if (!end.IsCancellationRequested)
            {
                Wake();
            }
        }
    }

    /// <summary>Work that is not at its end is anybody's at once.</summary>
    private async Task GiveBackAsync(string name)
    {
        try
        {
            await store.ChangeAsync(kind, name, now => now.Owner == owner && now.Ended is null ? now with { Owner = null, Lease = null } : null).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The lease ends by itself.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log($"{kind} {name}: {e.Message}");
        }
    }

    private async Task RenewAsync()
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(RenewPeriod, clock, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (end.IsCancellationRequested || running.IsEmpty)
            {
                continue;
            }

            try
            {
                var before = running.ToArray();
                var held = await store.RenewAsync(owner, kind, (clock.GetUtcNow() + Lease).ToUnixTimeMilliseconds()).ConfigureAwait(false);
                foreach (var (name, work) in before)
                {
                    if (!held.TryGetValue(name, out var status))
                    {
                        await CancelAsync(name, work.Lost).ConfigureAwait(false);
                    }
                    else if (status == JobStatuses.Stopping)
                    {
                        stopping(name);
                    }
                }
            }
#pragma warning disable CA1031 // A store that does not answer is asked again; what it does not hear of is taken by others.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log($"{kind}: {e.Message}");
            }
        }
    }

    /// <summary>It ended meanwhile, or is another's now.</summary>
    private async Task CancelAsync(string name, CancellationTokenSource lost)
    {
        if (running.ContainsKey(name))
        {
            try
            {
                await lost.CancelAsync().ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                // It ended at this moment.
            }
        }
    }
}
