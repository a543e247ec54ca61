using KMeans.Coordination;

namespace KMeans.Grains;

/// <summary>The shards of a job: those that answer, and those that are called until they do. A shard whose silo died is placed on another one by the next call.</summary>
internal sealed class GrainFleet : IFleet
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly IShardGrain[] shards;
    private readonly GrainInstance?[] present;
    private readonly List<Task> searches = [];
    private readonly CancellationTokenSource closing = new();
    private readonly PassOffers offers;
    private readonly long epoch;
    private readonly Action<string> warn;
    private readonly Action superseded;
    private readonly TimeProvider clock;
    private Action<IInstance> joined = _ => { };
    private Action<IInstance> left = _ => { };

    /// <summary>Knows the shards.</summary>
    /// <param name="shards">All, in order.</param>
    /// <param name="threads">Threads of all of their silos together, as far as is known.</param>
    /// <param name="offers">Where shards get the pass.</param>
    /// <param name="epoch">The coordinator's term.</param>
    /// <param name="warn">Told of shards that fail and come back, a line each, from any thread.</param>
    /// <param name="superseded">Told when another coordinator has taken over.</param>
    /// <param name="clock">The time.</param>
    public GrainFleet(IShardGrain[] shards, int threads, PassOffers offers, long epoch, Action<string> warn, Action superseded, TimeProvider clock)
    {
        this.shards = shards;
        this.offers = offers;
        this.epoch = epoch;
        this.warn = warn;
        this.superseded = superseded;
        this.clock = clock;
        ThreadCount = threads;
        present = new GrainInstance?[shards.Length];
    }

    /// <inheritdoc/>
    public int InstanceCount => shards.Length;

    /// <inheritdoc/>
    public int ThreadCount { get; }

    /// <inheritdoc/>
    public void Watch(Action<IInstance> joined, Action<IInstance> left)
    {
        (this.joined, this.left) = (joined, left);
        for (var i = 0; i < shards.Length; i++)
        {
            Begin(i, TimeSpan.Zero, null);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        closing.Cancel();
        Task[] open;
        lock (gate)
        {
            open = [.. searches];
        }

        Task.WhenAll(open).GetAwaiter().GetResult();
        closing.Dispose();
    }

    private void Begin(int shard, TimeSpan wait, string? news)
    {
        lock (gate)
        {
            if (!closing.IsCancellationRequested)
            {
                searches.RemoveAll(search => search.IsCompleted);
                searches.Add(Search(shard, wait, news));
            }
        }
    }

    /// <summary>A shard failed a block: it gets no more until it answers again, which one that is well, or was placed elsewhere, does at once.</summary>
    private void Suspect(int shard, GrainInstance instance, string reason)
    {
        lock (gate)
        {
            if (!ReferenceEquals(present[shard], instance))
            {
                return;
            }

            present[shard] = null;
        }

        left(instance);
        warn($"{instance.Name} failed: {reason.TrimEnd('.')}; its work goes to others until it answers again.");
        Begin(shard, FirstWait, "is back");
    }

    /// <summary>Calls a shard until it answers.</summary>
    private async Task Search(int shard, TimeSpan wait, string? news)
    {
        await Task.Yield();
        while (!closing.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(wait, clock, closing.Token).ConfigureAwait(false);
                var info = await shards[shard].HelloAsync(epoch).WaitAsync(closing.Token).ConfigureAwait(false);
                var instance = new GrainInstance($"shard-{shard}", shards[shard], info, offers, epoch, (failing, reason) => Suspect(shard, failing, reason), superseded);
                lock (gate)
                {
                    present[shard] = instance;
                }

                if (news is not null)
                {
                    warn($"{instance.Name} {news}, on silo {info.Silo}.");
                }

                joined(instance);
                return;
            }
            catch (StaleEpochException)
            {
                superseded();
                return;
            }
            catch (OperationCanceledException) when (closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (ShardFaults.Translate(e) is not null)
            {
                wait = TimeSpan.FromTicks(Math.Clamp(wait.Ticks * 2, FirstWait.Ticks, MostWait.Ticks));
            }
        }
    }
}
