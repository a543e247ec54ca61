using KMeans.Training;

namespace KMeans.Curves;

/// <summary>What k clusters cost, and the centers that cost it.</summary>
public sealed record CurvePoint
{
    /// <summary>k.</summary>
    public required int K { get; init; }

    /// <summary>The msd over all rows: an estimate with its 95 % interval, and what it cannot exceed.</summary>
    public required CostEstimate Cost { get; init; }

    /// <summary>The mean of the Euclidean distances, not squared, over the rows that were kept uniformly: what the reference product's notebook draws.</summary>
    public required double MeanDistance { get; init; }

    /// <summary>
    /// The simplified silhouette: the mean over some rows of (b - a) / b, a being the distance to the nearest center and b to the second nearest. Null for one cluster.
    /// </summary>
    public required double? Silhouette { get; init; }

    /// <summary>How much less the clusters cost than as many in rows without clusters, as a difference of logarithms; null where it was not measured.</summary>
    public required double? Gap { get; init; }

    /// <summary>The error of <see cref="Gap"/>: one standard deviation over the comparisons.</summary>
    public required double? GapError { get; init; }

    /// <summary>Row-major (k, d), in the model's space.</summary>
    public required double[] Centers { get; init; }

    /// <summary>Length k: the clusters' weights.</summary>
    public required double[] ClusterWeights { get; init; }
}
