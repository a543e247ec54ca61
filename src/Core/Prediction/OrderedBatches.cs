namespace KMeans.Prediction;

/// <summary>Brings the batches of partitions that are predicted side by side into input order, within bounded memory.</summary>
/// <remarks>
/// The first partition that is not complete writes straight through; those after it queue up to <see cref="MostQueued"/> batches each and then wait.
/// Partitions begin in order, so the one whose turn it is always runs, and nobody waits forever.
/// </remarks>
/// <param name="writer">Where the batches go; called under the lock.</param>
/// <param name="create">Makes a batch.</param>
internal sealed class OrderedBatches(IPredictionWriter writer, Func<PredictionBatch> create)
{
    private const int MostQueued = 16;

    private readonly object gate = new();
    private readonly Dictionary<int, Queue<PredictionBatch>> queues = [];
    private readonly HashSet<int> complete = [];
    private readonly Stack<PredictionBatch> free = [];
    private int turn;
    private int failed = int.MaxValue;

    /// <summary>An empty batch.</summary>
    /// <returns>To be given to <see cref="Add"/>.</returns>
    public PredictionBatch Rent()
    {
        lock (gate)
        {
            return free.TryPop(out var batch) ? batch : create();
        }
    }

    /// <summary>Takes the next batch of a partition.</summary>
    /// <param name="partition">Its index.</param>
    /// <param name="batch">The batch; taken over.</param>
    /// <param name="cancellation">Ends a wait, together with <see cref="Wake"/>.</param>
    /// <returns>False where an earlier partition failed, so that this one will never be written.</returns>
    public bool Add(int partition, PredictionBatch batch, CancellationToken cancellation)
    {
        lock (gate)
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                if (failed < partition)
                {
                    return false;
                }

                if (partition == turn)
                {
                    WriteQueue(partition);
                    Write(batch);
                    return true;
                }

                if (!queues.TryGetValue(partition, out var queue))
                {
                    queues[partition] = queue = [];
                }

                if (queue.Count < MostQueued)
                {
                    queue.Enqueue(batch);
                    return true;
                }

                Monitor.Wait(gate);
            }
        }
    }

    /// <summary>Notes that a partition has no more batches, and gives the turn to the next.</summary>
    /// <param name="partition">Its index.</param>
    public void Complete(int partition)
    {
        lock (gate)
        {
            complete.Add(partition);
            while (failed == int.MaxValue && complete.Remove(turn))
            {
                WriteQueue(turn);
                queues.Remove(turn);
                turn++;
            }

            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Notes that a partition failed: those after it need not go on.</summary>
    /// <param name="partition">Its index.</param>
    public void Fail(int partition)
    {
        lock (gate)
        {
            failed = Math.Min(failed, partition);
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Wakes those who wait, so that they see a cancellation.</summary>
    public void Wake()
    {
        lock (gate)
        {
            Monitor.PulseAll(gate);
        }
    }

    private void WriteQueue(int partition)
    {
        if (queues.TryGetValue(partition, out var queue))
        {
            while (queue.TryDequeue(out var batch))
            {
                Write(batch);
            }
        }
    }

    private void Write(PredictionBatch batch)
    {
        writer.Write(batch);
        free.Push(batch);
    }
}
