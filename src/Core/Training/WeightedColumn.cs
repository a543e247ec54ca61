using KMeans.Input;

namespace KMeans.Training;

/// <summary>A column's finite values in the random batch with the weights of their rows: what the values would say if each row stood there as often as it weighs.</summary>
internal sealed class WeightedColumn
{
    private readonly double[] values;
    private readonly double[] weights;
    private readonly double totalWeight;

    private WeightedColumn(double[] values, double[] weights)
    {
        this.values = values;
        this.weights = weights;
        totalWeight = weights.Sum();
    }

    /// <summary>The weights that rows can have.</summary>
    /// <param name="given">At least length m.</param>
    /// <param name="count">m.</param>
    /// <returns>Length m: 0 in place of a weight that is an error, which reading the row will tell of.</returns>
    public static double[] Valid(double[] given, int count) => [.. given.Take(count).Select(weight => weight >= 0 && weight <= PartitionReader.LargestWeight ? weight : 0)];

    /// <summary>Takes one column. O(m).</summary>
    /// <param name="batch">Raw rows.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="feature">The column's index.</param>
    /// <param name="weights">Length m.</param>
    /// <returns>The column; null where none of its values has a weight.</returns>
    public static WeightedColumn? Of(RandomBatch batch, int featureCount, int feature, double[] weights)
    {
        var rows = Enumerable.Range(0, batch.Count).Where(i => weights[i] > 0 && double.IsFinite(batch.Values[(i * featureCount) + feature])).ToArray();
        return rows.Length == 0 ? null : new WeightedColumn(Array.ConvertAll(rows, i => batch.Values[(i * featureCount) + feature]), Array.ConvertAll(rows, i => weights[i]));
    }

    /// <summary>Mean and standard deviation. O(m).</summary>
    /// <param name="shift">Subtracted first, so that large values keep their digits.</param>
    /// <returns>The mean of the shifted values and their deviation.</returns>
    public (double Mean, double Deviation) Moments(double shift)
    {
        var mean = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            mean += weights[i] * (values[i] - shift) / totalWeight;
        }

        var variance = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            var difference = values[i] - shift - mean;
            variance += weights[i] * difference * difference / totalWeight;
        }

        return (mean, Math.Sqrt(variance));
    }

    /// <summary>The distance of the quartiles. O(m log m); sorts the values.</summary>
    /// <returns>0 or more.</returns>
    public double QuartileDistance()
    {
        Array.Sort(values, weights);
        return Quantile(0.75) - Quantile(0.25);
    }

    /// <summary>The lowest value up to which there is more weight than a share of all but the lightest row's: with whole weights that of the repeated rows, and the same for weights that are all twice as large.</summary>
    private double Quantile(double share)
    {
        var i = OrderStatistic.Reaching(weights, Math.BitIncrement(share * (totalWeight - weights.Min())));
        return values[i < 0 ? values.Length - 1 : i];
    }
}
