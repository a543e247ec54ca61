namespace KMeans.Models;

/// <summary>The state that a model keeps: weighted points that stand for all its rows, enough to update it, to merge it with another and to answer other k.</summary>
/// <remarks>
/// Everything in the model's space: shifted and scaled. The running centers carry exact sums of all rows, each counted once, though earlier rows may have decayed; the kept rows stand for
/// those around them. Sensitivities and their factors are those of a single row's share times the rows, so that states of different sizes can be merged.
/// </remarks>
public sealed record CoreSet
{
    /// <summary>d.</summary>
    public required int FeatureCount { get; init; }

    /// <summary>Rows that count, each once, over all updates.</summary>
    public required long RowsSeen { get; init; }

    /// <summary>Keys of all rows so far are below it: where the next update's begin.</summary>
    public required long NextKey { get; init; }

    /// <summary>The weight of all rows, without decay.</summary>
    public required double TotalWeight { get; init; }

    /// <summary>Whether weights decayed by a half-life: the running centers then stand for less than <see cref="TotalWeight"/>.</summary>
    public required bool IsDecayed { get; init; }

    /// <summary>The msd around the running centers when they were last searched for: rows that raise it by more have a structure of their own.</summary>
    public required double SearchedMsd { get; init; }

    /// <summary>The sensitivity of a row a unit of its squared distance.</summary>
    public required double DistanceFactor { get; init; }

    /// <summary>The further sensitivity of a row whose running center was only just opened.</summary>
    public required double OpenedTerm { get; init; }

    /// <summary>Length K: the further sensitivity of a running center's rows.</summary>
    public required double[] CenterTerms { get; init; }

    /// <summary>Length K: the weight of the rows that a running center stands for.</summary>
    public required double[] CenterWeights { get; init; }

    /// <summary>Length K: their weighted squared error around it.</summary>
    public required double[] CenterSquaredErrors { get; init; }

    /// <summary>Row-major (K, d).</summary>
    public required double[] CenterMeans { get; init; }

    /// <summary>Rows kept by sensitivity: the core-set.</summary>
    public required KeptRows Sample { get; init; }

    /// <summary>Rows kept uniformly: they estimate costs.</summary>
    public required KeptRows CostSample { get; init; }

    /// <summary>K.</summary>
    public int CenterCount => CenterWeights.Length;
}
