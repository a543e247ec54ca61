using System.Collections.Concurrent;

namespace KMeans.Input;

/// <summary>Names partitions to storage on a thread of its own: a disk whose queue is full keeps whoever asks waiting. Thread-safe.</summary>
internal sealed class StorageNotice : IDisposable
{
    private readonly BlockingCollection<Item> waiting = [];
    private readonly Thread thread;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">Whose it is, for debuggers.</param>
    public StorageNotice(string name)
    {
        thread = new Thread(Serve) { IsBackground = true, Name = $"k-means {name} read-ahead" };
        thread.UnsafeStart();
    }

    /// <summary>Notes that a partition comes soon; returns at once. Whoever calls bounds how many wait.</summary>
    /// <param name="input">Its input.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="isWanted">Asked when its turn comes: whether naming it still helps. Null: it does.</param>
    public void Give(InputSet input, Partition partition, Func<bool>? isWanted = null) => waiting.Add(new Item(input, partition, isWanted));

    /// <inheritdoc/>
    public void Dispose()
    {
        waiting.CompleteAdding();
        thread.Join();
        waiting.Dispose();
    }

    private void Serve()
    {
        foreach (var item in waiting.GetConsumingEnumerable())
        {
            try
            {
                if (!waiting.IsAddingCompleted && item.IsWanted?.Invoke() != false)
                {
                    item.Input.Prefetch(item.Partition);
                }
            }
            catch (ObjectDisposedException)
            {
                // The pass ended while this waited.
            }
        }
    }

    private sealed record Item(InputSet Input, Partition Partition, Func<bool>? IsWanted);
}
