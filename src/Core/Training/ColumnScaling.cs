namespace KMeans.Training;

/// <summary>What columns are divided by before distances are computed. Decided from the random batch and kept in the model.</summary>
public enum ColumnScaling
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The standard deviation.</summary>
    Standard,

    /// <summary>The distance between the quartiles.</summary>
    Robust,
}
