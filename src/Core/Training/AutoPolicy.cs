namespace KMeans.Training;

/// <summary>What is chosen where the user gave nothing, and why.</summary>
internal static class AutoPolicy
{
    /// <summary>Partitions are powers of two of rows, so that none ends with a small rest, for which packing and moving the centers would cost as much as for a whole mini-batch.</summary>
    public const int MiniBatchSize = 8_192;

    /// <summary>Of an update, in which there may be clusters that the state does not know: rows of one had better not all be counted before the center that the first of them opened is there.</summary>
    public const int FirstUpdateMiniBatchSize = 256;

    /// <summary>The least rows of the random batch where no mini-batch is given: the reference's default mini-batch.</summary>
    private const int LeastBatchRows = 5_000;

    /// <summary>The reference's default.</summary>
    public const int LloydMaxIterations = 300;

    /// <summary>What the reference's "auto" ran.</summary>
    public const int LloydTrials = 10;

    /// <summary>The reference's default.</summary>
    public const double LloydTolerance = 1e-6;

    /// <summary>
    /// K = k x this. Solving the random batch well and streaming every row once over those k centers costs a tenth of streaming over 10 k centers and came
    /// closer to converged Lloyd on every high-dimensional set (docs/design/training.md); rows far from all of them open further centers anyway.
    /// </summary>
    public const int ExtraCenterFactor = 1;

    /// <summary>Rows of the random batch a running center: with m rows a cluster the batch's own optimum costs about 1 / m more.</summary>
    private const int BatchRowsPerCenter = 100;

    /// <summary>The random batch holds at most so many values (64 MiB of doubles), though always a row a running center.</summary>
    private const long BatchValues = 8L << 20;

    /// <summary>m, the rows of the random batch.</summary>
    /// <param name="runningCenterCount">K.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="miniBatchSize">As given, or null.</param>
    /// <returns>At least K.</returns>
    public static int RandomBatchSize(int runningCenterCount, int featureCount, int? miniBatchSize)
    {
        var wanted = Math.Max((long)BatchRowsPerCenter * runningCenterCount, miniBatchSize ?? LeastBatchRows);
        return (int)Math.Max(runningCenterCount, Math.Min(wanted, BatchValues / featureCount));
    }
}
