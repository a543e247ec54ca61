namespace KMeans.Inspection;

/// <summary>Counts, extremes and sums of each feature over some rows. Not thread-safe.</summary>
/// <param name="featureCount">d.</param>
internal sealed class ColumnSums(int featureCount)
{
    private readonly long[] finite = new long[featureCount];
    private readonly long[] missing = new long[featureCount];
    private readonly double[] min = Filled(featureCount, double.PositiveInfinity);
    private readonly double[] max = Filled(featureCount, double.NegativeInfinity);
    private readonly double[] sums = new double[featureCount];

    /// <summary>Rows added.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds rows. O(n d).</summary>
    /// <param name="samples">Row-major (n, d), NaN where missing.</param>
    /// <param name="count">n.</param>
    public void Add(ReadOnlySpan<double> samples, int count)
    {
        Rows += count;
        for (var i = 0; i < count; i++)
        {
            var row = samples.Slice(i * featureCount, featureCount);
            for (var f = 0; f < row.Length; f++)
            {
                var value = row[f];
                if (double.IsFinite(value))
                {
                    finite[f]++;
                    min[f] = Math.Min(min[f], value);
                    max[f] = Math.Max(max[f], value);
                    sums[f] += value;
                }
                else if (double.IsNaN(value))
                {
                    missing[f]++;
                }
            }
        }
    }

    /// <summary>Adds the rows of a later partition.</summary>
    /// <param name="later">Its sums.</param>
    public void Merge(ColumnSums later)
    {
        Rows += later.Rows;
        for (var f = 0; f < sums.Length; f++)
        {
            finite[f] += later.finite[f];
            missing[f] += later.missing[f];
            min[f] = Math.Min(min[f], later.min[f]);
            max[f] = Math.Max(max[f], later.max[f]);
            sums[f] += later.sums[f];
        }
    }

    /// <summary>What a run of neighbouring features holds together.</summary>
    /// <param name="first">The first feature.</param>
    /// <param name="width">How many.</param>
    /// <returns>The profile.</returns>
    public ValueProfile Describe(int first, int width)
    {
        var (count, gaps, low, high, sum) = (0L, 0L, double.PositiveInfinity, double.NegativeInfinity, 0.0);
        for (var f = first; f < first + width; f++)
        {
            count += finite[f];
            gaps += missing[f];
            low = Math.Min(low, min[f]);
            high = Math.Max(high, max[f]);
            sum += sums[f];
        }

        return count == 0
            ? new ValueProfile(0, gaps, (Rows * width) - gaps, double.NaN, double.NaN, double.NaN)
            : new ValueProfile(count, gaps, (Rows * width) - gaps - count, low, high, sum / count);
    }

    private static double[] Filled(int length, double value)
    {
        var array = new double[length];
        Array.Fill(array, value);
        return array;
    }
}
