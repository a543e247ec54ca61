namespace KMeans.Training;

/// <summary>What a partition, or a run of neighbouring partitions, has to say: the statistics of its own rows for each center, and the rows it keeps.</summary>
internal sealed class PartitionSummary
{
    /// <summary>First partition covered.</summary>
    public required int First { get; init; }

    /// <summary>One past the last partition covered.</summary>
    public required int End { get; set; }

    /// <summary>
    /// The rows' own statistics: as many entries as there were broadcast centers, in their order (weight 0 where no row came), then the opened centers in
    /// the order of their ids.
    /// </summary>
    public required RunningCenters Centers { get; init; }

    /// <summary>Rows that count.</summary>
    public required long RowCount { get; set; }

    /// <summary>Rows passed over because a value is missing.</summary>
    public required long SkippedRows { get; set; }

    /// <summary>The weight of all rows, without decay.</summary>
    public required double TotalWeight { get; set; }

    /// <summary>The weighted squared distances of all rows to the running centers that they were assigned to as they came.</summary>
    public required double PassSquaredDistances { get; set; }

    /// <summary>f, raised where too many centers were opened.</summary>
    public required double OpeningCost { get; set; }

    /// <summary>Rows whose nearest center doubles had to decide.</summary>
    public required long NearTies { get; set; }

    /// <summary>Rows kept by sensitivity.</summary>
    public required RowSample Sample { get; set; }

    /// <summary>Rows kept uniformly.</summary>
    public required RowSample CostSample { get; set; }

    /// <summary>All rows by partition, where the summary is the rows; else empty.</summary>
    public List<RowBlock> Rows { get; init; } = [];

    /// <summary>The same with other running centers.</summary>
    /// <param name="centers">To which the samples' labels belong already.</param>
    /// <returns>Shares all else.</returns>
    public PartitionSummary With(RunningCenters centers) => new()
    {
        First = First,
        End = End,
        Centers = centers,
        RowCount = RowCount,
        SkippedRows = SkippedRows,
        TotalWeight = TotalWeight,
        PassSquaredDistances = PassSquaredDistances,
        OpeningCost = OpeningCost,
        NearTies = NearTies,
        Sample = Sample,
        CostSample = CostSample,
        Rows = Rows,
    };
}

/// <summary>Rows in memory.</summary>
/// <param name="Samples">Row-major, at least (n, d).</param>
/// <param name="Count">n.</param>
/// <param name="SampleWeights">At least length n, or null where every weight is 1.</param>
internal sealed record RowBlock(float[] Samples, int Count, double[]? SampleWeights)
{
    /// <summary>The weights of some rows.</summary>
    /// <param name="start">The first.</param>
    /// <param name="count">How many.</param>
    /// <returns>Empty where every weight is 1.</returns>
    public ReadOnlySpan<double> Weights(int start, int count) => SampleWeights is null ? [] : SampleWeights.AsSpan(start, count);
}
