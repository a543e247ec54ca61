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

    [Theory]
    [InlineData(ColumnScaling.Standard)]
    [InlineData(ColumnScaling.Robust)]
    public void Train_ScaledWithWholeWeights_HasTheFactorsAndTheFillOfTheRepeatedRows(ColumnScaling scaling)
    {
        var (weighted, repeated) = Lopsided();

        var a = Train(weighted, 3, scaling: scaling).Model;
        var b = Trainer.Train(repeated, 2, new TrainingOptions { ClusterCount = 3, Scaling = scaling, Missing = MissingPolicy.Mean }).Model;

        // Without the weights the far rows would decide: factors half as large.
        for (var f = 0; f < 2; f++)
        {
            Assert.Equal(b.Transform.Factors[f], a.Transform.Factors[f], 1e-9 * b.Transform.Factors[f]);
            Assert.Equal((b.Fill[f] / b.Transform.Factors[f]) + b.Transform.Shifts[f], (a.Fill[f] / a.Transform.Factors[f]) + a.Transform.Shifts[f], 1e-4);
        }

        Assert.Equal(b.Cost!.Ssd, a.Cost!.Ssd, 1e-4 * b.Cost!.Ssd);
    }

    [Fact]
    public void Train_ScaledWithAllWeightsDoubled_HasTheSameFactors()
    {
        var (weighted, _) = Lopsided();
        var doubled = weighted.Select((x, i) => i % 3 == 2 ? 2 * x : x).ToArray();
        foreach (var scaling in new[] { ColumnScaling.Standard, ColumnScaling.Robust })
        {
            Assert.Equal(Train(weighted, 3, scaling: scaling).Model.Transform.Factors.ToArray(), Train(doubled, 3, scaling: scaling).Model.Transform.Factors.ToArray());
        }
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

    /// <summary>Rows near together that weigh 1 to 9, and a fifth as many far away that weigh 1 or nothing; some values are missing.</summary>
    private static (float[] Weighted, float[] Repeated) Lopsided()
    {
        var near = Blobs.Make(500, 2, 3, spread: 5);
        var far = Blobs.Make(100, 2, 1, spread: 50).Select(x => x + 400).ToArray();
        float[] samples = [.. near, .. far];
        samples[10] = float.NaN;
        samples[1_101] = float.NaN;
        int Weight(int row) => row < 500 ? 1 + (row % 9) : row % 2;
        float[] weighted = [.. Enumerable.Range(0, 600).SelectMany(i => new[] { samples[i * 2], samples[(i * 2) + 1], Weight(i) })];
        float[] repeated = [.. Enumerable.Range(0, 600).SelectMany(i => Enumerable.Repeat(i, Weight(i))).SelectMany(i => new[] { samples[i * 2], samples[(i * 2) + 1] })];
        return (weighted, repeated);
    }

    /// <summary>The last of the three columns (or of two) holds the weights.</summary>
    private static TrainingResult Train(float[] rows, int k, long rowBudget = 64 << 20, ColumnScaling scaling = ColumnScaling.None)
    {
        var columns = rows.Length % 3 == 0 ? 3 : 2;
        using var input = InputSet.Create([new MemoryInputFile(rows, columns)], new ColumnChoice(WeightColumn: $"c{columns - 1}"));
        return Trainer.Train(input, new TrainingOptions { ClusterCount = k, RowBudget = rowBudget, Scaling = scaling, Missing = MissingPolicy.Mean });
    }
}
