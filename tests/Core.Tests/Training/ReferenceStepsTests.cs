using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

/// <summary>
/// What each step of the reference is worth on a set of the quality benchmark, or a small version of it. The reduction's parameters are given, as the search on the kept
/// rows would otherwise make up for a step that is missing.
/// </summary>
public class ReferenceStepsTests
{
    private const int FeatureCount = 8;

    private static readonly TrainingOptions Streamed = new()
    {
        ClusterCount = 1,
        RowBudget = 0,
        SummaryRows = SummaryRows.Parse("5%"),
        LocalLloydTrials = 10,
        ExactScore = true,
        MeasuresQuality = false,
    };

    [Theory]
    [InlineData(InitMethod.Random, 8)]
    [InlineData(InitMethod.KMeansPlusPlus, 3)]
    public void Train_WithExtraCenters_CostsLessThanWithout(InitMethod initMethod, int factor)
    {
        var samples = NamedSets.A3();
        double Cost(int factor) => MedianMsd(samples, 2, Streamed with { ClusterCount = 50, ExtraCenterFactor = factor, InitMethod = initMethod });

        Assert.True(Cost(factor) < 0.8 * Cost(1), $"{Cost(factor)} against {Cost(1)}");
    }

    [Fact]
    public void Train_WithFarAndRareGroups_IsBetterForOpeningCenters()
    {
        // 100 of 50,000 rows in ten groups: the random batch of 5,000 holds few of them or none.
        var (samples, centers) = NamedSets.Far(50_000, FeatureCount, 20, 10, 100);
        var options = Streamed with { ClusterCount = 30 };
        var opened = Results(samples, FeatureCount, options);
        var closed = Results(samples, FeatureCount, options with { OpensCenters = false });

        Assert.All(opened, result => Assert.True(result.Report.OpenedCenters > 0));
        Assert.All(closed, result => Assert.Equal(0, result.Report.OpenedCenters));
        Assert.True(Median(opened) < Median(closed) / 10, $"{Median(opened)} against {Median(closed)}");
        Assert.InRange(Median(opened), 0, 1.01 * SampledPass.Msd(samples, FeatureCount, centers));
    }

    [Fact]
    public void Train_OnRowsThatOpenACenterHereAndThere_IsBetterForDroppingSmallCentersAndLosesNoRow()
    {
        // The random batch finds A3's clusters, and a few rows open centers of their own. A reduction whose seeds are drawn alike from all of them wastes some on those.
        var samples = NamedSets.A3();
        var options = Streamed with { ClusterCount = 50, LocalLloydInitMethod = InitMethod.Random };
        var dropped = Results(samples, 2, options);
        var kept = Results(samples, 2, options with { DropsCenters = false });

        foreach (var (with, without) in dropped.Zip(kept))
        {
            Assert.True(with.Report.DroppedCenters > 0);
            Assert.Equal(0, without.Report.DroppedCenters);
            Assert.Equal(7_500, with.Model.State!.CenterWeights.Sum(), 1e-5);
            Assert.True(with.Model.Cost!.Msd < without.Model.Cost!.Msd, $"{with.Model.Cost.Msd} against {without.Model.Cost.Msd}");
        }

        Assert.True(Median(dropped) < 0.85 * Median(kept), $"{Median(dropped)} against {Median(kept)}");
    }

    private static TrainingResult[] Results(float[] samples, int featureCount, TrainingOptions options) =>
        [.. Enumerable.Range(1, 5).Select(seed => Trainer.Train(samples, featureCount, options with { Seed = seed }))];

    private static double MedianMsd(float[] samples, int featureCount, TrainingOptions options) => Median(Results(samples, featureCount, options));

    private static double Median(TrainingResult[] results) => results.Select(result => result.Model.Cost!.Msd).Order().ElementAt(results.Length / 2);
}
