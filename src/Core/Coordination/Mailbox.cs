namespace KMeans.Coordination;

/// <summary>What happened, for the coordinator to take note of.</summary>
internal abstract record CoordinatorEvent
{
    /// <summary>An instance came.</summary>
    /// <param name="Instance">The instance.</param>
    internal sealed record Joined(IInstance Instance) : CoordinatorEvent;

    /// <summary>An instance went.</summary>
    /// <param name="Instance">The instance.</param>
    internal sealed record Left(IInstance Instance) : CoordinatorEvent;

    /// <summary>An attempt ended.</summary>
    /// <param name="Attempt">Its number.</param>
    /// <param name="Block">What it was given.</param>
    /// <param name="Answer">Completed.</param>
    internal sealed record Answered(long Attempt, BlockRange Block, Task<BlockResult> Answer) : CoordinatorEvent;

    /// <summary>Something outside is to be looked at: a cancellation, a pause.</summary>
    internal sealed record Looked : CoordinatorEvent;
}

/// <summary>Brings events from any thread to the coordinator's one. Waiting happens here and nowhere else, so that a simulation can put its own time in.</summary>
internal interface IMailbox
{
    /// <summary>Adds an event; from any thread.</summary>
    /// <param name="happened">The event.</param>
    void Post(CoordinatorEvent happened);

    /// <summary>Takes the next event.</summary>
    /// <param name="wait">How long to wait for one; <see cref="TimeSpan.MaxValue"/> for ever, zero not at all.</param>
    /// <returns>The event, or null where there was none in time.</returns>
    CoordinatorEvent? Take(TimeSpan wait);
}

/// <summary>The mailbox of a running process: a queue in order of arrival. Bounded by what can happen: an answer an attempt, two attempts an instance.</summary>
internal sealed class Mailbox : IMailbox
{
    private readonly Queue<CoordinatorEvent> queue = [];

    /// <inheritdoc/>
    public void Post(CoordinatorEvent happened)
    {
        lock (queue)
        {
            queue.Enqueue(happened);
            Monitor.Pulse(queue);
        }
    }

    /// <inheritdoc/>
    public CoordinatorEvent? Take(TimeSpan wait)
    {
        lock (queue)
        {
            if (queue.Count == 0 && wait > TimeSpan.Zero)
            {
                // A wake-up for nothing is harmless: the caller looks at the clock anyway. Rounded up, so that it does not come just before the time.
                var most = wait == TimeSpan.MaxValue ? Timeout.Infinite : (int)Math.Min(int.MaxValue, Math.Ceiling(wait.TotalMilliseconds));
                Monitor.Wait(queue, most);
            }

            return queue.TryDequeue(out var happened) ? happened : null;
        }
    }
}
