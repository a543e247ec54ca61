namespace KMeans.Coordination;

/// <summary>Runs items on a set of threads, or on the caller's own where there is none: inside a run there must not be another.</summary>
internal static class ParallelRun
{
    /// <summary>Runs the body for items 0 to itemCount - 1.</summary>
    /// <param name="threads">The threads, or null: the caller's own, in order.</param>
    /// <param name="itemCount">0 or more.</param>
    /// <param name="body">Called with (worker, item).</param>
    /// <param name="cancellation">No item starts after it is cancelled.</param>
    public static void Over(ComputeThreads? threads, int itemCount, Action<int, int> body, CancellationToken cancellation)
    {
        if (threads is not null && itemCount > 1)
        {
            threads.Run(itemCount, body, cancellation);
            return;
        }

        for (var item = 0; item < itemCount; item++)
        {
            cancellation.ThrowIfCancellationRequested();
            body(0, item);
        }
    }

    /// <summary>Runs the body for blocks of neighbouring items.</summary>
    /// <param name="threads">The threads, or null: the caller's own, in order.</param>
    /// <param name="itemCount">0 or more.</param>
    /// <param name="blockSize">Items of a block; the last has those that are left.</param>
    /// <param name="body">Called with (worker, first item, item after the last).</param>
    /// <param name="cancellation">No block starts after it is cancelled.</param>
    public static void InBlocks(ComputeThreads? threads, int itemCount, int blockSize, Action<int, int, int> body, CancellationToken cancellation) =>
        Over(threads, (int)((itemCount + blockSize - 1L) / blockSize), (worker, block) => body(worker, block * blockSize, (int)Math.Min(itemCount, (block + 1L) * blockSize)), cancellation);
}
