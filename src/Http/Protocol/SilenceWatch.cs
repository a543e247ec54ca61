namespace KMeans.Http.Protocol;

/// <summary>Cancels a request whose other side has said nothing for too long: a process that was stopped still holds its connection.</summary>
internal sealed class SilenceWatch : IDisposable
{
    private readonly TimeSpan longest;
    private readonly CancellationToken outer;
    private readonly CancellationTokenSource silent;
    private readonly CancellationTokenSource linked;

    /// <summary>Begins to watch.</summary>
    /// <param name="longest">The longest silence.</param>
    /// <param name="clock">The time.</param>
    /// <param name="outer">The result is not wanted any more.</param>
    public SilenceWatch(TimeSpan longest, TimeProvider clock, CancellationToken outer)
    {
        this.longest = longest;
        this.outer = outer;
        silent = new CancellationTokenSource(longest, clock);
        linked = CancellationTokenSource.CreateLinkedTokenSource(silent.Token, outer);
    }

    /// <summary>Cancelled by silence or from outside.</summary>
    public CancellationToken Token => linked.Token;

    /// <summary>Whether it was silence.</summary>
    public bool IsSilent => silent.IsCancellationRequested && !outer.IsCancellationRequested;

    /// <summary>Notes that the other side was heard.</summary>
    public void Heard() => silent.CancelAfter(longest);

    /// <inheritdoc/>
    public void Dispose()
    {
        linked.Dispose();
        silent.Dispose();
    }
}
