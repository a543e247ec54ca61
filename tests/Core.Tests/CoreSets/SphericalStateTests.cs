using KMeans.CoreSets;
using KMeans.Input;
using KMeans.Models;
using KMeans.Tests.Models;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.CoreSets;

/// <summary>States of models of --distance cosine: updated, merged, and told from others.</summary>
public class SphericalStateTests
{
    private const int FeatureCount = 10;
    private const int ClusterCount = 8;

    private static readonly TrainingOptions Streamed = new() { ClusterCount = ClusterCount, RowBudget = 0, SummaryRows = SummaryRows.Parse("2000"), MeasuresQuality = false };

    private static readonly float[] Samples = Directions.Make(40_000, FeatureCount, ClusterCount, spread: 1.2);

    [Fact]
    public void Update_WhileTheStateHoldsAllRows_IsTrainingOnAllOfThem()
    {
        var options = new TrainingOptions { ClusterCount = ClusterCount, MeasuresQuality = false };

        var updated = Trainer.Update(Train(0, 2_000, options), Rows(2_000, 3_000));
        var trained = Train(0, 3_000, options);

        Assert.Equal((3_000, CostKind.Exact), (updated.Report.Rows, updated.Model.Cost!.Kind));
        Assert.Equal(trained.Cost!.Msd, updated.Model.Cost.Msd, 1e-4 * trained.Cost.Msd);
        AssertUnit(updated.Model);
    }

    [Fact]
    public void Update_TenTimes_StaysWithinHalfAPercentOfRetrainingAndOfItsStatedCost()
    {
        var model = Train(0, 30_000);
        for (var i = 30_000; i < 40_000; i += 1_000)
        {
            model = Trainer.Update(model, Rows(i, i + 1_000)).Model;
        }

        Assert.Equal(40_000, model.State!.RowsSeen);
        AssertIsOfAllRows(model, stated: 0.005);
    }

    [Fact]
    public void Update_WithRowsOfNewDirections_FindsThem()
    {
        // The first half has four of the eight clusters.
        var samples = Directions.Make(24_000, FeatureCount, ClusterCount, spread: 3, sorted: true);
        using var half = Directions.Input(samples.AsMemory(0, 12_000 * FeatureCount), FeatureCount);
        using var whole = Directions.Input(samples, FeatureCount);
        var model = Trainer.Train(half, Streamed).Model;
        for (var i = 12_000; i < 24_000; i += 4_000)
        {
            model = Trainer.Update(model, samples.AsMemory(i * FeatureCount, 4_000 * FeatureCount)).Model;
        }

        Assert.InRange(Directions.Msd(model, samples), 0, 1.01 * Directions.Msd(Trainer.Train(whole, Streamed).Model, samples));
    }

    [Fact]
    public void Update_WithAnyThreadsAndShards_GivesTheSameBits()
    {
        var model = Train(0, 20_000);
        using var input = Directions.Input(Rows(20_000, 40_000), FeatureCount);
        var options = UpdateOptions.Of(model);

        var expected = Trainer.Train(input, options with { Threads = 1 }).Model;

        SmallModels.AssertEqual(expected, Trainer.Train(input, options with { Threads = 3, Shards = 2 }).Model);
        SmallModels.AssertEqual(expected, Trainer.Train(input, options with { Chaos = 5 }).Model);
    }

    [Fact]
    public void Merge_OfModelsOfParts_IsAModelOfAllRowsInAnyOrder()
    {
        // Each model has shifts of its own.
        (string, TrainedModel) a = ("a", Train(0, 15_000)), b = ("b", Train(15_000, 40_000));

        var merged = ModelMerge.Run([a, b], threads: 1);

        SmallModels.AssertEqual(merged, ModelMerge.Run([b, a], threads: 3));
        AssertIsOfAllRows(merged, stated: 0.01);
    }

    [Fact]
    public void State_OfAnotherDistance_IsRefusedInOneLine()
    {
        var (cosine, euclidean) = (Train(0, 3_000), Trainer.Train(Rows(0, 3_000), FeatureCount, Streamed).Model);
        using var directions = Directions.Input(Rows(3_000, 4_000), FeatureCount);
        using var rows = InputSet.Create([new MemoryInputFile(Rows(3_000, 4_000), FeatureCount)], new ColumnChoice());

        AssertRefused("--distance euclidean: the model to be updated has --distance cosine", () => Trainer.Train(rows, UpdateOptions.Of(cosine)));
        AssertRefused("--distance cosine: the model to be updated has --distance euclidean", () => Trainer.Train(directions, UpdateOptions.Of(euclidean)));
        AssertRefused("b: has --distance euclidean where a has cosine", () => ModelMerge.Run([("a", cosine), ("b", euclidean)]));
    }

    [Fact]
    public void State_OfATrainingOnAllRows_HasEachKeptRowWhereItWasCounted()
    {
        // One cluster is tight and the next ones wider and wider: their means are shorter, and often nearest to rows of another direction.
        var random = new Random(5);
        var rows = Enumerable.Range(0, 3_000 * FeatureCount).Select(i => (float)((i / FeatureCount % 4 == i % FeatureCount ? 2 : 0) + (Blobs.Normal(random) * (0.2 + (i / FeatureCount % 4 * 0.5)))));
        using var input = Directions.Input(rows.ToArray(), FeatureCount);

        var state = Trainer.Train(input, new TrainingOptions { ClusterCount = 4, MeasuresQuality = false }).Model.State!;

        var weights = new double[state.CenterCount];
        for (var i = 0; i < state.Sample.Count; i++)
        {
            weights[state.Sample.Labels[i]] += state.Sample.Weights[i];
        }

        Assert.Equal((3_000, 3_000), (state.Sample.Count, state.RowsSeen));
        Assert.All(weights.Zip(state.CenterWeights), pair => Assert.InRange(pair.First, pair.Second - 3, pair.Second + 3));
    }

    /// <summary>As good as a training on all rows, and as good as it says.</summary>
    private static void AssertIsOfAllRows(TrainedModel model, double stated)
    {
        Assert.Equal((40_000, DistanceMeasure.Cosine), (model.Rows, model.Distance));
        var msd = Directions.Msd(model, Samples);
        Assert.InRange(msd / Directions.Msd(Train(0, 40_000), Samples), 0.98, 1.005);
        Assert.InRange(msd / model.Cost!.Msd, 1 - stated, 1 + stated);
        Assert.True(msd <= model.Cost.Bound * (1 + 1e-6));
        AssertUnit(model);
    }

    private static void AssertRefused(string start, Action action)
    {
        var message = Assert.Throws<InputException>(action).Message;
        Assert.StartsWith(start, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private static void AssertUnit(TrainedModel model) =>
        Assert.All(model.CentersInColumnUnits.Chunk(FeatureCount), center => Assert.Equal(1, Math.Sqrt(center.Sum(value => value * value)), 1e-12));

    private static TrainedModel Train(int start, int end, TrainingOptions? options = null)
    {
        using var input = Directions.Input(Rows(start, end), FeatureCount);
        return Trainer.Train(input, options ?? Streamed).Model;
    }

    private static ReadOnlyMemory<float> Rows(int start, int end) => Samples.AsMemory(start * FeatureCount, (end - start) * FeatureCount);
}
