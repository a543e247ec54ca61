namespace KMeans.Coordination;

/// <summary>Brings what partitions give side by side into their order, within bounded memory.</summary>
/// <remarks>
/// The first partition that is not complete writes straight through; what the others give queues up, and when the queues are full they wait.
/// Partitions begin in order, so the one whose turn it is always runs and never waits.
/// </remarks>
/// <typeparam name="T">A piece of output, reused.</typeparam>
/// <param name="write">Takes the pieces in order; called under the lock.</param>
/// <param name="create">Makes a piece.</param>
/// <param name="mostQueued">The most pieces that queue, over all partitions.</param>
internal sealed class InOrder<T>(Action<T> write, Func<T> create, int mostQueued)
{
    private readonly object gate = new();
    private readonly Dictionary<int, Queue<T>> queues = [];
    private readonly HashSet<int> complete = [];
    private readonly Stack<T> free = [];
    private int queued;
    private int turn;
    private int failed = int.MaxValue;

    /// <summary>A piece to fill.</summary>
    /// <returns>To be given to <see cref="Add"/>.</returns>
    public T Rent()
    {
        lock (gate)
        {
            return free.TryPop(out var piece) ? piece : create();
        }
    }

    /// <summary>Takes the next piece of a partition.</summary>
    /// <param name="partition">Its index.</param>
    /// <param name="piece">The piece; taken over.</param>
    /// <param name="cancellation">Ends a wait, together with <see cref="Wake"/>.</param>
    /// <returns>False where an earlier partition failed, so that this one will never be written.</returns>
    public bool Add(int partition, T piece, CancellationToken cancellation)
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
                    Write(piece);
                    return true;
                }

                if (queued < mostQueued)
                {
                    Enqueue(partition, piece);
                    return true;
                }

                Monitor.Wait(gate);
            }
        }
    }

    /// <summary>Notes that a partition has no more pieces, and gives the turn to the next.</summary>
    /// <param name="partition">Its index.</param>
    public void Complete(int partition)
    {
        lock (gate)
        {
            complete.Add(partition);
            while (turn < failed && complete.Remove(turn))
            {
                WriteQueue(turn);
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

    private void Enqueue(int partition, T piece)
    {
        if (!queues.TryGetValue(partition, out var queue))
        {
            queues[partition] = queue = [];
        }

        queue.Enqueue(piece);
        queued++;
    }

    private void WriteQueue(int partition)
    {
        if (!queues.Remove(partition, out var queue))
        {
            return;
        }

        foreach (var piece in queue)
        {
            queued--;
            Write(piece);
        }

        Monitor.PulseAll(gate);
    }

    private void Write(T piece)
    {
        write(piece);
        free.Push(piece);
    }
}
