using KMeans.Coordination;
using Orleans.Concurrency;

namespace KMeans.Grains;

/// <summary>Hands blocks to its silo's threads and their summaries to whoever pulls them. Holds nothing that cannot be computed again.</summary>
[ShardPlacement, Reentrant]
internal sealed class ShardGrain(SiloCompute compute, TimeProvider clock, ILocalSiloDetails silo) : Grain, IShardGrain
{
    /// <summary>A question is answered after so long at the latest: often enough to show progress, and far below the time after which a caller gives up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>A block that nobody asked about for so long is nobody's.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(30);

    /// <summary>Blocks in hand: two that run and two that are pulled, and as many again for a coordinator that repeats itself.</summary>
    private const int MostWorks = 8;

    private readonly Dictionary<long, BlockWork> works = [];
    private readonly HashSet<string> passes = new(StringComparer.Ordinal);
    private ICoordinatorGrain? coordinator;
    private long highest;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        coordinator = GrainFactory.GetGrain<ICoordinatorGrain>(ShardKey.JobOf(this.GetPrimaryKeyString()));
        this.RegisterGrainTimer(Sweep, new GrainTimerCreationOptions { DueTime = Forgotten / 3, Period = Forgotten / 3, Interleave = true });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        DropAll();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ShardInfo> HelloAsync(long epoch)
    {
        Fence(epoch);
        return Task.FromResult(new ShardInfo { Threads = compute.Limits.Threads, Silo = silo.Name });
    }

    /// <inheritdoc/>
    public async Task<BlockAnswer> RunBlockAsync(BlockRequest request)
    {
        Fence(request.Epoch);
        if (!works.TryGetValue(request.Attempt, out var work))
        {
            if (works.Count >= MostWorks)
            {
                return new BlockAnswer { State = BlockState.Fault, Message = $"{MostWorks} blocks are in hand there", IsTransient = true };
            }

            work = new BlockWork(compute, request, index => PullPassAsync(request, index));
            works.Add(request.Attempt, work);
            passes.Add(work.Pass);
        }

        work.AskedAt = clock.GetTimestamp();
        try
        {
            await work.Ended.WaitAsync(Patience, clock);
        }
        catch (TimeoutException)
        {
            // It runs on; the caller asks again.
        }

        var answer = work.Describe(request.Attempt);
        if (answer.State is BlockState.Fault or BlockState.WrongInput)
        {
            Drop(request.Attempt);
        }

        return answer;
    }

    /// <inheritdoc/>
    public ValueTask<Chunk?> PullSummaryAsync(long epoch, long attempt, int index)
    {
        Fence(epoch);
        if (!works.TryGetValue(attempt, out var work) || work.Summary is not { } summary || index < 0 || index >= summary.ChunkCount)
        {
            return ValueTask.FromResult<Chunk?>(null);
        }

        work.AskedAt = clock.GetTimestamp();
        return ValueTask.FromResult<Chunk?>(summary.ToChunk(index));
    }

    /// <inheritdoc/>
    public Task DropAsync(long epoch, long attempt)
    {
        if (epoch == highest)
        {
            Drop(attempt);
        }

        return Task.CompletedTask;
    }

    /// <summary>Whoever comes with a lower term than somebody before is refused; a higher one ends what runs for the lower.</summary>
    private void Fence(long epoch)
    {
        if (epoch < highest)
        {
            throw new StaleEpochException($"Term {epoch} is over: the job is in term {highest}.");
        }

        if (epoch > highest)
        {
            DropAll();
            highest = epoch;
        }
    }

    private async Task<PayloadChunk> PullPassAsync(BlockRequest request, int index)
    {
        var chunk = await coordinator!.PullPassAsync(request.Epoch, request.Pass.Name, index);
        return chunk.Check(index) ?? throw new InstanceFaultException("the coordinator does not have the pass any more", transient: true);
    }

    private Task Sweep()
    {
        foreach (var (attempt, work) in works.ToArray())
        {
            if (clock.GetElapsedTime(work.AskedAt) > Forgotten)
            {
                Drop(attempt);
            }
        }

        if (works.Count == 0)
        {
            ForgetPasses();
        }
        else
        {
            DelayDeactivation(2 * Forgotten);
        }

        return Task.CompletedTask;
    }

    private void Drop(long attempt)
    {
        if (works.Remove(attempt, out var work))
        {
            work.Dispose();
        }
    }

    private void DropAll()
    {
        foreach (var attempt in works.Keys.ToArray())
        {
            Drop(attempt);
        }

        ForgetPasses();
    }

    /// <summary>Closes the passes' files. Another shard of the job on this silo that still needs one pulls it again.</summary>
    private void ForgetPasses()
    {
        foreach (var pass in passes)
        {
            compute.Forget(pass);
        }

        passes.Clear();
    }
}
