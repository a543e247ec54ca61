namespace KMeans.Input;

/// <summary>What a reader does to each feature before it rounds to float32: (x - shift) * factor, the subtraction in the column's own type.</summary>
/// <remarks>
/// The shift keeps the digits of timestamps and coordinates: at 1.7e9 a float32 step is 128 seconds, while the difference to a nearby shift is exact.
/// An int64 column subtracts in 64-bit integers (shifts of integer columns are whole numbers, so the cast is exact), everything else in double.
/// </remarks>
public sealed class ColumnTransform
{
    /// <summary>Creates a transform.</summary>
    /// <param name="shifts">Length d, finite.</param>
    /// <param name="factors">Length d, finite and positive; 1 where nothing is scaled.</param>
    public ColumnTransform(double[] shifts, double[] factors)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(shifts.Length, factors.Length);
        Shifts = shifts;
        Factors = factors;
    }

    /// <summary>What is subtracted, length d, in the column's units.</summary>
    public double[] Shifts { get; }

    /// <summary>What the difference is multiplied by, length d.</summary>
    public double[] Factors { get; }

    /// <summary>The number of features d.</summary>
    public int FeatureCount => Shifts.Length;

    /// <summary>The transform that changes nothing.</summary>
    /// <param name="featureCount">d.</param>
    /// <returns>Shift 0 and factor 1 for every feature.</returns>
    public static ColumnTransform Identity(int featureCount)
    {
        var factors = new double[featureCount];
        Array.Fill(factors, 1.0);
        return new ColumnTransform(new double[featureCount], factors);
    }

    /// <summary>Transforms one value of a column that is not int64.</summary>
    /// <param name="value">In the column's units; NaN stays NaN.</param>
    /// <param name="feature">The feature's index.</param>
    /// <returns>The value in the model's space, in double.</returns>
    public double Apply(double value, int feature) => (value - Shifts[feature]) * Factors[feature];

    /// <summary>Transforms one value of an int64 column.</summary>
    /// <param name="value">In the column's units.</param>
    /// <param name="feature">The feature's index.</param>
    /// <returns>The value in the model's space, in double.</returns>
    /// <remarks>A shift that is not a whole number (a model trained on a double column) or a difference beyond 64 bits is computed in double.</remarks>
    public double Apply(long value, int feature)
    {
        var shift = Shifts[feature];
        var whole = (long)shift;
        if (whole == shift)
        {
            var difference = unchecked(value - whole);
            if (((value ^ whole) & (value ^ difference)) >= 0)
            {
                return difference * Factors[feature];
            }
        }

        return (value - shift) * Factors[feature];
    }

    /// <summary>Takes a value of the model's space back to the column's units.</summary>
    /// <param name="value">In the model's space.</param>
    /// <param name="feature">The feature's index.</param>
    /// <returns>value / factor + shift.</returns>
    public double Invert(double value, int feature) => (value / Factors[feature]) + Shifts[feature];
}
