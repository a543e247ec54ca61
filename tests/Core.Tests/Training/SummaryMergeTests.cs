using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class SummaryMergeTests
{
    private const int FeatureCount = 2;
    private const int RowCount = 15_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Merge_OfPartitionsThatOpenAndCloseCenters_LabelsEveryKeptRowWithTheCenterThatStandsForIt(int partitionCount)
    {
        var samples = SampledPass.HeavyTailed(RowCount, FeatureCount);
        var opening = new OpeningRule(50, 16);
        var summary = SampledPass.Run(KeepingAll(SampledPass.Context(samples, FeatureCount, [1, 1, 5, 5, 9, 1], RowCount, RowCount, opening)), partitionCount);

        // So many centers were opened that some were closed again, in the partitions and where they met.
        Assert.InRange(summary.Centers.Count, 3 + 2, 3 + (2 * opening.MostOpened));
        Assert.True(summary.OpeningCost > 4 * opening.Cost);
        AssertStandsForItsRows(summary.Centers, summary.Sample);
        AssertStandsForItsRows(summary.Centers, summary.CostSample);
    }

    [Fact]
    public void Merge_OfPartitionsThatOpenFewCenters_KeepsThemAndTheirRowsApart()
    {
        // Far groups of their own in each partition.
        var samples = Blobs.Make(RowCount, FeatureCount, 3);
        for (var i = 0; i < RowCount; i += 50)
        {
            samples[i * FeatureCount] += 10_000 * (1 + (i / 3_000));
        }

        var context = SampledPass.Context(samples, FeatureCount, SampledPass.Centers(samples, FeatureCount, 1, 2, 3), RowCount, RowCount, new OpeningRule(1e6, 16));
        var summary = SampledPass.Run(KeepingAll(context), 5);

        Assert.Equal(1e6, summary.OpeningCost);
        Assert.True(summary.Centers.Count >= 3 + 5);
        Assert.Equal([0, 1, 2, 3, 4], summary.Centers.Ids[3..].ToArray().Select(id => id.Partition).Distinct());
        AssertStandsForItsRows(summary.Centers, summary.Sample);
        AssertStandsForItsRows(summary.Centers, summary.CostSample);
    }

    /// <summary>Every row is certain to be kept.</summary>
    private static PassContext KeepingAll(PassContext context) =>
        SampledPass.WithRetention(context, context.Retention with { DistanceFactor = 1, ClusterTerms = [.. context.Retention.ClusterTerms.Select(_ => 1.0)] });

    private static void AssertStandsForItsRows(RunningCenters centers, RowSample sample)
    {
        Assert.Equal(RowCount, sample.Count);
        var rows = new RunningCenters(centers.Count, FeatureCount);
        for (var j = 0; j < centers.Count; j++)
        {
            rows.Add(centers.Ids[j], 0, centers.Mean(j), 0);
        }

        for (var i = 0; i < sample.Count; i++)
        {
            Assert.True(sample.IsCertain(i));
            rows.Absorb(sample.Label(i), sample.ExpandedWeight(i), [sample.Row(i)[0], sample.Row(i)[1]], 0);
        }

        for (var j = 0; j < centers.Count; j++)
        {
            Assert.Equal(rows.Weights[j], centers.Weights[j], 1e-9 * rows.Weights[j]);
            Assert.Equal(rows.SquaredErrors[j], centers.SquaredErrors[j], 1e-6 * (1 + rows.SquaredErrors[j]));
            for (var f = 0; f < FeatureCount; f++)
            {
                Assert.Equal(rows.Mean(j)[f], centers.Mean(j)[f], 1e-9 * Math.Abs(rows.Mean(j)[f]));
            }
        }
    }
}
