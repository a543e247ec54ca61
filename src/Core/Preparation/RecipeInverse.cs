namespace KMeans.Preparation;

/// <summary>Takes features back to the units of the raw columns: undoes a recipe's last steps, the scaling and the logarithm. Immutable and thread-safe.</summary>
/// <remarks>A feature that is not one of the recipe's numbers stays as it is: that of a category, which is 0 or 1, or a column that was copied beside them.</remarks>
internal sealed class RecipeInverse
{
    private readonly RecipeColumn?[] columns;

    /// <summary>Creates the inverse.</summary>
    /// <param name="recipe">What made the features; null where nothing did.</param>
    /// <param name="features">Length d: the features' names. They need be neither all of the recipe's nor in its order.</param>
    public RecipeInverse(Recipe? recipe, IReadOnlyList<string> features)
    {
        var changed = (recipe?.Columns ?? [])
            .Where(column => column.Categories is null && (column.Log || column.Subtract != 0 || (column.DivideBy ?? 1) != 1))
            .ToDictionary(column => column.Name);
        columns = [.. features.Select(changed.GetValueOrDefault)];
    }

    /// <summary>Whether all features stay as they are.</summary>
    public bool IsIdentity => Array.TrueForAll(columns, column => column is null);

    /// <summary>Whether a feature is a logarithm. The inverse of a mean of logarithms is a geometric mean: that of 1 + x, less 1, where no x is negative.</summary>
    /// <param name="feature">Its index.</param>
    /// <returns>False where it was only scaled.</returns>
    public bool IsLogarithm(int feature) => columns[feature]?.Log == true;

    /// <summary>Takes a value back: subtract + value x divideBy, and of a logarithm sign(y) (e^|y| - 1).</summary>
    /// <param name="value">The feature's; finite.</param>
    /// <param name="feature">Its index.</param>
    /// <returns>In the raw column's units; finite: what is beyond double's range becomes its end.</returns>
    public double Invert(double value, int feature)
    {
        if (columns[feature] is not { } column)
        {
            return value;
        }

        var cell = (value * (column.DivideBy ?? 1)) + column.Subtract;
        return Math.Clamp(column.Log ? SignedLogarithm.Invert(cell) : cell, -double.MaxValue, double.MaxValue);
    }

    /// <summary>Takes a standard deviation back.</summary>
    /// <param name="deviation">The feature's; finite.</param>
    /// <param name="feature">Its index.</param>
    /// <returns>In the raw column's units; null for a logarithm, whose deviation is a distance nowhere in them.</returns>
    public double? InvertDeviation(double deviation, int feature) =>
        IsLogarithm(feature) ? null : Math.Min(deviation * (columns[feature]?.DivideBy ?? 1), double.MaxValue);
}
