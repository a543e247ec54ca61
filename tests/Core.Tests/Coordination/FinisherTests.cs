using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Coordination;

public class FinisherTests
{
    private static readonly TrainingOptions Streamed = new() { ClusterCount = 1, RowBudget = 0, SummaryRows = SummaryRows.Parse("5%"), ExactScore = true };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Run_WithFewRowsInGroupsFarOut_ComesWithinOnePercentOfThePlantedCost(int seed)
    {
        var (samples, centers) = NamedSets.Far(50_000, 8, 20, 10, 100);
        var result = Trainer.Train(samples, 8, Streamed with { ClusterCount = 30, Seed = seed });

        Assert.Equal("stream", result.Report.Mode);
        Assert.InRange(result.Model.Cost!.Msd, 0.99 * SampledPass.Msd(samples, 8, centers), 1.01 * SampledPass.Msd(samples, 8, centers));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Run_StreamedOverHeavyTails_ComesWithinTwoPercentOfRowMode(int seed)
    {
        var samples = SampledPass.HeavyTailed(20_000, 5);
        var options = Streamed with { ClusterCount = 10, Seed = seed };
        var streamed = Trainer.Train(samples, 5, options);
        var rows = Trainer.Train(samples, 5, options with { RowBudget = long.MaxValue });

        Assert.Equal(("stream", "rows"), (streamed.Report.Mode, rows.Report.Mode));
        Assert.InRange(streamed.Model.Cost!.Msd / rows.Model.Cost!.Msd, 0.98, 1.02);
    }

    [Fact]
    public void Run_WhereThePassMissedGroups_FindsThemAmongTheKeptRowsUnlessTheReductionIsTheUsersOwn()
    {
        var (samples, centers) = NamedSets.Far(50_000, 8, 20, 10, 100);
        var planted = SampledPass.Msd(samples, 8, centers);
        var options = Streamed with { ClusterCount = 30, OpensCenters = false };
        double Msd(TrainingOptions options) => Trainer.Train(samples, 8, options).Model.Cost!.Msd;

        Assert.InRange(Msd(options), 0.99 * planted, 1.01 * planted);
        Assert.True(Msd(options with { LocalLloydTrials = 10 }) > 10 * planted);
        Assert.True(Msd(options with { LocalLloydInitMethod = InitMethod.KMeansPlusPlus }) > 10 * planted);
        Assert.True(Msd(options with { HalfLifeTimeSize = 1_000_000 }) > 10 * planted);
    }

    [Fact]
    public void Run_WhereTheSearchFoundBetterCenters_WeighsTheClustersAsTheRowsDo()
    {
        var (samples, _) = NamedSets.Far(50_000, 8, 20, 10, 100);
        var options = Streamed with { ClusterCount = 30, OpensCenters = false };
        var exact = Trainer.Train(samples, 8, options).Model;
        var estimated = Trainer.Train(samples, 8, options with { ExactScore = false }).Model;

        Assert.Equal(CostKind.Estimate, estimated.Cost!.Kind);
        Assert.Equal(50_000, estimated.ClusterWeights.Sum(), 0.05);
        Assert.Equal(10, exact.ClusterWeights.Count(weight => weight < 100));
        for (var j = 0; j < 30; j++)
        {
            // The centers are the same, in the order of their weights. All rows of the far groups were kept.
            var center = exact.Centers.AsSpan(j * 8, 8).ToArray();
            var same = Enumerable.Range(0, 30).Single(i => estimated.Centers.AsSpan(i * 8, 8).SequenceEqual(center));
            var tolerance = exact.ClusterWeights[j] < 100 ? 1e-6 : 0.1;
            Assert.InRange(estimated.ClusterWeights[same] / exact.ClusterWeights[j], 1 - tolerance, 1 + tolerance);
        }

        Assert.InRange(exact.Cost!.Msd, estimated.Cost.Low, estimated.Cost.High);
        Assert.True(exact.Cost.Msd <= estimated.Cost.Bound);
    }
}
