using KMeans.Input;
using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>Runs partitions on this process's own threads. Each of m instances takes a run of n / m neighbouring partitions, as separate machines would.</summary>
/// <param name="instanceCount">m.</param>
/// <param name="threads">All threads; each instance has its share of them, and at least one.</param>
internal sealed class InProcessExecutor(int instanceCount, ComputeThreads threads) : IPartitionExecutor
{
    /// <summary>
    /// Opening a partition leaves garbage, of 400 Parquet columns some 370 KiB. The runtime waits with its collection until there is as much as the third-level cache is
    /// large, hundreds of megabytes on a server, and a long pass would slowly fill that; a youngest-generation collection every 4 MiB costs well under a millisecond.
    /// </summary>
    private const long GarbageBytes = 4L << 20;

    /// <inheritdoc/>
    public int InstanceCount => instanceCount;

    /// <inheritdoc/>
    public TimeSpan Run(PassContext context, IReadOnlyList<Partition> partitions, Action<PartitionSummary> finished, Action<int, double> advanced, CancellationToken cancellation)
    {
        var trainers = new PartitionTrainer?[threads.WorkerCount];
        try
        {
            var order = InstanceOrder(partitions.Count);
            using var readAhead = new ReadAhead(context.Input, [.. order.Select(partition => partitions[partition])], threads.WorkerCount);
            var collected = GC.GetTotalAllocatedBytes();
            threads.Run(order.Length, (worker, item) =>
            {
                readAhead.Begin(item);
                var trainer = trainers[worker] ??= new PartitionTrainer(context);
                finished(trainer.Train(partitions[order[item]], advanced, cancellation));
                var before = Interlocked.Read(ref collected);
                var now = GC.GetTotalAllocatedBytes();
                if (now - before > GarbageBytes && Interlocked.CompareExchange(ref collected, now, before) == before)
                {
                    GC.Collect(0, GCCollectionMode.Forced);
                }
            }, cancellation);
            return trainers.Aggregate(TimeSpan.Zero, (sum, trainer) => sum + (trainer?.ReadTime ?? TimeSpan.Zero)) / trainers.Length;
        }
        finally
        {
            foreach (var trainer in trainers)
            {
                trainer?.Dispose();
            }
        }
    }

    /// <summary>Rounds of one partition an instance: the order in which instances of equal speed would take them.</summary>
    private int[] InstanceOrder(int count)
    {
        var perInstance = (count + instanceCount - 1) / instanceCount;
        return Enumerable.Range(0, perInstance).SelectMany(round => Enumerable.Range(0, instanceCount).Select(instance => (instance * perInstance) + round))
            .Where(partition => partition < count).ToArray();
    }
}
