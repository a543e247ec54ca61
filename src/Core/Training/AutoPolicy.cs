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

    /// <summary>The most trials of the batch's solution.</summary>
    private const int MostBatchTrials = 10;

    /// <summary>Assignments that a trial is taken to need: about two for the seeding, and Lloyd until it slows.</summary>
    private const int AssignmentsPerTrial = 30;

    /// <summary>Arithmetic that is always worth it: a few tenths of a second of two cores.</summary>
    private const double SmallWork = 2e10;

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

    /// <summary>How often the batch is solved: as often as costs no more than half of the pass, or than ten of its passes where Lloyd is to follow on all rows.</summary>
    /// <param name="batchRows">m.</param>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="rowCount">n.</param>
    /// <param name="rowMode">Whether Lloyd follows on all rows.</param>
    /// <returns>1 to 10.</returns>
    public static int BatchTrials(int batchRows, int centerCount, int featureCount, long rowCount, bool rowMode)
    {
        var assignment = 2.0 * centerCount * featureCount;
        var budget = Math.Max(SmallWork, (rowMode ? 10 : 0.5) * rowCount * assignment);
        return (int)Math.Clamp(budget / (AssignmentsPerTrial * batchRows * assignment), 1, MostBatchTrials);
    }
}
