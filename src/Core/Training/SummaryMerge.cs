namespace KMeans.Training;

/// <summary>Merges the summaries of neighbouring runs of partitions.</summary>
internal static class SummaryMerge
{
    /// <summary>Takes the later summary into the earlier one.</summary>
    /// <param name="earlier">Covers [a, b); in/out: covers [a, c) afterwards.</param>
    /// <param name="later">Covers [b, c); its memory goes back to the pool.</param>
    /// <param name="context">What every partition of the pass was given.</param>
    /// <remarks>
    /// Exact but for rounding: means, weights and squared errors are those of the union of the rows. Past the most opened centers that a summary holds the
    /// rule closes some, always at this same node of the tree. O(K d).
    /// </remarks>
    public static void Merge(PartitionSummary earlier, PartitionSummary later, PassContext context)
    {
        var broadcastCount = context.Broadcast.Count;
        var mostOpened = context.Opening.MostOpened;
        ArgumentOutOfRangeException.ThrowIfNotEqual(later.First, earlier.End);
        var (into, from) = (earlier.Centers, later.Centers);
        into.Decay(Decay.Factor(later.RowCount + later.SkippedRows, context.HalfLife));
        var map = new int[from.Count];
        for (var j = 0; j < from.Count; j++)
        {
            map[j] = j;
            if (j < broadcastCount)
            {
                into.Absorb(j, from.Weights[j], from.Mean(j), from.SquaredErrors[j]);
            }
            else
            {
                map[j] = into.Add(from.Ids[j], from.Weights[j], from.Mean(j), from.SquaredErrors[j]);
            }
        }

        later.Sample.Relabel(map);
        later.CostSample.Relabel(map);
        earlier.Sample.Merge(later.Sample);
        earlier.CostSample.Merge(later.CostSample);
        earlier.OpeningCost = Math.Max(earlier.OpeningCost, later.OpeningCost);
        if (into.Count - broadcastCount > mostOpened)
        {
            earlier.OpeningCost = CenterClosing.CloseOpened(into, broadcastCount, mostOpened / 2, earlier.OpeningCost, out var closed);
            earlier.Sample.Relabel(closed);
            earlier.CostSample.Relabel(closed);
        }

        earlier.End = later.End;
        earlier.RowCount += later.RowCount;
        earlier.SkippedRows += later.SkippedRows;
        earlier.TotalWeight += later.TotalWeight;
        earlier.PassSquaredDistances += later.PassSquaredDistances;
        earlier.NearTies += later.NearTies;
        earlier.Rows.AddRange(later.Rows);
        context.Pool.Return(later);
    }
}
