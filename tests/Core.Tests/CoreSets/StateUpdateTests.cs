using KMeans.CoreSets;
using KMeans.Input;
using KMeans.Models;
using KMeans.Tests.Models;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.CoreSets;

public class StateUpdateTests
{
    private const int FeatureCount = 6;
    private const int ClusterCount = 8;

    /// <summary>A summary far smaller than the rows.</summary>
    private static readonly TrainingOptions Streamed = new() { ClusterCount = ClusterCount, RowBudget = 0, SummaryRows = SummaryRows.Parse("2000"), MeasuresQuality = false };

    [Fact]
    public void Update_WhileTheStateHoldsAllRows_IsTrainingOnAllOfThem()
    {
        var samples = Blobs.Make(3_000, FeatureCount, ClusterCount);
        var options = new TrainingOptions { ClusterCount = ClusterCount };

        var updated = Trainer.Update(Trainer.Train(Rows(samples, 0, 2_000), FeatureCount, options).Model, Rows(samples, 2_000, 3_000));
        var trained = Trainer.Train(samples, FeatureCount, options);

        Assert.Equal((3_000, 2_000, CostKind.Exact), (updated.Report.Rows, updated.Report.EarlierRows, updated.Model.Cost!.Kind));
        Assert.Equal(trained.Model.Cost!.Msd, updated.Model.Cost.Msd, 1e-6 * trained.Model.Cost.Msd);
        Assert.Equal(trained.Model.ClusterWeights, updated.Model.ClusterWeights);
    }

    [Fact]
    public void Update_OfAStreamedModel_CountsEveryRowOnceAndReadsOnlyTheNewOnes()
    {
        var samples = Blobs.Make(60_000, FeatureCount, ClusterCount, spread: 3);
        var model = Trainer.Train(Rows(samples, 0, 50_000), FeatureCount, Streamed).Model;

        var updated = Trainer.Update(model, Rows(samples, 50_000, 60_000));

        Assert.Equal((60_000, 12_048, 10_000), (updated.Report.Rows, updated.Report.RowsRead, updated.Report.Ledger.Rows));
        Assert.Equal((60_000, 60_000), (updated.Model.Rows, updated.Model.State!.RowsSeen));
        Assert.Equal(60_000, updated.Model.State.CenterWeights.Sum(), 1e-6);
        Assert.Equal(60_000, updated.Model.ClusterWeights.Sum(), 1e-6);
        Assert.InRange(Msd(updated.Model, samples), updated.Model.Cost!.Low * 0.995, updated.Model.Cost.High * 1.005);
        Assert.True(Msd(updated.Model, samples) <= updated.Model.Cost.Bound * (1 + 1e-6));
        AssertUniform(updated.Model.State.CostSample, 60_000);
    }

    [Fact]
    public void Update_WithAnyThreadsShardsAndKernel_GivesTheSameBits()
    {
        var samples = Blobs.Make(200_000, FeatureCount, ClusterCount, spread: 3);
        var model = Trainer.Train(Rows(samples, 0, 20_000), FeatureCount, Streamed).Model;
        using var input = Input(Rows(samples, 20_000, 200_000));
        var options = UpdateOptions.Of(model);
        var expected = Trainer.Train(input, options with { Threads = 1 });

        foreach (var changed in new[] { options with { Threads = 3, Shards = 2 }, options with { Threads = 2, Backend = "scalar" }, options with { Chaos = 5 } })
        {
            var actual = Trainer.Train(input, changed);
            Assert.Equal(expected.Model.Cost, actual.Model.Cost);
            SmallModels.AssertEqual(expected.Model, actual.Model);
        }
    }

    [Fact]
    public void Update_OfAModelThatWasSaved_IsThatOfTheModelInMemory()
    {
        var samples = Blobs.Make(30_000, FeatureCount, ClusterCount, spread: 3);
        var model = Trainer.Train(Rows(samples, 0, 20_000), FeatureCount, Streamed with { Scaling = ColumnScaling.Standard }).Model;
        using var folder = new TemporaryFolder();
        ModelFolder.Save(folder.File("model"), model, overwrite: false);

        var loaded = ModelFolder.Load(folder.File("model"));

        SmallModels.AssertEqual(Trainer.Update(model, Rows(samples, 20_000, 30_000)).Model, Trainer.Update(loaded, Rows(samples, 20_000, 30_000)).Model);
    }

    [Fact]
    public void Update_TwentyTimes_StaysWithinHalfAPercentOfRetraining()
    {
        // Noise outweighs the distance of the clusters, and each update has one row in a hundred.
        var samples = Blobs.Make(48_000, 20, 30, spread: 0.8);
        var model = Trainer.Train(Rows(samples, 0, 40_000, 20), 20, Streamed with { ClusterCount = 30 }).Model;
        for (var i = 0; i < 20; i++)
        {
            model = Trainer.Update(model, Rows(samples, 40_000 + (400 * i), 40_400 + (400 * i), 20)).Model;
        }

        var retrained = Trainer.Train(samples, 20, Streamed with { ClusterCount = 30 }).Model;
        Assert.Equal(48_000, model.Rows);
        Assert.InRange(Msd(model, samples) / Msd(retrained, samples), 0.98, 1.005);
        Assert.InRange(model.State!.CenterCount, 30, SummaryState.MostCenters(30));
    }

    [Fact]
    public void Update_WithRowsOfNewClusters_FindsThem()
    {
        // The first half has four of the eight clusters.
        var samples = Blobs.Make(40_000, FeatureCount, ClusterCount, sorted: true);
        var model = Trainer.Train(Rows(samples, 0, 20_000), FeatureCount, Streamed).Model;

        for (var i = 20_000; i < 40_000; i += 5_000)
        {
            model = Trainer.Update(model, Rows(samples, i, i + 5_000)).Model;
        }

        Assert.InRange(Msd(model, samples), 0, 1.01 * Msd(Trainer.Train(samples, FeatureCount, Streamed).Model, samples));
    }

