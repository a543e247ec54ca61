using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>What a block gives: the merged summary of its partitions and a ledger entry for each.</summary>
/// <param name="Summary">Covers the block.</param>
/// <param name="Entries">In the order of the partitions; grows when blocks are merged.</param>
internal sealed record BlockResult(PartitionSummary Summary, List<LedgerEntry> Entries)
{
    /// <summary>The partitions covered.</summary>
    public BlockRange Block => new(Summary.First, Summary.End);

    /// <summary>Takes the later block in.</summary>
    /// <param name="later">Covers the partitions right behind; not to be used any more.</param>
    /// <param name="context">What every partition of the pass was given.</param>
    public void Merge(BlockResult later, PassContext context)
    {
        SummaryMerge.Merge(Summary, later.Summary, context);
        Entries.AddRange(later.Entries);
    }
}
