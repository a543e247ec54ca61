using System.Diagnostics;
using KMeans.Input;
using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>Runs blocks on threads of its own in this process: a shard of a training, or what a worker process has inside.</summary>
/// <remarks>
/// Partitions queue up in the order in which their blocks were given; each goes to the next free thread, so that a block uses all threads and the block behind it fills in when
/// it runs out. Storage is told of as many partitions ahead as there are threads. Summaries meet on the thread that brings the second of a pair.
/// </remarks>
internal sealed class LocalInstance : IInstance, IDisposable
{
    /// <summary>
    /// Opening a partition leaves garbage, of 400 Parquet columns some 370 KiB. The runtime waits with its collection until there is as much as the third-level cache is
    /// large, hundreds of megabytes on a server, and a long pass would slowly fill that; a youngest-generation collection every 4 MiB costs well under a millisecond.
    /// </summary>
    private const long GarbageBytes = 4L << 20;

    private readonly object gate = new();
    private readonly LinkedList<Item> queue = [];
    private readonly Thread[] threads;
    private readonly StorageNotice storage;
    private long collected = GC.GetTotalAllocatedBytes();
    private int prefetched;
    private bool stopping;

    /// <summary>Starts the threads.</summary>
    /// <param name="name">The instance's name.</param>
    /// <param name="threadCount">1 or more.</param>
    public LocalInstance(string name, int threadCount)
    {
        Name = name;
        storage = new StorageNotice(name);
        threads = new Thread[threadCount];
        for (var i = 0; i < threadCount; i++)
        {
            threads[i] = new Thread(Serve) { IsBackground = true, Name = $"k-means {name} {i}" };
            threads[i].UnsafeStart();
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Threads => threads.Length;

    /// <inheritdoc/>
    public Task<BlockResult> RunAsync(Pass pass, BlockRange block, long attempt, Action<int, double>? advanced, CancellationToken cancellation)
    {
        var run = new BlockRun(pass, block, Name, advanced, cancellation);
        lock (gate)
        {
            if (stopping)
            {
                return Task.FromException<BlockResult>(new InstanceFaultException("the instance has ended", transient: false));
            }

            for (var partition = block.First; partition < block.End; partition++)
            {
                queue.AddLast(new Item(run, partition));
            }

            PrefetchAhead();
            Monitor.PulseAll(gate);
        }

        return run.Result;
    }

    /// <summary>Ends the threads after the batches that they are at; blocks that are not done are cancelled.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopping = true;
            foreach (var item in queue)
            {
                item.Run.Abort();
            }

            queue.Clear();
            Monitor.PulseAll(gate);
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }

        storage.Dispose();
    }

    private void Serve()
    {
        PartitionTrainer? trainer = null;
        Pass? pass = null;
        while (Take() is { } item)
        {
            if (!item.Run.IsWanted(item.Partition))
            {
                item.Run.PassOver(item.Partition);
                continue;
            }

            try
            {
                if (!ReferenceEquals(pass, item.Run.Pass))
                {
                    trainer?.Dispose();
                    pass = item.Run.Pass;
                    trainer = new PartitionTrainer(pass.Context);
                }

                Train(trainer!, item);
            }
#pragma warning disable CA1031 // Whatever a partition throws belongs to whoever asked for the block.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                // A trainer that threw may be half-way through a batch.
                trainer?.Dispose();
                (trainer, pass) = (null, null);
                item.Run.Fail(item.Partition, exception);
            }

            CollectGarbage();
        }

        trainer?.Dispose();
    }

    private void Train(PartitionTrainer trainer, Item item)
    {
        var began = Stopwatch.GetTimestamp();
        var readBefore = trainer.ReadTime;
        var summary = trainer.Train(item.Run.Pass.Partitions[item.Partition], item.Run.Advanced, item.Run.Cancellation);
        var entry = new LedgerEntry(
            item.Partition, summary.RowCount, summary.SkippedRows, trainer.ContentBytes, trainer.ContentHash, Name, 1, Stopwatch.GetElapsedTime(began).TotalSeconds, (trainer.ReadTime - readBefore).TotalSeconds)
        {
            Backend = trainer.Backend,
        };
        item.Run.Add(summary, entry);
    }

    private Item? Take()
    {
        lock (gate)
        {
            while (queue.First is null && !stopping)
            {
                Monitor.Wait(gate);
            }

            if (queue.First is not { } first)
            {
                return null;
            }

            queue.RemoveFirst();
            prefetched = Math.Max(0, prefetched - 1);
            PrefetchAhead();
            return first.Value;
        }
    }

    /// <summary>Names the next partitions to storage, as many as there are threads; under the lock.</summary>
    private void PrefetchAhead()
    {
        var node = queue.First;
        for (var i = 0; i < ReadAhead.PartitionsPerThread * threads.Length && node is not null; i++, node = node.Next)
        {
            if (i < prefetched)
            {
                continue;
            }

            var pass = node.Value.Run.Pass;
            storage.Give(pass.Context.Input, pass.Partitions[node.Value.Partition]);
            prefetched = i + 1;
        }
    }

    private void CollectGarbage()
    {
        var before = Interlocked.Read(ref collected);
        var now = GC.GetTotalAllocatedBytes();
        if (now - before > GarbageBytes && Interlocked.CompareExchange(ref collected, now, before) == before)
        {
            GC.Collect(0, GCCollectionMode.Forced);
        }
    }

    private sealed record Item(BlockRun Run, int Partition);
}
