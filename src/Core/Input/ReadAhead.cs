namespace KMeans.Input;

/// <summary>Names the partitions that come next to storage. Thread-safe.</summary>
internal sealed class ReadAhead : IDisposable
{
    /// <summary>Partitions a thread: while it computes with one, the next is fetched.</summary>
    public const int PartitionsPerThread = 1;

    /// <summary>What may be named while nothing is read yet, at most. It waits in the page cache, which gives it up where memory is short.</summary>
    private const long MostEarlyBytes = 1L << 30;

    private readonly InputSet input;
    private readonly IReadOnlyList<Partition> partitions;
    private readonly int ahead;
    private readonly StorageNotice storage = new("reader");
    private readonly Lock gate = new();
    private int begun;
    private int named;

    /// <summary>Names nothing yet.</summary>
    /// <param name="input">Their input.</param>
    /// <param name="partitions">In the order in which they are begun.</param>
    /// <param name="threadCount">Threads that take them.</param>
    public ReadAhead(InputSet input, IReadOnlyList<Partition> partitions, int threadCount)
    {
        this.input = input;
        this.partitions = partitions;
        ahead = PartitionsPerThread * threadCount;
    }

    /// <summary>Names the first partitions before a thread begins any: storage has nothing else to do. The machine's memory decides how many, and no result depends on it.</summary>
    public void BeginEarly()
    {
        var bytes = Math.Min(MostEarlyBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16);
        var each = Math.Max(1, input.TotalBytes / Math.Max(1, partitions.Count));
        Reach(0, input.ReadsAroundCache ? ahead : (int)Math.Clamp(bytes / each, ahead, int.MaxValue));
    }

    /// <summary>Notes that a thread begins a partition.</summary>
    /// <param name="item">Its position in the order; each is begun once.</param>
    public void Begin(int item) => Reach(item, item + ahead + 1);

    /// <inheritdoc/>
    public void Dispose() => storage.Dispose();

    private void Reach(int item, int until)
    {
        lock (gate)
        {
            begun = Math.Max(begun, item);
            for (; named < Math.Min(until, partitions.Count); named++)
            {
                // Those that were begun and left behind meanwhile need no naming any more.
                var position = named;
                storage.Give(input, partitions[position], () => position > Volatile.Read(ref begun) - ahead);
            }
        }
    }
}
