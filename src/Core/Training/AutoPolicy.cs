namespace KMeans.Training;

/// <summary>What is chosen where the user gave nothing, and why.</summary>
internal static class AutoPolicy
{
    /// <summary>The reference's own default, and large enough that packing the centers costs nothing beside the rows.</summary>
    public const int MiniBatchSize = 5_000;

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
    /// <param name="miniBatchSize">As given or chosen.</param>
    /// <returns>At least K.</returns>
    public static int RandomBatchSize(int runningCenterCount, int featureCount, int miniBatchSize)
    {
        var wanted = Math.Max((long)BatchRowsPerCenter * runningCenterCount, miniBatchSize);
        return (int)Math.Max(runningCenterCount, Math.Min(wanted, BatchValues / featureCount));
    }
}
