namespace KMeans.Input;

/// <summary>What makes two rows near.</summary>
public enum DistanceMeasure
{
    /// <summary>The Euclidean distance.</summary>
    Euclidean,

    /// <summary>The angle between them: rows are divided by their length as they are read, and so are centers. The squared distance of two such rows is 2 - 2 cos.</summary>
    Cosine,
}
