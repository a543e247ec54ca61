using KMeans.CoreSets;
using KMeans.Input;
using KMeans.Models;
using KMeans.Tests.Models;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.CoreSets;

public class ModelMergeTests
{
    private const int FeatureCount = 5;

    private static readonly TrainingOptions Streamed = new() { ClusterCount = 6, RowBudget = 0, SummaryRows = SummaryRows.Parse("2000"), MeasuresQuality = false };

    private static readonly float[] Samples = Blobs.Make(60_000, FeatureCount, 6, spread: 3);

    [Fact]
    public void Merge_OfModelsOfParts_IsAModelOfAllRows()
    {
        var merged = ModelMerge.Run([Part("a", 0, 10_000), Part("b", 10_000, 40_000), Part("c", 40_000, 60_000)]);

        var trained = Trainer.Train(Samples, FeatureCount, Streamed).Model;
        Assert.Equal((60_000, 60_000), (merged.Rows, merged.State!.RowsSeen));
        Assert.Equal(60_000, merged.ClusterWeights.Sum(), 1e-6);
        Assert.InRange(Msd(merged) / Msd(trained), 0.99, 1.005);
        Assert.InRange(Msd(merged), merged.Cost!.Low * 0.995, merged.Cost.High * 1.005);
    }

    [Fact]
    public void Merge_InAnotherOrder_GivesTheSameBits()
    {
        var (a, b, c) = (Part("a", 0, 10_000), Part("b", 10_000, 40_000), Part("c", 40_000, 60_000));

        SmallModels.AssertEqual(ModelMerge.Run([a, b, c], threads: 1), ModelMerge.Run([c, a, b], threads: 3));
    }

    [Fact]
    public void Merge_OfMergedModels_KeepsTheSameRowsHoweverTheyAreGrouped()
    {
        var (a, b, c) = (Part("a", 0, 10_000), Part("b", 10_000, 40_000), Part("c", 40_000, 60_000));

        var left = ModelMerge.Run([("ab", ModelMerge.Run([a, b])), c]);
        var right = ModelMerge.Run([a, ("bc", ModelMerge.Run([b, c]))]);

        Assert.Equal(Kept(left.State!.Sample), Kept(right.State!.Sample));
        Assert.Equal(Kept(left.State.CostSample), Kept(right.State.CostSample));
        Assert.Equal(left.State.RowsSeen, right.State.RowsSeen);
        Assert.Equal(left.State.CenterWeights.Sum(), right.State.CenterWeights.Sum(), 1e-6);
        Assert.Equal(Msd(left), Msd(right), 1e-3 * Msd(left));
    }

    [Fact]
    public void Merge_OfModelsWithOtherShifts_PutsRowsWhereTheyBelong()
    {
        // Each model's space begins at the median of its own rows, which are 1,000 apart.
        float[] near = [.. Enumerable.Range(0, 400).Select(i => i % 2 * 10f)];
        float[] far = [.. Enumerable.Range(0, 200).Select(i => 1_000 + (i % 2 * 10f))];
        var options = new TrainingOptions { ClusterCount = 2 };

        var merged = ModelMerge.Run([("near", Trainer.Train(near, 1, options).Model), ("far", Trainer.Train(far, 1, options).Model)], clusterCount: 4);

        Assert.Equal([0, 10, 1_000, 1_010], merged.CentersInColumnUnits.Order().Select(center => Math.Round(center, 6)));
        Assert.Equal([200, 200, 100, 100], merged.ClusterWeights.Select(weight => Math.Round(weight, 6)));
        Assert.Equal((600, CostKind.Exact), (merged.Rows, merged.Cost!.Kind));
    }

    [Fact]
    public void Merge_AfterAnUpdate_GoesOn()
    {
        var merged = ModelMerge.Run([Part("a", 0, 10_000), Part("b", 10_000, 40_000)]);

        var updated = Trainer.Update(merged, Samples.AsMemory(40_000 * FeatureCount));

        Assert.Equal(60_000, updated.Model.Rows);
        Assert.InRange(Msd(updated.Model) / Msd(Trainer.Train(Samples, FeatureCount, Streamed).Model), 0.99, 1.005);
    }

    [Fact]
    public void Merge_OfWhatDoesNotFit_IsRefusedInOneLine()
    {
        var first = Part("a", 0, 5_000);
        var (scaled, columns) = (Part("scaled", 0, 6_000, Streamed with { Scaling = ColumnScaling.Standard }), SmallModels.Train(columns: [new FeatureColumn("v", 4)]).Model);

        AssertRefused("scaled: is scaled by other factors than a", first, scaled);
        AssertRefused("other: has other columns than a (v[4] against", first, ("other", columns));
        AssertRefused("again: is the same model as a", first, ("again", first.Model));
        AssertRefused("more: has 6 clusters and another has more or fewer", ("more", first.Model), Part("b", 0, 4_000, Streamed with { ClusterCount = 7 }));
    }

    private static void AssertRefused(string start, params (string, TrainedModel)[] models)
    {
        var message = Assert.Throws<InputException>(() => ModelMerge.Run(models)).Message;
        Assert.StartsWith(start, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private static (string Name, TrainedModel Model) Part(string name, int start, int end, TrainingOptions? options = null) =>
        (name, Trainer.Train(Samples.AsMemory(start * FeatureCount, (end - start) * FeatureCount), FeatureCount, options ?? Streamed).Model);

    /// <summary>The rows as they were read, whatever space they are in.</summary>
    private static IEnumerable<(double Priority, double Weight)> Kept(KeptRows rows) => rows.Priorities.Zip(rows.Weights).Order();

    private static double Msd(TrainedModel model)
    {
        model.Predict(Samples, out var distances);
        return distances.Average(distance => distance * distance);
    }
}
