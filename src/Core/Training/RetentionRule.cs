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

    /// <summary>An empty sensitivity sample. It may hold a quarter more rows than its limit expects, before it is cut to the limit.</summary>
    /// <param name="featureCount">d.</param>
    /// <returns>The sample.</returns>
    public RowSample NewSample(int featureCount) => new(featureCount, SampleLimit, 1.25 * SampleLimit);

    /// <summary>An empty uniform sample.</summary>
    /// <param name="featureCount">d.</param>
    /// <returns>The sample.</returns>
    public RowSample NewCostSample(int featureCount) => new(featureCount, CostSampleLimit, CostSampleLimit >= RowCount ? 1.0 : 1.25 * CostSampleLimit / RowCount);

    /// <summary>s(x).</summary>
    /// <param name="label">The nearest center.</param>
    /// <param name="squaredDistance">To it.</param>
    /// <returns>Positive.</returns>
    public double Sensitivity(int label, double squaredDistance) =>
        (DistanceFactor * squaredDistance) + ClusterTerms[Math.Min(label, ClusterTerms.Length - 1)];
}
