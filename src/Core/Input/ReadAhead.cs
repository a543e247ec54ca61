namespace KMeans.Input;

/// <summary>Names the partitions that come next to storage while threads take them in order. Thread-safe.</summary>
/// <param name="input">Their input.</param>
/// <param name="partitions">In the order in which they are begun.</param>
/// <param name="threadCount">Threads that take them.</param>
internal sealed class ReadAhead(InputSet input, IReadOnlyList<Partition> partitions, int threadCount)
{
    /// <summary>Partitions a thread: while it computes with one, the next is fetched.</summary>
    public const int PartitionsPerThread = 1;

    private readonly int ahead = PartitionsPerThread * threadCount;

    /// <summary>Notes that a thread begins a partition.</summary>
    /// <param name="item">Its position in the order; each is begun once.</param>
    public void Begin(int item)
    {
        // The first also stands for those that all threads begin with.
        for (var next = item == 0 ? 0 : item + ahead; next <= item + ahead && next < partitions.Count; next++)
        {
            input.Prefetch(partitions[next]);
        }
    }
}
