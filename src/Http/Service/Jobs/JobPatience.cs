using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Jobs;

/// <summary>Keeps a question about a job that is about to end waiting for the end, because clients' own waiters ask once in two minutes. Others are answered at once.</summary>
/// <param name="store">The jobs.</param>
/// <param name="board">How far those are that run here.</param>
/// <param name="longest">The longest wait; zero for none.</param>
/// <param name="concurrency">Jobs that run at a time.</param>
/// <param name="clock">The time.</param>
internal sealed class JobPatience(RecordStore store, JobBoard board, TimeSpan longest, int concurrency, TimeProvider clock)
{
    /// <summary>A job that another process runs changes without a signal here.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Gives a job as it is, or as it ends.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Nobody waits any more: the job is given as it is.</param>
    /// <returns>The record, or null where there is none.</returns>
    public async Task<StoredRecord?> FindAsync(string kind, string name, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            var changed = board.Changed(name);
            var record = await store.FindAsync(kind, name).ConfigureAwait(false);
            if (record is not { Ended: null })
            {
                // Nothing will change any more: the signal would stay for ever.
                board.Signal(name);
                return record;
            }

            var left = await WaitAsync(record).ConfigureAwait(false) - clock.GetElapsedTime(began);
            if (left <= TimeSpan.Zero || cancellation.IsCancellationRequested)
            {
                return record;
            }

            await changed.WaitAsync(left < Look ? left : Look, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>How long the question may wait in all: the longest where the job should end within that or nothing tells, since it may be a short one; and nothing where it should not.</summary>
    private async Task<TimeSpan> WaitAsync(StoredRecord record)
    {
        if (longest == TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        TimeSpan? expected;
        if (record.Owner is not null)
        {
            // How far a job of another process is nobody knows here: what has taken long already is held for long.
            var spent = clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(record.Modified);
            expected = board.Find(record.Name) is { } track ? track.Remaining() : spent < longest ? null : spent;
        }
        else
        {
            // Until the end of the round that it is in.
            var rounds = Math.Floor(await store.CountAheadAsync(record).ConfigureAwait(false) / (double)concurrency) + 1;
            expected = double.IsNaN(board.MeanSeconds) ? null : TimeSpan.FromSeconds(Math.Min(1e6, rounds * board.MeanSeconds));
        }

        return expected is null || expected < longest ? longest : TimeSpan.Zero;
    }
}
