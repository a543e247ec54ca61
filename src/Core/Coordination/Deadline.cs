namespace KMeans.Coordination;

/// <summary>Cancels a job when its time is over, and tells that from the user's own cancellation.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationToken outer;
    private readonly CancellationTokenSource? time;
    private readonly CancellationTokenSource linked;

    /// <summary>Lets the time run.</summary>
    /// <param name="after">How long, or null for ever.</param>
    /// <param name="clock">The time.</param>
    /// <param name="outer">The user's own cancellation.</param>
    public Deadline(TimeSpan? after, TimeProvider clock, CancellationToken outer)
    {
        this.outer = outer;
        time = after is { } limit ? new CancellationTokenSource(limit, clock) : null;
        linked = CancellationTokenSource.CreateLinkedTokenSource(outer, time?.Token ?? CancellationToken.None);
    }

    /// <summary>Cancelled by whichever comes first.</summary>
    public CancellationToken Token => linked.Token;

    /// <summary>Whether it was the time.</summary>
    public bool IsOver => time?.IsCancellationRequested == true && !outer.IsCancellationRequested;

    /// <inheritdoc/>
    public void Dispose()
    {
        linked.Dispose();
        time?.Dispose();
    }
}
