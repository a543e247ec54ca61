namespace KMeans.Coordination;

/// <summary>A fleet whose instances fail as a <see cref="ChaosMonkey"/> decides. One that dies comes back a little later under another name.</summary>
/// <param name="inner">The fleet; taken over.</param>
/// <param name="monkey">What goes wrong.</param>
/// <param name="clock">The time.</param>
internal sealed class ChaosFleet(IFleet inner, ChaosMonkey monkey, TimeProvider clock) : IFleet
{
    private readonly ChaosMonkey monkey = monkey;
    private readonly TimeProvider clock = clock;
    private readonly CancellationTokenSource ended = new();
    private Action<IInstance>? joined;
    private Action<IInstance>? left;

    /// <inheritdoc/>
    public int InstanceCount => inner.InstanceCount;

    /// <inheritdoc/>
    public int ThreadCount => inner.ThreadCount;

    /// <inheritdoc/>
    public void Watch(Action<IInstance> joined, Action<IInstance> left)
    {
        (this.joined, this.left) = (joined, left);
        inner.Watch(instance => joined(new Victim(this, instance, 0)), _ => { });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ended.Cancel();
        inner.Dispose();
    }

    private void Bury(Victim victim)
    {
        left!(victim);
        Task.Delay(monkey.Delay(), clock, ended.Token).ContinueWith(
            _ => joined!(victim.Reborn()), ended.Token, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    /// <summary>An instance under chaos.</summary>
    private sealed class Victim(ChaosFleet fleet, IInstance inner, int lives) : IInstance
    {
        private int isDead;

        public string Name => lives == 0 ? inner.Name : $"{inner.Name}.{lives}";

        public int Threads => inner.Threads;

        public Victim Reborn() => new(fleet, inner, lives + 1);

        public async Task<BlockResult> RunAsync(Pass pass, BlockRange block, long attempt, Action<int, double>? advanced, CancellationToken cancellation)
        {
            var fate = Volatile.Read(ref isDead) == 1 ? ChaosMonkey.Fate.Dropped : fleet.monkey.Draw();
            switch (fate)
            {
                case ChaosMonkey.Fate.Failed:
                    throw new InstanceFaultException("chaos failed this attempt", transient: true);
                case ChaosMonkey.Fate.Killed:
                    if (Interlocked.Exchange(ref isDead, 1) == 0)
                    {
                        fleet.Bury(this);
                    }

                    return await Never(cancellation).ConfigureAwait(false);
                case ChaosMonkey.Fate.Dropped:
                    // The work is done, and nobody hears of it.
                    await inner.RunAsync(pass, block, attempt, advanced, cancellation).ConfigureAwait(false);
                    return await Never(cancellation).ConfigureAwait(false);
                default:
                    var result = await inner.RunAsync(pass, block, attempt, advanced, cancellation).ConfigureAwait(false);
                    if (fate == ChaosMonkey.Fate.Delayed)
                    {
                        await Task.Delay(fleet.monkey.Delay(), fleet.clock, cancellation).ConfigureAwait(false);
                    }

                    foreach (ref var entry in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(result.Entries))
                    {
                        entry = entry with { Instance = Name };
                    }

                    return result;
            }
        }

        private async Task<BlockResult> Never(CancellationToken cancellation)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, fleet.ended.Token);
            await Task.Delay(Timeout.InfiniteTimeSpan, fleet.clock, either.Token).ConfigureAwait(false);
            throw new InvalidOperationException("An endless wait ended.");
        }
    }
}

/// <summary>A mailbox in which answers arrive twice as a <see cref="ChaosMonkey"/> decides.</summary>
/// <param name="inner">The mailbox.</param>
/// <param name="monkey">What goes wrong.</param>
internal sealed class ChaosMailbox(IMailbox inner, ChaosMonkey monkey) : IMailbox
{
    /// <inheritdoc/>
    public void Post(CoordinatorEvent happened)
    {
        inner.Post(happened);
        if (happened is CoordinatorEvent.Answered { Answer.IsCanceled: false } && monkey.Doubles())
        {
            inner.Post(happened);
        }
    }

    /// <inheritdoc/>
    public CoordinatorEvent? Take(TimeSpan wait) => inner.Take(wait);
}

/// <summary>A checkpoint's folder in which writes fail as a <see cref="ChaosMonkey"/> decides.</summary>
/// <param name="inner">The folder; taken over.</param>
/// <param name="monkey">What goes wrong.</param>
internal sealed class ChaosFolder(ICheckpointFolder inner, ChaosMonkey monkey) : ICheckpointFolder
{
    /// <inheritdoc/>
    public string Path => inner.Path;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names() => inner.Names();

    /// <inheritdoc/>
    public Stream Open(string name) => inner.Open(name);

    /// <inheritdoc/>
    public void Write(string name, Action<Stream> write)
    {
        if (monkey.FailsWrite())
        {
            throw new IOException("chaos: no space left on device");
        }

        inner.Write(name, write);
    }

    /// <inheritdoc/>
    public void Delete(string name) => inner.Delete(name);

    /// <inheritdoc/>
    public void DeleteIfEmpty() => inner.DeleteIfEmpty();

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();
}
