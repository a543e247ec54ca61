namespace KMeans.Training;

/// <summary>Which rows a summary keeps besides its centers: a uniform sample that estimates the cost, and a sample by sensitivity that stands for the data.</summary>
/// <remarks>
/// The sensitivity of a row is s(x) = 0.5 D^2(x) / (n msd) + 0.5 / (K n_c(x)): with the random batch's centers as the rough solution, rows that they missed
/// are far from all of them, so that they are kept almost surely. Bachem, Lucic and Krause 2017.
/// </remarks>
internal sealed record RetentionRule
{
    /// <summary>The most rows of the sensitivity sample.</summary>
    public required int SampleLimit { get; init; }

    /// <summary>0.5 / (n msd): times D^2.</summary>
    public required double DistanceFactor { get; init; }

    /// <summary>Length K + 1: 0.5 / (K n_c), the last for rows of centers opened since.</summary>
    public required double[] ClusterTerms { get; init; }

    /// <summary>The most rows of the uniform sample.</summary>
    public required int CostSampleLimit { get; init; }

    /// <summary>The estimated number of rows n.</summary>
    public required long RowCount { get; init; }

    /// <summary>What the sensitivities are multiplied by in a state, where they are not shares of one pass.</summary>
    /// <value>n by default; 1 for an update, whose sensitivities are a state's.</value>
    public double Scale { get => field > 0 ? field : Math.Max(1, RowCount); init; }

    /// <summary>
    /// Rows with a priority at or above it are never kept by sensitivity.
    /// </summary>
    /// <value>By default none is left out where the sample may hold all rows; elsewhere it holds a quarter more than its limit, before it is cut to that.</value>
    public double SampleThreshold { get => field > 0 ? field : SampleLimit >= RowCount ? CoreSets.SummaryState.KeepsAll : 1.25 * SampleLimit; init; }

    /// <summary>Rows whose random number is at or above it are never kept uniformly.</summary>
    /// <value>By the same rule by default.</value>
    public double CostThreshold { get => field > 0 ? field : CostSampleLimit >= RowCount ? 1.0 : 1.25 * CostSampleLimit / RowCount; init; }

    /// <summary>An empty sensitivity sample.</summary>
    /// <param name="featureCount">d.</param>
    /// <returns>The sample.</returns>
    public RowSample NewSample(int featureCount) => new(featureCount, SampleLimit, SampleThreshold);

    /// <summary>An empty uniform sample.</summary>
    /// <param name="featureCount">d.</param>
    /// <returns>The sample.</returns>
    public RowSample NewCostSample(int featureCount) => new(featureCount, CostSampleLimit, CostThreshold);

    /// <summary>s(x).</summary>
    /// <param name="label">The nearest center.</param>
    /// <param name="squaredDistance">To it.</param>
    /// <returns>Positive.</returns>
    public double Sensitivity(int label, double squaredDistance) =>
        (DistanceFactor * squaredDistance) + ClusterTerms[Math.Min(label, ClusterTerms.Length - 1)];
}
