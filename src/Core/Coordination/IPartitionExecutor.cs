using KMeans.Input;
using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>Runs partitions somewhere. The coordinator decides what is to be done and what the results mean; an executor only where and when.</summary>
internal interface IPartitionExecutor
{
    /// <summary>How many instances share the work.</summary>
    int InstanceCount { get; }

    /// <summary>Trains on every partition once.</summary>
    /// <param name="context">What every partition is given.</param>
    /// <param name="partitions">In order; handed out in order, finished in any.</param>
    /// <param name="finished">Called once a partition, from any thread, with its summary.</param>
    /// <param name="advanced">Called with the rows of each batch and their weighted squared distances, from any thread.</param>
    /// <param name="cancellation">Stops the pass.</param>
    /// <returns>The time that a thread spent reading and decoding, on average.</returns>
    TimeSpan Run(PassContext context, IReadOnlyList<Partition> partitions, Action<PartitionSummary> finished, Action<int, double> advanced, CancellationToken cancellation);
}
