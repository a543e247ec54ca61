namespace KMeans.Description;

/// <summary>What a cluster is like.</summary>
public sealed record ClusterDescription
{
    /// <summary>Its label.</summary>
    public required int Cluster { get; init; }

    /// <summary>The weight of its rows: of the input, or as the model knows it.</summary>
    public required double Size { get; init; }

    /// <summary>Its size over the size of all.</summary>
    public required double Share { get; init; }

    /// <summary>Rows of it that were looked at.</summary>
    public required long Rows { get; init; }

    /// <summary>Distances of those rows to the center; null where there were none.</summary>
    public required ClusterRadius? Radius { get; init; }

    /// <summary>The cluster whose center is nearest to this one's; null where there is no other.</summary>
    public required int? NearestCluster { get; init; }

    /// <summary>How far that center is, in the model's space; null where there is none.</summary>
    public required double? NearestDistance { get; init; }

    /// <summary>The features that set it apart, the most different first.</summary>
    public required IReadOnlyList<FeatureDifference> Differences { get; init; }

    /// <summary>The rows nearest to the center, the nearest first.</summary>
    public required IReadOnlyList<NearRow> NearestRows { get; init; }
}

/// <summary>How far the rows of a cluster are from its center: Euclidean, in the model's space. Percentiles are within 0.05 % of a row's.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="P50">Half of the rows are nearer.</param>
/// <param name="P90">Nine of ten are.</param>
/// <param name="P99">99 of 100 are.</param>
/// <param name="Most">The farthest row.</param>
public readonly record struct ClusterRadius(double Mean, double P50, double P90, double P99, double Most);

/// <summary>One feature of a cluster's center beside all rows, in the units of <see cref="ModelDescription.ValueNote"/>.</summary>
/// <param name="Feature">Its index.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">The center's value.</param>
/// <param name="Mean">The mean of all rows.</param>
/// <param name="Deviation">The standard deviation of all rows. Null where the feature is a logarithm: then value and mean are geometric, and no deviation is in their units.</param>
/// <param name="Standardised">How many standard deviations of the feature the center is above the mean, or below where negative.</param>
public readonly record struct FeatureDifference(int Feature, string Name, double Value, double Mean, double? Deviation, double Standardised)
{
    /// <summary>Whether the recipe took the logarithm of the column.</summary>
    public bool IsLogarithm => Deviation is null;
}

/// <summary>A real row near a center.</summary>
/// <param name="Place">"data.csv: row 13", counted from 1 without a header; null for a row of the state, whose place is not known.</param>
/// <param name="Distance">To the center, Euclidean, in the model's space.</param>
/// <param name="Values">Length d, in the units of <see cref="ModelDescription.ValueNote"/>, to float32 precision around the model's shift.</param>
public sealed record NearRow(string? Place, double Distance, double[] Values);
