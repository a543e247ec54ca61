using System.Collections.Concurrent;

namespace KMeans.Training;

/// <summary>The large parts of summaries, used again once a summary was merged into its neighbour: a pass then needs memory for the summaries that are alive and no more.</summary>
/// <param name="broadcast">The running centers at the start of the pass.</param>
/// <param name="retention">Which rows are kept.</param>
internal sealed class SummaryPool(RunningCenters broadcast, RetentionRule retention)
{
    private readonly ConcurrentBag<Parts> free = [];

    /// <summary>Empty parts.</summary>
    /// <returns>Centers as broadcast, of weight 0, and two empty samples.</returns>
    public Parts Rent()
    {
        if (!free.TryTake(out var parts))
        {
            var d = broadcast.FeatureCount;
            parts = new Parts(new RunningCenters(broadcast.Count, d), retention.NewSample(d), retention.NewCostSample(d));
        }

        parts.Centers.Clear();
        for (var j = 0; j < broadcast.Count; j++)
        {
            parts.Centers.Add(broadcast.Ids[j], 0, broadcast.Mean(j), 0);
        }

        return parts;
    }

    /// <summary>Takes back the parts of a summary that nobody will look at again.</summary>
    /// <param name="summary">Merged into another.</param>
    public void Return(PartitionSummary summary) => Return(new Parts(summary.Centers, summary.Sample, summary.CostSample));

    /// <summary>Takes back parts that became no summary.</summary>
    /// <param name="parts">As rented, whatever they hold.</param>
    public void Return(Parts parts)
    {
        parts.Sample.Clear();
        parts.CostSample.Clear();
        free.Add(parts);
    }

    /// <summary>Lets go of the memory that waits: the pass has ended.</summary>
    public void Clear() => free.Clear();

    /// <summary>The large parts of one summary.</summary>
    /// <param name="Centers">The rows' own statistics.</param>
    /// <param name="Sample">Rows kept by sensitivity.</param>
    /// <param name="CostSample">Rows kept uniformly.</param>
    internal sealed record Parts(RunningCenters Centers, RowSample Sample, RowSample CostSample);
}
