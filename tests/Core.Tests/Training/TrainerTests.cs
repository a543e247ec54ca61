using KMeans.Tests.Models;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class TrainerTests
{
    private const int FeatureCount = 6;

    public static TheoryData<string> Modes => ["rows", "stream"];

    [Theory]
    [MemberData(nameof(Modes))]
    public void Train_WithAnyShardsThreadsAndKernel_GivesTheSameFingerprint(string mode)
    {
        var samples = Blobs.Make(300_000, FeatureCount, 12);
        var options = InMode(mode, new TrainingOptions { ClusterCount = 12, ExtraCenterFactor = 4 });
        var expected = Trainer.Train(samples, FeatureCount, options with { Threads = 1 });

        Assert.Equal(mode, expected.Report.Mode);
        Assert.Equal(5, expected.Report.Partitions);
        foreach (var (shards, threads) in new[] { (1, 2), (2, 2), (7, 1), (3, 4), (16, 16) })
        {
            var actual = Trainer.Train(samples, FeatureCount, options with { Shards = shards, Threads = threads });
            Assert.Equal(expected.Model.Fingerprint, actual.Model.Fingerprint);
            Assert.Equal(expected.Model.Cost, actual.Model.Cost);
            SmallModels.AssertEqual(expected.Model.State!, actual.Model.State!);
        }
    }

    [Fact]
    public void Train_WithTheScalarKernel_GivesTheSameFingerprint()
    {
        var samples = Blobs.Make(20_000, FeatureCount, 5, spread: 2);
        var options = new TrainingOptions { ClusterCount = 5 };
        Assert.Equal(Trainer.Train(samples, FeatureCount, options).Model.Fingerprint, Trainer.Train(samples, FeatureCount, options with { Backend = "scalar" }).Model.Fingerprint);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Train_OnSeparatedBlobs_FindsThemAndTheirCost(string mode)
    {
        var samples = Blobs.Make(60_000, FeatureCount, 8, spread: 100);
        var result = Trainer.Train(samples, FeatureCount, InMode(mode, new TrainingOptions { ClusterCount = 8 }));

        Assert.InRange(result.Model.Cost!.Msd, 0.97 * FeatureCount, 1.03 * FeatureCount);
        Assert.InRange(result.Model.Cost!.Msd, result.Model.Cost!.Low, result.Model.Cost!.High);
        Assert.True(result.Model.Cost!.Bound >= 0.97 * result.Model.Cost!.Msd);
        Assert.All(result.Model.ClusterWeights, weight => Assert.Equal(7_500, weight, 75.0));
        Assert.Equal(60_000, result.Model.ClusterWeights.Sum(), 1e-6 * 60_000);
    }

    [Fact]
    public void Train_InRowMode_ReportsTheExactCost()
    {
        var samples = Blobs.Make(3_000, FeatureCount, 5);
        var result = Trainer.Train(samples, FeatureCount, new TrainingOptions { ClusterCount = 5 });
        var distances = Distances(result.Model, samples);

        Assert.Equal(CostKind.Exact, result.Model.Cost!.Kind);
        Assert.Equal(distances.Sum(x => x * x), result.Model.Cost!.Ssd, 1e-9 * result.Model.Cost!.Ssd);
    }

    [Fact]
    public void Train_Streamed_ReportsAnEstimateWhoseIntervalHoldsTheTrueCost_AndAnUpperBound()
    {
        var samples = Blobs.Make(100_000, FeatureCount, 20, spread: 3);
        var held = 0;
        for (var seed = 1; seed <= 10; seed++)
        {
            var result = Trainer.Train(samples, FeatureCount, InMode("stream", new TrainingOptions { ClusterCount = 20, Seed = seed }));
            var distances = Distances(result.Model, samples);
            var msd = distances.Average(x => x * x);
            Assert.Equal(CostKind.Estimate, result.Model.Cost!.Kind);
            Assert.True(msd <= result.Model.Cost!.Bound);
            held += msd >= result.Model.Cost!.Low && msd <= result.Model.Cost!.High ? 1 : 0;
        }

        Assert.InRange(held, 8, 10);
    }

    [Fact]
    public void Train_StreamedWithAnExactScore_ReadsTwiceAndReportsTheTrueCost()
    {
        var samples = Blobs.Make(100_000, FeatureCount, 20);
        var result = Trainer.Train(samples, FeatureCount, InMode("stream", new TrainingOptions { ClusterCount = 20, ExactScore = true, MiniBatchSize = 5000 }));
        var distances = Distances(result.Model, samples);

        Assert.Equal(CostKind.Exact, result.Model.Cost!.Kind);
        Assert.Equal(distances.Average(x => x * x), result.Model.Cost!.Msd, 1e-9);
        Assert.InRange(result.Report.RowsRead, 200_001, 206_000);
    }

    [Fact]
    public void Train_WithAHalfLife_FollowsTheLastRows()
    {
        // The level rises from 0 to 100 half-way.
        var samples = Enumerable.Range(0, 100_000).Select(i => (i < 50_000 ? 0f : 100f) + (i % 3)).ToArray();
        var options = InMode("stream", new TrainingOptions { ClusterCount = 1, ExtraCenterFactor = 1, MiniBatchSize = 1_000 });
        var equal = Trainer.Train(samples, 1, options);
        var decayed = Trainer.Train(samples, 1, options with { HalfLifeTimeSize = 5_000 });

        Assert.Equal(51, equal.Model.CentersInColumnUnits[0], 0.01);
        Assert.InRange(decayed.Model.CentersInColumnUnits[0], 100.5, 101.1);
        Assert.Null(decayed.Model.Cost!.Bound);
    }

    [Fact]
    public void Train_WithMoreEpochs_GoesOnFromTheLast()
    {
        var samples = Blobs.Make(100_000, FeatureCount, 12, spread: 2);
        var options = InMode("stream", new TrainingOptions { ClusterCount = 12, ExtraCenterFactor = 1, ExactScore = true });
        var one = Trainer.Train(samples, FeatureCount, options);
        var three = Trainer.Train(samples, FeatureCount, options with { Epochs = 3 });

        Assert.True(three.Model.Cost!.Msd < one.Model.Cost!.Msd);
        Assert.InRange(three.Report.RowsRead, 400_001, 406_000);
        Assert.Equal(100_000, three.Report.Rows);
        Assert.Equal(100_000, three.Model.ClusterWeights.Sum(), 1e-3);
    }

    [Fact]
    public void Train_OnRowsMovedByAConstant_GivesTheSameLabels()
    {
        var samples = Blobs.Make(5_000, FeatureCount, 5).Select(x => MathF.Round(x * 8)).ToArray();
        var moved = samples.Select(x => x + 8_000_000f).ToArray();
        var options = new TrainingOptions { ClusterCount = 5 };

        Assert.Equal(Trainer.Train(samples, FeatureCount, options).Model.Predict(samples), Trainer.Train(moved, FeatureCount, options).Model.Predict(moved));
    }

    private static TrainingOptions InMode(string mode, TrainingOptions options) => mode == "rows" ? options : options with { RowBudget = 0, SummaryRows = SummaryRows.Parse("5%") };

    private static double[] Distances(KMeans.Models.TrainedModel model, float[] samples)
    {
        model.Predict(samples, out var distances);
        return distances;
    }
}
