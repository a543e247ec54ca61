namespace KMeans.Training;

/// <summary>Whether a cost was computed over all rows or estimated from a sample.</summary>
public enum CostKind
{
    /// <summary>Every row was compared with the final centers.</summary>
    Exact,

    /// <summary>A uniform sample of the rows was.</summary>
    Estimate,
}

/// <summary>The cost of a set of centers, and how sure it is.</summary>
/// <param name="Kind">Exact or an estimate.</param>
/// <param name="Msd">The weighted mean of the squared distances to the nearest center.</param>
/// <param name="TotalWeight">The weight of all rows.</param>
/// <param name="Low">The lower end of the 95 % interval; the msd itself where it is exact.</param>
/// <param name="High">The upper end.</param>
/// <param name="Bound">
/// What the msd over all rows cannot exceed, from the running centers' squared errors; null where the weights decayed, as the bound then speaks of the decayed rows.
/// </param>
public sealed record CostEstimate(CostKind Kind, double Msd, double TotalWeight, double Low, double High, double? Bound)
{
    /// <summary>The weighted sum of the squared distances.</summary>
    public double Ssd => Msd * TotalWeight;
}
