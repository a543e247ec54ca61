using KMeans.Input;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class TrainerEdgeTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(64 << 20)]
    public void Train_WithFewerRowsThanClusters_SaysSo(long rowBudget)
    {
        var error = Assert.Throws<InputException>(() => Trainer.Train(new float[] { 1, 2, 3, 4 }, 2, new TrainingOptions { ClusterCount = 3, RowBudget = rowBudget }));
        Assert.Equal("--k 3: the input has only 2 rows; choose --k 2 or less.", error.Message);
    }

    [Fact]
    public void Train_WithOneCluster_GivesTheMean()
    {
        var result = Trainer.Train(new float[] { 1, 10, 3, 20, 8, 60 }, 2, new TrainingOptions { ClusterCount = 1 });
        Assert.Equal([4, 30], result.Model.CentersInColumnUnits, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal((9.0 + 400 + 1 + 100 + 16 + 900) / 3, result.Model.Cost!.Msd, 1e-9);
    }

    [Fact]
    public void Train_WithAClusterForEachRow_CostsNothing()
    {
        var samples = Blobs.Make(40, 3, 40);
        var result = Trainer.Train(samples, 3, new TrainingOptions { ClusterCount = 40 });
        Assert.Equal(0, result.Model.Cost!.Ssd);
        Assert.Equal(40, result.Model.Predict(samples).Distinct().Count());
        Assert.All(result.Model.ClusterWeights, weight => Assert.Equal(1, weight));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64 << 20)]
    public void Train_WhenAllRowsAreEqual_CostsNothingAndNotesTheEmptyClusters(long rowBudget)
    {
        var result = Trainer.Train(Enumerable.Repeat(3.5f, 400).ToArray(), 4, new TrainingOptions { ClusterCount = 3, RowBudget = rowBudget });
        Assert.Equal(0, result.Model.Cost!.Ssd);
        Assert.Equal([100, 0, 0], result.Model.ClusterWeights);
        Assert.Equal(Enumerable.Repeat(3.5, 12), result.Model.CentersInColumnUnits);
        Assert.Contains("2 of 3 clusters are empty", Assert.Single(result.Report.Notes));
    }

    [Fact]
    public void Train_OnOneRow_IsThatRow()
    {
        var result = Trainer.Train(new float[] { 5, -7 }, 2, new TrainingOptions { ClusterCount = 1 });
        Assert.Equal([5, -7], result.Model.CentersInColumnUnits);
        Assert.Equal(0, result.Model.Cost!.Msd);
        Assert.Equal(1, result.Report.Rows);
    }

    [Fact]
    public void Train_WithConstantColumns_IgnoresThem()
    {
        var samples = Blobs.Make(1_000, 2, 3, spread: 50);
        var wide = Enumerable.Range(0, 1_000).SelectMany(i => new[] { samples[i * 2], 1e9f, samples[(i * 2) + 1], 0f }).ToArray();
        var options = new TrainingOptions { ClusterCount = 3 };
        Assert.Equal(Trainer.Train(samples, 2, options).Model.Predict(samples), Trainer.Train(wide, 4, options).Model.Predict(wide));
        Assert.All(new[] { ColumnScaling.Standard, ColumnScaling.Robust }, scaling =>
            Assert.True(double.IsFinite(Trainer.Train(wide, 4, options with { Scaling = scaling }).Model.Cost!.Msd)));
    }

    [Fact]
    public void Train_OnNoRows_SaysSo() =>
        Assert.Contains("has no rows", Assert.Throws<InputException>(() => Trainer.Train(Array.Empty<float>(), 2, new TrainingOptions { ClusterCount = 1 })).Message);

    [Fact]
    public void Train_WithAMissingValue_NamesItsRowAndColumn()
    {
        var samples = Blobs.Make(100, 2, 2);
        samples[(41 * 2) + 1] = float.NaN;
        var error = Assert.Throws<InputException>(() => Trainer.Train(samples, 2, new TrainingOptions { ClusterCount = 2 }));
        Assert.StartsWith("the array: row 42, column 'c1': the value is missing", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64 << 20)]
    public void Train_SkippingMissingRows_GivesTheModelOfTheOthers(long rowBudget)
    {
        var samples = Blobs.Make(2_000, 2, 3, spread: 100);
        for (var i = 0; i < 2_000; i += 20)
        {
            samples[(i * 2) + (i / 20 % 2)] = float.PositiveInfinity;
        }

        var result = Trainer.Train(samples, 2, new TrainingOptions { ClusterCount = 3, Missing = MissingPolicy.Skip, RowBudget = rowBudget, ExactScore = true });
        Assert.Equal(1_900, result.Report.Rows);
        Assert.Equal(100, result.Report.SkippedRows);
        Assert.Equal(1_900, result.Model.ClusterWeights.Sum());
        Assert.InRange(result.Model.Cost!.Msd, 1.7, 2.3);
    }

    [Fact]
    public void Train_FillingMissingValues_UsesTheColumnsMean()
    {
        var samples = Enumerable.Range(0, 1_000).SelectMany(i => new[] { i % 2 * 100f, i % 10 == 0 ? float.NaN : i % 2 * 100f }).ToArray();
        var result = Trainer.Train(samples, 2, new TrainingOptions { ClusterCount = 3, Missing = MissingPolicy.Mean });
        Assert.Equal(1_000, result.Report.Rows);

        // Every tenth row is even, so that of the 900 values left 500 are 100 and 400 are 0.
        var filled = Enumerable.Range(0, 3).Select(j => (result.Model.CentersInColumnUnits[j * 2], result.Model.CentersInColumnUnits[(j * 2) + 1])).Single(center => center.Item2 is > 10 and < 90);
        Assert.Equal(0, filled.Item1);
        Assert.Equal(500.0 / 9, filled.Item2, 1e-3);
    }

    [Fact]
    public void Train_WhenStopped_Throws()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Trainer.Train(Blobs.Make(1_000, 2, 2), 2, new TrainingOptions { ClusterCount = 2 }, null, stop.Token));
    }

    public static TheoryData<TrainingOptions, string> Refused => new()
    {
        { new TrainingOptions { ClusterCount = 0 }, "--k 0: must be 1 or more." },
        { new TrainingOptions { ClusterCount = 1, Epochs = 0 }, "--epochs 0: must be 1 or more." },
        { new TrainingOptions { ClusterCount = 1, MiniBatchSize = -1 }, "--mini-batch-size -1: must be 1 or more." },
        { new TrainingOptions { ClusterCount = 1, ExtraCenterFactor = 0 }, "--extra-center-factor 0: must be 1 or more." },
        { new TrainingOptions { ClusterCount = 1, HalfLifeTimeSize = -1 }, "--half-life-time-size -1: must be 0 or more." },
        { new TrainingOptions { ClusterCount = 1, LocalLloydMaxIterations = 0 }, "--local-lloyd-max-iter 0: must be 1 or more." },
        { new TrainingOptions { ClusterCount = 1, LocalLloydTrials = 0 }, "--local-lloyd-num-trials 0: must be 1 or more." },
        { new TrainingOptions { ClusterCount = 1, LocalLloydTolerance = 1.5 }, "--local-lloyd-tol 1.5: must be from 0 to 1." },
        { new TrainingOptions { ClusterCount = 1, LocalLloydTolerance = double.NaN }, "--local-lloyd-tol NaN: must be from 0 to 1." },
        { new TrainingOptions { ClusterCount = 1, Shards = 0 }, "--shards 0: must be from 1 to 1024." },
        { new TrainingOptions { ClusterCount = 1, Threads = 2000 }, "--threads 2000: must be from 1 to 1024." },
        { new TrainingOptions { ClusterCount = 1, RowBudget = -5 }, "--row-budget -5: must be 0 or more." },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Train_WithAnOptionOutOfRange_NamesItAndItsLimit(TrainingOptions options, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => Trainer.Train(new float[] { 1, 2 }, 1, options)).Message);
}
