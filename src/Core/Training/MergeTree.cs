namespace KMeans.Training;

/// <summary>The fixed binary tree over partition indices along which summaries are merged: whatever order they arrive in, the same pairs meet.</summary>
/// <remarks>Holds at most log2(partitions) summaries plus those that wait for a neighbour. Thread-safe; merging happens on the thread that brought the second half.</remarks>
/// <typeparam name="T">A partition's summary.</typeparam>
/// <param name="partitionCount">Leaves of the tree.</param>
/// <param name="merge">Takes the second, later summary into the first.</param>
internal sealed class MergeTree<T>(int partitionCount, Action<T, T> merge)
    where T : class
{
    private readonly Lock gate = new();
    private readonly Dictionary<(int Level, int Index), T> waiting = [];

    /// <summary>The summary of all partitions, once every one was added.</summary>
    public T? Root { get; private set; }

    /// <summary>Adds the summary of one partition.</summary>
    /// <param name="partition">Its index; added once.</param>
    /// <param name="summary">Taken over.</param>
    public void Add(int partition, T summary)
    {
        var (level, index) = (0, partition);
        while (true)
        {
            var nodes = ((partitionCount - 1) >> level) + 1;
            if (nodes == 1)
            {
                Root = summary;
                return;
            }

            var sibling = index ^ 1;
            if (sibling < nodes)
            {
                T? other;
                lock (gate)
                {
                    if (!waiting.Remove((level, sibling), out other))
                    {
                        waiting.Add((level, index), summary);
                        return;
                    }
                }

                var (earlier, later) = index < sibling ? (summary, other) : (other, summary);
                merge(earlier, later);
                summary = earlier;
            }

            level++;
            index >>= 1;
        }
    }
}
