using System.Collections.Concurrent;
using KMeans.Input;

namespace KMeans.Coordination;

/// <summary>Names partitions to storage on a thread of its own: a disk whose queue is full keeps whoever asks waiting. Thread-safe.</summary>
internal sealed class StorageNotice : IDisposable
{
    /// <summary>Beyond this a partition goes unnamed, which costs time and nothing else.</summary>
    private const int MostWaiting = 256;

    private readonly BlockingCollection<(InputSet Input, Partition Partition)> waiting = new(MostWaiting);
    private readonly Thread thread;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">The instance's name.</param>
    public StorageNotice(string name)
    {
        thread = new Thread(Serve) { IsBackground = true, Name = $"k-means {name} read-ahead" };
        thread.UnsafeStart();
    }

    /// <summary>Notes that a partition comes soon; returns at once.</summary>
    /// <param name="input">Its input.</param>
    /// <param name="partition">The partition.</param>
    public void Give(InputSet input, Partition partition) => waiting.TryAdd((input, partition));

    /// <inheritdoc/>
    public void Dispose()
    {
        waiting.CompleteAdding();
        thread.Join();
        waiting.Dispose();
    }

    private void Serve()
    {
        foreach (var (input, partition) in waiting.GetConsumingEnumerable())
        {
            try
            {
                if (!waiting.IsAddingCompleted)
                {
                    input.Prefetch(partition);
                }
            }
            catch (ObjectDisposedException)
            {
                // The pass ended while this waited.
            }
        }
    }
}
