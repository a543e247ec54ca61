namespace KMeans.Input;

/// <summary>What happens to a row in which a value is missing: null, empty, NaN, infinite, or beyond the range of float32.</summary>
public enum MissingPolicy
{
    /// <summary>The job stops and names the file, the row and the column.</summary>
    Error,

    /// <summary>The row does not count.</summary>
    Skip,

    /// <summary>The value is replaced by the column's mean in the random batch.</summary>
    Mean,
}
