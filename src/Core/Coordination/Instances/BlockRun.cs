using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>One block on its way through an instance: its partitions finish in any order, their summaries meet in the block's part of the tree. Thread-safe.</summary>
internal sealed class BlockRun
{
    private readonly Lock gate = new();
    private readonly BlockRange block;
    private readonly MergeTree<PartitionSummary> tree;
    private readonly LedgerEntry[] entries;
    private readonly TaskCompletionSource<BlockResult> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string instance;
    private int open;
    private int failedPartition = int.MaxValue;
    private Exception? failure;
    private bool isAborted;

    /// <summary>Begins one.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="block">Its partitions.</param>
    /// <param name="instance">The instance's name, for messages.</param>
    /// <param name="advanced">The listener, or null.</param>
    /// <param name="cancellation">The result is not wanted any more.</param>
    public BlockRun(Pass pass, BlockRange block, string instance, Action<int, double>? advanced, CancellationToken cancellation)
    {
        Pass = pass;
        this.block = block;
        this.instance = instance;
        Advanced = advanced;
        Cancellation = cancellation;
        open = block.Count;
        entries = new LedgerEntry[block.Count];
        tree = new MergeTree<PartitionSummary>(pass.Partitions.Count, block, (earlier, later) => SummaryMerge.Merge(earlier, later, pass.Context));
    }

    /// <summary>The pass.</summary>
    public Pass Pass { get; }

    /// <summary>The listener, or null.</summary>
    public Action<int, double>? Advanced { get; }

    /// <summary>The result is not wanted any more.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>What the block gives.</summary>
    public Task<BlockResult> Result => result.Task;

    /// <summary>Whether a partition is still to be run: not after a cancellation, nor behind a partition that failed.</summary>
    /// <param name="partition">Of this block.</param>
    /// <returns>Whether it is.</returns>
    public bool IsWanted(int partition) => !Cancellation.IsCancellationRequested && !Volatile.Read(ref isAborted) && partition < Volatile.Read(ref failedPartition);

    /// <summary>A partition is done.</summary>
    /// <param name="summary">Its summary; taken over.</param>
    /// <param name="entry">Its ledger entry.</param>
    public void Add(PartitionSummary summary, LedgerEntry entry)
    {
        entries[entry.Partition - block.First] = entry;
        try
        {
            tree.Add(entry.Partition, summary);
        }
#pragma warning disable CA1031 // Merging may run out of memory; the block then fails, not the thread.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(entry.Partition, exception);
            return;
        }

        CountDown();
    }

    /// <summary>A partition failed: those behind it need not be run, those before it may fail too, and the lowest counts.</summary>
    /// <param name="partition">Of this block.</param>
    /// <param name="exception">Why.</param>
    public void Fail(int partition, Exception exception)
    {
        lock (gate)
        {
            if (partition < failedPartition && exception is not OperationCanceledException)
            {
                failedPartition = partition;
                failure = exception;
            }
        }

        CountDown();
    }

    /// <summary>A partition was not run, because it is not wanted.</summary>
    /// <param name="partition">Of this block.</param>
    public void PassOver(int partition)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partition, block.First);
        CountDown();
    }

    /// <summary>The instance ends.</summary>
    public void Abort()
    {
        Volatile.Write(ref isAborted, true);
        result.TrySetException(new InstanceFaultException($"{instance} has ended", transient: false));
    }

    private void CountDown()
    {
        if (Interlocked.Decrement(ref open) > 0)
        {
            return;
        }

        if (failure is not null)
        {
            // What a disk or a network file system refuses now it may give later.
            result.TrySetException(failure is IOException ? new InstanceFaultException(failure.Message, transient: true, failure) : failure);
        }
        else if (tree.Root is { } summary)
        {
            result.TrySetResult(new BlockResult(summary, [.. entries]));
        }
        else
        {
            result.TrySetCanceled(Cancellation.IsCancellationRequested ? Cancellation : new CancellationToken(true));
        }
    }
}
