namespace KMeans.Input;

/// <summary>Rows drawn at random across the whole input, as raw doubles: what the shift, the factors and the initial centers are decided from.</summary>
/// <param name="Values">Row-major (m, d) in the columns' units, NaN where missing.</param>
/// <param name="SampleWeights">Length m, or null where every weight is 1.</param>
/// <param name="Count">m.</param>
/// <param name="RowsRead">Rows that were parsed to draw it.</param>
/// <param name="EstimatedRowCount">n where it is known, else an estimate from the density of rows in what was read.</param>
/// <param name="Note">A sentence for the user where the draw is not uniform, or null.</param>
public sealed record RandomBatch(double[] Values, double[]? SampleWeights, int Count, long RowsRead, long EstimatedRowCount, string? Note);
