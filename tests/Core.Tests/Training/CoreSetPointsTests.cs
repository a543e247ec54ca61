using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class CoreSetPointsTests
{
    private const int FeatureCount = 3;
    private const int CellCount = 8;
    private const int RowCount = 8_000;

    [Theory]
    [InlineData(RowCount)]
    [InlineData(2_000)]
    [InlineData(300)]
    public void Make_FromTheRowsThatWereKept_GivesEveryCellItsExactWeightAndMean(int limit)
    {
        var (cells, sample) = Make(limit, _ => true);
        var points = CoreSetPoints.Make(cells, sample);

        Assert.Equal(limit, points.Count);
        AssertAgrees(cells, sample, points, []);
    }

    [Fact]
    public void Make_FromAThinnedSample_GivesEveryCellItsExactWeightAndMean()
    {
        var (cells, sample) = Make(2_000, _ => true);
        sample = sample.Thin(250);
        var points = CoreSetPoints.Make(cells, sample);

        Assert.Equal(250, points.Count);
        AssertAgrees(cells, sample, points, []);
    }

    [Fact]
    public void Make_OfRowsThatWereCertain_LeavesThemWhereTheyAreWithTheirOwnWeights()
    {
        var (cells, sample) = Make(1_000, _ => true);
        var points = CoreSetPoints.Make(cells, sample);

        var certain = Enumerable.Range(0, sample.Count).Where(sample.IsCertain).ToArray();
        Assert.InRange(certain.Length, 50, 950);
        Assert.All(certain, i =>
        {
            Assert.Equal(sample.Row(i).ToArray(), points.Samples.AsSpan(i * FeatureCount, FeatureCount).ToArray());
            Assert.Equal(sample.Weight(i), points.SampleWeights![i]);
        });
        Assert.Contains(Enumerable.Range(0, sample.Count).Except(certain), i => !sample.Row(i).SequenceEqual(points.Samples.AsSpan(i * FeatureCount, FeatureCount)));
    }

    [Fact]
    public void Make_WhereNothingOfACellWasKept_AddsOnePointAtItsMean()
    {
        var (cells, sample) = Make(1_000, row => row % CellCount is not (2 or 5));
        var points = CoreSetPoints.Make(cells, sample);

        Assert.Equal(1_002, points.Count);
        AssertAgrees(cells, sample, points, [2, 5]);
    }

    [Fact]
    public void Make_WhereOnlyTheCertainRowsOfACellWereKept_AddsOnePointAtTheMeanOfTheRest()
    {
        var cells = new RunningCenters(2, 1);
        cells.Add(new CenterId(-1, 0), 10, [5], 0);
        cells.Add(new CenterId(-1, 1), 0, [77], 0);
        var sample = new RowSample(1, 10, 1);
        sample.Offer(3, 0.5, 1, 2, 0, [9]);
        sample.Seal();

        var points = CoreSetPoints.Make(cells, sample);

        // 10 x 5 - 2 x 9 = 8 x 4; the cell without rows has no point.
        Assert.Equal([9, 4], points.Samples);
        Assert.Equal([2, 8], points.SampleWeights!);
    }

    [Fact]
    public void Make_WhereAllRowsOfACellWereCertain_AddsNothing()
    {
        var cells = new RunningCenters(1, 1);
        cells.Add(new CenterId(-1, 0), 3, [0.2], 0);
        var sample = new RowSample(1, 10, 1);
        sample.Offer(0, 0.5, 1, 1, 0, [0.1f]);
        sample.Offer(1, 0.5, 1, 2, 0, [0.25f]);
        sample.Seal();

        Assert.Equal([0.1f, 0.25f], CoreSetPoints.Make(cells, sample).Samples);
    }

    /// <summary>Cells of weighted rows, far apart, and the rows that a sample keeps of some of them.</summary>
    private static (RunningCenters Cells, RowSample Sample) Make(int limit, Func<int, bool> offered)
    {
        var random = new Random(17);
        var keyed = new CounterRandom(3, RandomPurpose.KeptRows);
        var cells = new RunningCenters(CellCount, FeatureCount);
        for (var j = 0; j < CellCount; j++)
        {
            cells.Add(new CenterId(-1, j), 0, new double[FeatureCount], 0);
        }

        var sample = new RowSample(FeatureCount, limit, 1e6);
        for (var i = 0; i < RowCount; i++)
        {
            var row = Enumerable.Range(0, FeatureCount).Select(f => (float)((100 * (i % CellCount)) + Math.Exp(Blobs.Normal(random)))).ToArray();
            var weight = 0.5 + (1.5 * random.NextDouble());
            cells.Absorb(i % CellCount, weight, row.Select(x => (double)x).ToArray(), 0);
            if (offered(i))
            {
                sample.Offer(i, keyed.Unit(i), Math.Exp(2 * Blobs.Normal(random)), weight, i % CellCount, row);
            }
        }

        sample.Seal();
        return (cells, sample);
    }

    private static void AssertAgrees(RunningCenters cells, RowSample sample, RowBlock points, int[] alone)
    {
        var sums = new RunningCenters(CellCount, FeatureCount);
        for (var j = 0; j < CellCount; j++)
        {
            sums.Add(cells.Ids[j], 0, new double[FeatureCount], 0);
        }

        for (var i = 0; i < points.Count; i++)
        {
            var cell = i < sample.Count ? sample.Label(i) : alone[i - sample.Count];
            Assert.True(points.SampleWeights![i] > 0);
            sums.Absorb(cell, points.SampleWeights[i], Enumerable.Range(0, FeatureCount).Select(f => (double)points.Samples[(i * FeatureCount) + f]).ToArray(), 0);
        }

        for (var j = 0; j < CellCount; j++)
        {
            Assert.Equal(cells.Weights[j], sums.Weights[j], 1e-6 * cells.Weights[j]);
            for (var f = 0; f < FeatureCount; f++)
            {
                Assert.Equal(cells.Mean(j)[f], sums.Mean(j)[f], 1e-6 * Math.Abs(cells.Mean(j)[f]));
            }
        }
    }
}
