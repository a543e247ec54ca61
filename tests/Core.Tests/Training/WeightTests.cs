using KMeans.Input;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class WeightTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(64 << 20)]
    public void Train_WithWeights_GivesTheWeightedMeanAndCost(long rowBudget)
    {
        var result = Train([1, 0, 1, 10, 0, 3, 4, 0, 0], 1, rowBudget);

        // (1 x 1 + 10 x 3) / 4: the row of weight 0 moves nothing.
        Assert.Equal(7.75, result.Model.CentersInColumnUnits[0], 1e-12);
        Assert.Equal(((6.75 * 6.75) + (3 * 2.25 * 2.25)) / 4, result.Model.Cost!.Msd, 1e-12);
        Assert.Equal(4, result.Model.ClusterWeights[0]);
        Assert.Equal(3, result.Report.Rows);
    }

    [Fact]
    public void Train_WithWholeWeights_EqualsRepeatingTheRows()
    {
        var samples = Blobs.Make(600, 2, 3, spread: 50);
        var weighted = Enumerable.Range(0, 600).SelectMany(i => new[] { samples[i * 2], samples[(i * 2) + 1], i % 3 }).ToArray();
        var repeated = Enumerable.Range(0, 600).SelectMany(i => Enumerable.Repeat(i, i % 3)).SelectMany(i => new[] { samples[i * 2], samples[(i * 2) + 1] }).ToArray();

        var a = Train(weighted, 3);
        var b = Trainer.Train(repeated, 2, new TrainingOptions { ClusterCount = 3 });

        // The median of the repeated rows is another shift, so that the rows round to other floats.
        Assert.Equal(b.Model.Cost!.Ssd, a.Model.Cost!.Ssd, 1e-6 * b.Model.Cost!.Ssd);
        Assert.Equal(b.Model.ClusterWeights, a.Model.ClusterWeights);
        Assert.Equal(600, b.Model.Cost!.TotalWeight);
    }

    [Fact]
    public void Train_WithOnlyZeroWeights_SaysSo()
    {
        var samples = Blobs.Make(100, 2, 2).Select((x, i) => i % 2 == 1 ? 0f : x).ToArray();
        Assert.Contains("every row has weight 0", Assert.Throws<InputException>(() => Train(samples, 2)).Message);
    }

    [Theory]
    [InlineData(-1f, "the weight is -1")]
    [InlineData(float.NaN, "the weight is missing")]
    public void Train_WithAnImpossibleWeight_NamesTheRow(float weight, string message)
    {
        var error = Assert.Throws<InputException>(() => Train([1, 0, 1, 10, 0, weight, 4, 0, 1], 1));
        Assert.StartsWith($"the array: row 2: {message}", error.Message);
    }

    /// <summary>The last of the three columns (or of two) holds the weights.</summary>
    private static TrainingResult Train(float[] rows, int k, long rowBudget = 64 << 20)
    {
        var columns = rows.Length % 3 == 0 ? 3 : 2;
        using var input = InputSet.Create([new MemoryInputFile(rows, columns)], new ColumnChoice(WeightColumn: $"c{columns - 1}"));
        return Trainer.Train(input, new TrainingOptions { ClusterCount = k, RowBudget = rowBudget });
    }
}
