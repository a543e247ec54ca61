using KMeans.Input;

namespace KMeans.Training;

/// <summary>Decides shift, factor and fill of each column from the random batch.</summary>
internal static class ColumnStatistics
{
    /// <summary>Decides the transform.</summary>
    /// <param name="batch">Raw rows.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="scaling">What to divide by.</param>
    /// <returns>The transform and the mean of each column in its space. O(m d log m).</returns>
    /// <remarks>
    /// The shift is the lower median: a value of the column itself, so that whole numbers stay whole, rows moved by a constant stay the same rows to the last
    /// bit, and one wild value does not decide.
    /// </remarks>
    public static (ColumnTransform Transform, float[] Fill) Decide(RandomBatch batch, int featureCount, ColumnScaling scaling)
    {
        var shifts = new double[featureCount];
        var factors = new double[featureCount];
        var fill = new float[featureCount];
        var column = new double[batch.Count];
        for (var f = 0; f < featureCount; f++)
        {
            var count = 0;
            for (var i = 0; i < batch.Count; i++)
            {
                var value = batch.Values[((long)i * featureCount) + f];
                if (double.IsFinite(value))
                {
                    column[count++] = value;
                }
            }

            factors[f] = 1;
            if (count == 0)
            {
                continue;
            }

            var values = column.AsSpan(0, count);
            values.Sort();

            // Adding 0 turns -0 into 0.
            shifts[f] = values[(count - 1) / 2] + 0.0;
            var (mean, deviation) = Moments(values, shifts[f]);
            var spread = scaling switch
            {
                ColumnScaling.Standard => deviation,
                ColumnScaling.Robust => values[(int)((count - 1) * 3L / 4)] - values[(count - 1) / 4],
                _ => 1,
            };

            factors[f] = spread > 0 && double.IsFinite(spread) && double.IsFinite(1 / spread) ? 1 / spread : 1;
            fill[f] = (float)(mean * factors[f]);
        }

        return (new ColumnTransform(shifts, factors), fill);
    }

    /// <summary>The batch's complete rows in the transformed space.</summary>
    /// <param name="batch">Raw rows.</param>
    /// <param name="transform">Length d.</param>
    /// <param name="fill">Replaces missing values under <see cref="MissingPolicy.Mean"/>; rows that have any are left out otherwise.</param>
    /// <param name="missing">The policy.</param>
    /// <returns>At most m rows.</returns>
    public static RowBlock Transform(RandomBatch batch, ColumnTransform transform, float[] fill, MissingPolicy missing)
    {
        var d = transform.FeatureCount;
        var samples = new float[(long)batch.Count * d];
        var weights = batch.SampleWeights is null ? null : new double[batch.Count];
        var count = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            var row = samples.AsSpan(count * d, d);
            var complete = batch.SampleWeights is not { } w || (w[i] >= 0 && w[i] <= PartitionReader.LargestWeight);
            for (var f = 0; f < d; f++)
            {
                row[f] = (float)transform.Apply(batch.Values[((long)i * d) + f], f);
                if (!float.IsFinite(row[f]))
                {
                    complete &= missing == MissingPolicy.Mean;
                    row[f] = fill[f];
                }
            }

            if (!complete)
            {
                continue;
            }

            if (weights is not null)
            {
                weights[count] = batch.SampleWeights![i];
            }

            count++;
        }

        return new RowBlock(samples, count, weights);
    }

    private static (double Mean, double Deviation) Moments(ReadOnlySpan<double> values, double shift)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value - shift;
        }

        var mean = sum / values.Length;
        var squares = 0.0;
        foreach (var value in values)
        {
            var difference = value - shift - mean;
            squares += difference * difference;
        }

        return (mean, Math.Sqrt(squares / values.Length));
    }
}
