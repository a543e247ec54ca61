namespace KMeans.Input;

/// <summary>Which columns of one file make the features, in feature order, and which one holds the weights.</summary>
/// <param name="Ordinals">Positions in the file's column list, in feature order; a list column gives as many features as it is wide.</param>
/// <param name="WeightOrdinal">Position of the weight column, or -1.</param>
public sealed record ColumnSelection(IReadOnlyList<int> Ordinals, int WeightOrdinal = -1);
