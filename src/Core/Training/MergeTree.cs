using KMeans.Coordination;

namespace KMeans.Training;

/// <summary>The fixed binary tree over partition indices along which summaries are merged: whatever order they arrive in, the same pairs meet.</summary>
/// <remarks>
/// Holds at most log2(partitions) summaries plus those that wait for a neighbour. Thread-safe where only <see cref="Add(BlockRange, T)"/> is called; merging happens on the
/// thread that brought the second half.
/// </remarks>
/// <typeparam name="T">A partition's summary.</typeparam>
internal sealed class MergeTree<T>
    where T : class
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<BlockRange, T> waiting = [];
    private readonly int partitionCount;
    private readonly BlockRange top;
    private readonly Action<T, T> merge;

    /// <summary>Creates the whole tree.</summary>
    /// <param name="partitionCount">Leaves of the tree.</param>
    /// <param name="merge">Takes the second, later summary into the first.</param>
    public MergeTree(int partitionCount, Action<T, T> merge)
        : this(partitionCount, BlockRange.Root(partitionCount), merge)
    {
    }

    /// <summary>Creates the part of a tree below one of its nodes.</summary>
    /// <param name="partitionCount">Leaves of the whole tree.</param>
    /// <param name="top">The node.</param>
    /// <param name="merge">Takes the second, later summary into the first.</param>
    public MergeTree(int partitionCount, BlockRange top, Action<T, T> merge)
    {
        this.partitionCount = partitionCount;
        this.top = top;
        this.merge = merge;
    }

    /// <summary>The summary of the top node, once every partition below it was added.</summary>
    public T? Root { get; private set; }

    /// <summary>Summaries held.</summary>
    public int HeldCount => waiting.Count + (Root is null ? 0 : 1);

    /// <summary>The summaries held, by the blocks they cover, in order.</summary>
    /// <returns>A copy.</returns>
    public List<KeyValuePair<BlockRange, T>> Held() => Root is null ? [.. waiting] : [new(top, Root)];

    /// <summary>Adds the summary of one partition.</summary>
    /// <param name="partition">Its index; added once.</param>
    /// <param name="summary">Taken over.</param>
    public void Add(int partition, T summary) => Add(BlockRange.Leaf(partition), summary);

    /// <summary>Adds the summary of a block.</summary>
    /// <param name="block">A node at or below the top, none of whose partitions was added before.</param>
    /// <param name="summary">Taken over.</param>
    public void Add(BlockRange block, T summary)
    {
        while (block != top)
        {
            var parent = block.Parent(partitionCount);
            var (first, second) = parent.Halves();
            T? other;
            lock (gate)
            {
                if (!waiting.Remove(block == first ? second : first, out other))
                {
                    waiting.Add(block, summary);
                    return;
                }
            }

            var (earlier, later) = block == first ? (summary, other) : (other, summary);
            merge(earlier, later);
            (block, summary) = (parent, earlier);
        }

        Root = summary;
    }

    /// <summary>Takes out what waits within a block, because the block came as a whole.</summary>
    /// <param name="block">A node.</param>
    /// <returns>The summaries, in order; nothing refers to them any more.</returns>
    public List<T> RemoveWithin(BlockRange block)
    {
        lock (gate)
        {
            var within = waiting.Where(node => block.Contains(node.Key)).ToList();
            within.ForEach(node => waiting.Remove(node.Key));
            return within.ConvertAll(node => node.Value);
        }
    }
}
