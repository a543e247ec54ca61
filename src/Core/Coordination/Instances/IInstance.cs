namespace KMeans.Coordination;

/// <summary>One executor instance: this process's threads, a worker process, a shard grain. It runs the blocks that it is told to and knows nothing of time or of other instances.</summary>
/// <remarks>
/// Deadlines, retries, hedging and fencing are the coordinator's. An instance may be given two blocks at a time, so that its threads find the next when one ends.
/// Partitions of the block given first come first.
/// </remarks>
internal interface IInstance
{
    /// <summary>What the ledger and messages call it; unique among the job's instances.</summary>
    string Name { get; }

    /// <summary>Threads that it computes with: a hint for the size of its blocks.</summary>
    int Threads { get; }

    /// <summary>How many partitions of a block it has the rows of: all, unless each instance has files of its own.</summary>
    /// <param name="block">A node of the tree.</param>
    /// <returns>0 to the block's count. It is given only blocks that it has whole.</returns>
    int CountHere(BlockRange block) => block.Count;

    /// <summary>Trains on the partitions of a block and merges their summaries along the tree.</summary>
    /// <param name="pass">What every partition of the pass is given.</param>
    /// <param name="block">A node of the tree.</param>
    /// <param name="attempt">Unique in the job; goes up. Two attempts may have the same block, even on one instance.</param>
    /// <param name="advanced">Called with rows done and their weighted squared distances, from any thread, or null. For display only.</param>
    /// <param name="cancellation">The result is not wanted any more.</param>
    /// <returns>The block's summary and its ledger entries, in order.</returns>
    /// <exception cref="InputException">The data is wrong. Of several partitions the lowest counts. Every instance would say the same, so the job ends.</exception>
    /// <exception cref="InstanceFaultException">The instance failed, not the data: the block is run again, elsewhere where that is possible.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <remarks>Exceptions are in the task, never thrown by the call. Any other exception is an error of the program and ends the job.</remarks>
    Task<BlockResult> RunAsync(Pass pass, BlockRange block, long attempt, Action<int, double>? advanced, CancellationToken cancellation);
}
