namespace KMeans.Training;

/// <summary>The rules of the pass that follow from the random batch: what opening costs, which centers are small, which rows are kept.</summary>
internal static class PassPlan
{
    /// <summary>One in so many running centers is expected to be opened by rows that nothing sets apart; rows far beyond the rest come on top.</summary>
    private const int CentersPerOpening = 10;

    /// <summary>A center with less than this share of the mean weight is small.</summary>
    private const double SmallShare = 0.05;

    /// <summary>Rows of the uniform sample, half for choosing among centers and half for reporting: its interval is at most 1.96 / sqrt(4096), that is 3 % of the distances' deviation.</summary>
    private const int CostSampleRows = 8_192;

    /// <summary>Heavy-tailed rows open many centers, and each that may stay is one that the reduction can look at.</summary>
    private const int LeastMostOpened = 64;

    /// <summary>f = n msd / (K / 10), with the msd that all rows can be expected to have: the expected number of openings is the sum of D^2 / f.</summary>
    /// <param name="initial">The batch's decision.</param>
    /// <param name="rowCount">n, known or estimated.</param>
    /// <returns>The rule.</returns>
    public static OpeningRule Opening(InitialCenters initial, long rowCount)
    {
        var openings = Math.Max(1, initial.Centers.Count / CentersPerOpening);
        return new OpeningRule(initial.ExpectedMsd * rowCount / openings, Math.Max(LeastMostOpened, initial.Centers.Count / 4));
    }

    /// <summary>The most rows of the uniform sample.</summary>
    /// <param name="rowCount">n, known or estimated.</param>
    /// <returns>At most n.</returns>
    public static int CostSampleLimit(long rowCount) => (int)Math.Min(CostSampleRows, rowCount);

    /// <summary>What is small at the end of a pass.</summary>
    /// <param name="centers">Merged.</param>
    /// <returns>A weight.</returns>
    public static double SmallWeight(RunningCenters centers) => SmallShare * centers.Weights.ToArray().Sum() / Math.Max(1, centers.Count);

    /// <summary>Which rows are kept.</summary>
    /// <param name="initial">The batch's decision: the rough solution of the sensitivities.</param>
    /// <param name="rowCount">n, known or estimated.</param>
    /// <param name="sampleLimit">The most rows of the sensitivity sample.</param>
    /// <returns>The rule.</returns>
    public static RetentionRule Retention(InitialCenters initial, long rowCount, int sampleLimit)
    {
        var centerCount = initial.Centers.Count;
        var rowsPerBatchRow = rowCount / (double)Math.Max(1, initial.RowCount);

        // A cluster seen by less than one row of the batch counts as one row's worth.
        var terms = initial.ClusterCounts.Select(count => 0.5 / (centerCount * Math.Max(1, count) * rowsPerBatchRow)).Append(0.5 / (centerCount * rowsPerBatchRow));
        return new RetentionRule
        {
            SampleLimit = sampleLimit,
            DistanceFactor = initial.Msd > 0 ? 0.5 / (rowCount * initial.Msd) : 0,
            ClusterTerms = terms.ToArray(),
            CostSampleLimit = CostSampleLimit(rowCount),
            RowCount = rowCount,
        };
    }
}
