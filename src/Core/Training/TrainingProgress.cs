namespace KMeans.Training;

/// <summary>What a training is doing.</summary>
public enum TrainingPhase
{
    /// <summary>Drawing the random batch and choosing the initial centers from it.</summary>
    Sampling,

    /// <summary>Streaming the rows over the running centers.</summary>
    Pass,

    /// <summary>Reducing the running centers to k and, where all rows are in memory, finishing on them.</summary>
    Reducing,

    /// <summary>Computing the cost of the final centers.</summary>
    Scoring,
}

/// <summary>How far a training is.</summary>
/// <param name="Phase">What it is doing.</param>
/// <param name="Rows">Rows done in this phase, over all epochs.</param>
/// <param name="TotalRows">Rows in this phase; an estimate where the input does not tell.</param>
/// <param name="Msd">The mean squared distance of the rows so far to the running centers that they came to; NaN before the first.</param>
/// <param name="Centers">Running centers.</param>
public readonly record struct TrainingProgress(TrainingPhase Phase, long Rows, long TotalRows, double Msd, int Centers)
{
    /// <summary>Where the partitions of the pass are; null before the first one.</summary>
    public PassPlacement? Placement { get; init; }
}
