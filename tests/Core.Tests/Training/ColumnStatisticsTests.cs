using KMeans.Coordination;
using KMeans.Input;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class ColumnStatisticsTests
{
    // More than one block of columns and of rows.
    private const int FeatureCount = 70;
    private const int RowCount = 3_000;

    [Fact]
    public void Decide_OfEachColumn_TakesTheLowerMedianOfItsFiniteValues()
    {
        var batch = Batch();
        using var threads = new ComputeThreads(3);
        var (transform, fill) = ColumnStatistics.Decide(batch, FeatureCount, ColumnScaling.Standard, threads, CancellationToken.None);
        for (var f = 0; f < FeatureCount; f++)
        {
            var values = Enumerable.Range(0, RowCount).Select(i => batch.Values[(i * FeatureCount) + f]).Where(double.IsFinite).Order().ToArray();
            var median = values[(values.Length - 1) / 2];
            var deviation = Math.Sqrt(values.Average(x => Math.Pow(x - values.Average(), 2)));
            Assert.Equal(0, transform.Apply(median, f));
            Assert.Equal(1, transform.Apply(median + deviation, f), 1e-9);
            Assert.Equal((values.Average() - median) / deviation, fill[f], 1e-5);
        }
    }

    [Fact]
    public void Transform_WhereRowsLackValues_LeavesThemOutOrFillsThem()
    {
        var batch = Batch();
        using var threads = new ComputeThreads(3);
        var (transform, fill) = ColumnStatistics.Decide(batch, FeatureCount, ColumnScaling.None, threads, CancellationToken.None);

        var skipped = ColumnStatistics.Transform(batch, transform, fill, MissingPolicy.Skip, threads, CancellationToken.None);
        var filled = ColumnStatistics.Transform(batch, transform, fill, MissingPolicy.Mean, threads, CancellationToken.None);

        var complete = Enumerable.Range(0, RowCount).Where(i => i % 7 != 3).ToArray();
        Assert.Equal(complete.Length, skipped.Count);
        Assert.Equal(RowCount, filled.Count);
        for (var row = 0; row < complete.Length; row++)
        {
            Assert.Equal((float)transform.Apply(batch.Values[(complete[row] * FeatureCount) + 1], 1), skipped.Samples[(row * FeatureCount) + 1]);
        }

        Assert.Equal(fill[3], filled.Samples[(3 * FeatureCount) + 3]);
    }

    /// <summary>Every seventh row, from row 3 on, lacks the value in the column of its number.</summary>
    private static RandomBatch Batch()
    {
        var random = new Random(5);
        var values = Enumerable.Range(0, RowCount * FeatureCount).Select(i =>
            (i / FeatureCount % 7 == 3) && (i / FeatureCount % FeatureCount == i % FeatureCount) ? double.NaN : random.NextDouble() * (1 + (i % FeatureCount))).ToArray();
        return new RandomBatch(values, null, RowCount, RowCount, RowCount, null);
    }
}
