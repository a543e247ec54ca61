using System.Diagnostics;
using KMeans.Coordination;

namespace KMeans.Grains;

/// <summary>A shard grain as an instance of the coordinator: has it begin a block, asks how it is until it is done, and pulls the summary.</summary>
internal sealed class GrainInstance : IInstance
{
    private readonly IShardGrain shard;
    private readonly PassOffers offers;
    private readonly long epoch;
    private readonly Action<GrainInstance, string> failed;
    private readonly Action superseded;

    /// <summary>Creates it.</summary>
    /// <param name="name">What the ledger calls it.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="info">What it said of itself.</param>
    /// <param name="offers">Where shards get the pass.</param>
    /// <param name="epoch">The coordinator's term.</param>
    /// <param name="failed">Told before a task ends with a fault that may pass: the shard's silo may be gone.</param>
    /// <param name="superseded">Told when another coordinator has taken over.</param>
    public GrainInstance(string name, IShardGrain shard, ShardInfo info, PassOffers offers, long epoch, Action<GrainInstance, string> failed, Action superseded)
    {
        Name = name;
        Threads = Math.Max(1, info.Threads);
        this.shard = shard;
        this.offers = offers;
        this.epoch = epoch;
        this.failed = failed;
        this.superseded = superseded;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Threads { get; }

    /// <inheritdoc/>
    public async Task<BlockResult> RunAsync(Pass pass, BlockRange block, long attempt, Action<int, double>? advanced, CancellationToken cancellation)
    {
        try
        {
            await Task.Yield();
            var request = new BlockRequest { Epoch = epoch, Pass = offers.Offer(pass), First = block.First, End = block.End, Attempt = attempt };
            var summary = await Done(request, advanced, cancellation).ConfigureAwait(false);
            return await Task.Factory.StartNew(
                () => Read(pass, block, attempt, summary, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        catch (Exception e) when (ShardFaults.Translate(e) is { } fault)
        {
            if (e is StaleEpochException)
            {
                superseded();
            }

            cancellation.ThrowIfCancellationRequested();
            if (fault is InstanceFaultException { IsTransient: true })
            {
                failed(this, fault.Message);
            }

            throw fault;
        }
        finally
        {
            // One way: where the shard is gone, it has dropped the block already.
            _ = shard.DropAsync(epoch, attempt);
        }
    }

    private async Task<Ticket> Done(BlockRequest request, Action<int, double>? advanced, CancellationToken cancellation)
    {
        while (true)
        {
            // The wait for an answer is not worth more than the block: who cancels it goes on at once.
            var answer = await shard.RunBlockAsync(request).WaitAsync(cancellation).ConfigureAwait(false);
            if (answer.Rows > 0)
            {
                advanced?.Invoke((int)Math.Clamp(answer.Rows, 0, int.MaxValue), answer.SquaredDistances);
            }

            switch (answer.State)
            {
                case BlockState.Running:
                    break;
                case BlockState.Done:
                    return answer.Summary ?? throw new InstanceFaultException("it announced no summary", transient: false);
                case BlockState.WrongInput:
                    throw new InputException(answer.Message ?? "The data is wrong.");
                default:
                    throw new InstanceFaultException((answer.Message ?? "it failed").TrimEnd('.'), answer.IsTransient);
            }
        }
    }

    private BlockResult Read(Pass pass, BlockRange block, long attempt, Ticket ticket, CancellationToken cancellation)
    {
        var most = SummaryLimits.Bytes(pass.Context, block) + LedgerCodec.MostBytes(block.Count) + WireWriter.HeaderBytes + WireWriter.TrailerBytes;
        var began = Stopwatch.GetTimestamp();
        using var stream = new PulledStream(ticket.Length, most, $"the summary of block {block}", Pull);
        var summary = SummaryCodec.Read(stream, pass.Context, pass.Id, block);
        try
        {
            var result = new BlockResult(summary, LedgerCodec.Read(stream, block, Name));
            GrainMetrics.Transferred("summary", ticket.Length, began);
            return result;
        }
        catch
        {
            pass.Context.Pool.Return(summary);
            throw;
        }

        async Task<PayloadChunk> Pull(int index)
        {
            cancellation.ThrowIfCancellationRequested();
            var chunk = await shard.PullSummaryAsync(epoch, attempt, index).ConfigureAwait(false);
            return chunk.Check(index) ?? throw new InstanceFaultException("it lost the block before its summary was fetched", transient: true);
        }
    }
}
