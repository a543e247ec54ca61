namespace KMeans.Input;

/// <summary>Which columns the user wants.</summary>
/// <param name="Columns">Features by name, in this order; null for all that are not excluded.</param>
/// <param name="Exclude">Columns to leave out.</param>
/// <param name="WeightColumn">The column of sample weights, or null.</param>
/// <param name="Distance">What makes two rows near: under <see cref="DistanceMeasure.Cosine"/> rows are read divided by their length.</param>
public sealed record ColumnChoice(
    IReadOnlyList<string>? Columns = null, IReadOnlyList<string>? Exclude = null, string? WeightColumn = null, DistanceMeasure Distance = DistanceMeasure.Euclidean);
