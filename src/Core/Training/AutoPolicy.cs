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

    /// <summary>Rows of the random batch a running center: enough for k-means++ to tell dense places from noise.</summary>
    private const int BatchRowsPerCenter = 10;

    /// <summary>The random batch holds at most so many values (64 MiB of doubles), though always a row a running center.</summary>
    private const long BatchValues = 8L << 20;

    /// <summary>K = k x this. Ten is what the reference's "auto" evaluates to; fewer where the batch could not fill them or the pass would become long.</summary>
    /// <param name="clusterCount">k.</param>
    /// <param name="featureCount">d.</param>
    /// <returns>1 to 10.</returns>
    public static int ExtraCenterFactor(int clusterCount, int featureCount)
    {
        // A row of K d = 64 Ki multiply-adds is about a microsecond of one AVX-512 core.
        var affordable = (64L << 10) / Math.Max(1, (long)clusterCount * featureCount);
        return (int)Math.Clamp(affordable, 2, 10);
    }

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
