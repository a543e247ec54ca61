using System.Runtime.ExceptionServices;

namespace KMeans.Coordination;

/// <summary>A fixed set of threads of our own for compute, so that kernels never block the shared pool or an actor scheduler.</summary>
/// <remarks>
/// A worker sleeps until there is a run; nothing spins, because a spinning idle thread costs a whole core on small machines. Two runs from different threads take turns.
/// Nothing is allocated by a run that succeeds.
/// </remarks>
public sealed class ComputeThreads : IDisposable
{
    /// <summary>The most workers that a set may have.</summary>
    public const int MaxWorkerCount = 1024;

    [ThreadStatic]
    private static ComputeThreads? owner;

    private readonly Thread[] threads;
    private readonly Lock turn = new();
    private readonly object gate = new();

    private Action<int, int>? body;
    private CancellationToken cancellation;
    private int itemCount;
    private long nextItem;
    private long completedItems;
    private long failedItem;
    private ExceptionDispatchInfo? failure;

    private long generation;
    private int workingCount;
    private bool stopping;

    /// <summary>Starts the threads.</summary>
    /// <param name="workerCount">1 to <see cref="MaxWorkerCount"/>.</param>
    /// <param name="name">What debuggers and profilers show, followed by the worker's index.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is out of range.</exception>
    public ComputeThreads(int workerCount, string name = "k-means compute")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workerCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workerCount, MaxWorkerCount);
        threads = new Thread[workerCount];
        for (var i = 0; i < workerCount; i++)
        {
            var worker = i;
            threads[i] = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"{name} {worker}" };
            threads[i].UnsafeStart();
        }
    }

    /// <summary>How many threads there are.</summary>
    public int WorkerCount => threads.Length;

    /// <summary>Runs the body for items 0 to itemCount - 1 and blocks until all are done. Items start in increasing order; which worker gets which is left to chance.</summary>
    /// <param name="itemCount">0 or more.</param>
    /// <param name="body">Called with (worker, item); at most one call at a time has the same worker.</param>
    /// <param name="cancellationToken">No item starts after it is cancelled.</param>
    /// <exception cref="InvalidOperationException">Called from one of this set's own threads, which would wait for itself.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before every item was done, and no item failed.</exception>
    /// <exception cref="ObjectDisposedException">The threads have ended.</exception>
    /// <remarks>If items fail, no further item starts, and the exception of the lowest failed item is thrown with its own stack.</remarks>
    public void Run(int itemCount, Action<int, int> body, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(itemCount);
        ArgumentNullException.ThrowIfNull(body);
        RefuseOwnThread("run");
        lock (turn)
        {
            ObjectDisposedException.ThrowIf(stopping, this);
            cancellationToken.ThrowIfCancellationRequested();
            lock (gate)
            {
                this.body = body;
                this.itemCount = itemCount;
                cancellation = cancellationToken;
                nextItem = 0;
                completedItems = 0;
                failedItem = long.MaxValue;
                failure = null;
                workingCount = threads.Length;
                generation++;
                Monitor.PulseAll(gate);
                while (workingCount > 0)
                {
                    Monitor.Wait(gate);
                }

                // Nothing of the caller's stays reachable between runs.
                this.body = null;
                cancellation = default;
            }

            var failed = failure;
            failure = null;
            failed?.Throw();
            if (completedItems < itemCount)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }

    /// <summary>Waits for the current run, then ends the threads. A second call does nothing.</summary>
    /// <exception cref="InvalidOperationException">Called from one of this set's own threads.</exception>
    public void Dispose()
    {
        RefuseOwnThread("disposal");
        lock (turn)
        {
            lock (gate)
            {
                stopping = true;
                Monitor.PulseAll(gate);
            }
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }
    }

    private void RefuseOwnThread(string what)
    {
        if (ReferenceEquals(owner, this))
        {
            throw new InvalidOperationException($"A {what} was asked for by a thread of the same set, which would wait for itself for ever.");
        }
    }

    private void Serve(int worker)
    {
        owner = this;
        var seen = 0L;
        while (true)
        {
            lock (gate)
            {
                while (generation == seen && !stopping)
                {
                    Monitor.Wait(gate);
                }

                if (stopping)
                {
                    return;
                }

                seen = generation;
            }

            Work(worker);
            lock (gate)
            {
                if (--workingCount == 0)
                {
                    Monitor.PulseAll(gate);
                }
            }
        }
    }

    private void Work(int worker)
    {
        while (!cancellation.IsCancellationRequested && Volatile.Read(ref failedItem) == long.MaxValue)
        {
            var item = Interlocked.Increment(ref nextItem) - 1;
            if (item >= itemCount)
            {
                return;
            }

            try
            {
                body!(worker, (int)item);
                Interlocked.Increment(ref completedItems);
            }
#pragma warning disable CA1031 // Whatever an item throws belongs to the caller of Run, who gets it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Keep(item, exception);
            }
        }
    }

    private void Keep(long item, Exception exception)
    {
        lock (gate)
        {
            if (item < failedItem)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
                Volatile.Write(ref failedItem, item);
            }
        }
    }
}