    [Fact]
    public void Update_OfClustersWhoseEdgesASearchMoved_StillStatesWhatTheyCost()
    {
        // Directions of length 1 overlap, and the finish searches the few kept rows: each of its centers takes a slice off several running ones.
        var samples = Directions.Make(40_000, 10, 8, spread: 1.2);
        for (var row = 0; row < samples.Length; row += 10)
        {
            var length = MathF.Sqrt(samples.AsSpan(row, 10).ToArray().Sum(value => value * value));
            foreach (ref var value in samples.AsSpan(row, 10))
            {
                value /= length;
            }
        }

        var model = Trainer.Train(Rows(samples, 0, 30_000, 10), 10, Streamed).Model;
        for (var i = 30_000; i < 40_000; i += 1_000)
        {
            model = Trainer.Update(model, Rows(samples, i, i + 1_000, 10)).Model;
        }

        Assert.InRange(Msd(model, samples), model.Cost!.Low * 0.999, model.Cost.High * 1.001);
        Assert.InRange(model.State!.CenterCount, 8, 16);
    }

    [Fact]
    public void Update_OfHeavyTailedRows_KeepsWhatASearchHadFound()
    {
        // Few rows make most of the cost: the finish searches the kept rows, and the state must know what it found.
        var samples = SampledPass.HeavyTailed(30_000, 9);
        var options = Streamed with { ClusterCount = 10 };
        var model = Trainer.Train(Rows(samples, 0, 20_000, 9), 9, options).Model;
        for (var i = 20_000; i < 30_000; i += 2_000)
        {
            model = Trainer.Update(model, Rows(samples, i, i + 2_000, 9)).Model;
        }

        Assert.Equal(30_000, model.State!.CenterWeights.Sum(), 1e-6);
        Assert.InRange(Msd(model, samples) / Msd(Trainer.Train(samples, 9, options).Model, samples), 0.8, 1.05);
    }

    [Fact]
    public void Update_WithAHalfLife_WeighsEarlierRowsLess()
    {
        // One cluster: 4,000 rows at 0, then 2,000 at 1. With a half-life of 2,000 rows the earlier ones count half at the end of the later ones.
        var options = new TrainingOptions { ClusterCount = 1, RowBudget = 0, MiniBatchSize = 2_000 };
        var model = Trainer.Train(new float[4_000], 1, options).Model;
        using var input = InputSet.Create([new MemoryInputFile(Enumerable.Repeat(1f, 2_000).ToArray(), 1)], new ColumnChoice());

        var forgetting = Trainer.Train(input, UpdateOptions.Of(model) with { HalfLifeTimeSize = 2_000, MiniBatchSize = 2_000 }).Model;
        var remembering = Trainer.Train(input, UpdateOptions.Of(model)).Model;

        Assert.Equal(1 / 3.0, remembering.CentersInColumnUnits[0], 1e-6);
        Assert.Equal(2_000 / (2_000 + (4_000 * 0.5)), forgetting.CentersInColumnUnits[0], 1e-6);
        Assert.Equal((6_000, 6_000.0, true), (forgetting.Rows, forgetting.ClusterWeights[0], forgetting.State!.IsDecayed));
        Assert.Null(forgetting.Cost!.Bound);
    }

    [Fact]
    public void Update_OfWhatDoesNotFit_IsRefusedInOneLine()
    {
        var model = SmallModels.Train(columns: [new FeatureColumn("a", 1), new FeatureColumn("v", 3)]).Model;
        using var input = InputSet.Create([new MemoryInputFile(SmallModels.Rows, SmallModels.FeatureCount)], new ColumnChoice());
        var options = UpdateOptions.Of(model);

        AssertRefused("has the columns", input, options);
        AssertRefused("--k 4: the model to be updated has 3 clusters", input, options with { ClusterCount = 4 });
        AssertRefused("--scale standard", input, options with { Scaling = ColumnScaling.Standard });
        using var matching = Input(SmallModels.Rows, SmallModels.FeatureCount);
        var plain = UpdateOptions.Of(SmallModels.Train().Model);
        AssertRefused("--exact-score", matching, plain with { ExactScore = true });
        AssertRefused("--epochs", matching, plain with { Epochs = 2 });
    }

    private static void AssertRefused(string start, InputSet input, TrainingOptions options)
    {
        var message = Assert.Throws<InputException>(() => Trainer.Train(input, options)).Message;
        Assert.Contains(start, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    /// <summary>Every row of the input was as likely to be kept, whichever update it came with.</summary>
    private static void AssertUniform(KeptRows rows, long all)
    {
        var late = rows.Keys.Count(key => key >= 50_000) / (double)rows.Count;
        Assert.InRange(late, 0.13, 0.20);
        Assert.InRange(rows.Count, 1_000, 8_192);
        Assert.True(rows.Keys[^1] < all);
        Assert.Equal(rows.Count, rows.Keys.Distinct().Count());
    }

    private static InputSet Input(ReadOnlyMemory<float> rows, int featureCount = FeatureCount) => InputSet.Create([new MemoryInputFile(rows, featureCount)], new ColumnChoice());

    private static ReadOnlyMemory<float> Rows(float[] samples, int start, int end, int featureCount = FeatureCount) => samples.AsMemory(start * featureCount, (end - start) * featureCount);

    private static double Msd(TrainedModel model, float[] samples)
    {
        model.Predict(samples, out var distances);
        return distances.Average(distance => distance * distance);
    }
}
