using KMeans.Curves;
using KMeans.Input;
using KMeans.Models;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Curves;

public class CurveTests
{
    private const int FeatureCount = 8;

    [Theory]
    [InlineData(5, 1)]
    [InlineData(5, 2)]
    [InlineData(5, 3)]
    [InlineData(12, 1)]
    [InlineData(12, 2)]
    [InlineData(12, 3)]
    [InlineData(30, 1)]
    [InlineData(30, 2)]
    [InlineData(30, 3)]
    public void Curve_OfSeparatedClusters_HasItsElbowAtTheirNumber(int clusters, int seed)
    {
        using var input = Input(Blobs.Make(20_000, FeatureCount, clusters, spread: 4, seed: seed));

        var curve = Curve.Train(input, new CurveRange(2, 40), new TrainingOptions { ClusterCount = 40, Seed = seed });

        Assert.Equal((clusters, Sureness.Clear), (curve.Choice!.K, curve.Choice.Sureness));
        Assert.Equal(clusters, curve.Choice.MeanDistanceElbow);
        Assert.InRange(curve.Choice.Agreement, 0.9, 1);
    }

    [Fact]
    public void Curve_OfRowsWithoutClusters_SaysThatNoneStandsOut()
    {
        var random = new Random(3);
        using var input = Input([.. Enumerable.Range(0, 20_000 * FeatureCount).Select(_ => (float)Blobs.Normal(random))]);

        var curve = Curve.Train(input, new CurveRange(2, 20), new TrainingOptions { ClusterCount = 20 });

        Assert.Equal(Sureness.None, curve.Choice!.Sureness);
        Assert.InRange(curve.Points.Max(point => point.Silhouette!.Value), 0, 0.25);
    }

    [Fact]
    public void Curve_AtEachK_IsWithinTwoPercentOfATrainingAndOfItsStatedCost()
    {
        var samples = Blobs.Make(40_000, FeatureCount, 20, spread: 1.5);
        using var input = Input(samples);

        var curve = Curve.Train(input, new CurveRange(2, 24), new TrainingOptions { ClusterCount = 24, SummaryRows = SummaryRows.Parse("6000") });

        Assert.Equal(Enumerable.Range(2, 23), curve.Points.Select(point => point.K));
        Assert.Equal(40_000 + 5_000, curve.Report!.RowsRead);
        foreach (var point in curve.Points)
        {
            var msd = Msd(curve.ModelOf(point.K), samples);
            Assert.InRange(msd / point.Cost.Msd, 0.98, 1.02);
            Assert.True(msd <= point.Cost.Bound * (1 + 1e-6), $"k {point.K}: {msd} is above its bound {point.Cost.Bound}");
            Assert.Equal(40_000, point.ClusterWeights.Sum(), 0.1);
            if (point.K % 4 == 0)
            {
                Assert.InRange(msd / Msd(Trainer.Train(samples, FeatureCount, new TrainingOptions { ClusterCount = point.K }).Model, samples), 0, 1.02);
            }
        }
    }

    [Fact]
    public void Curve_OfAModelOrWithOtherThreads_GivesTheSameBits()
    {
        var samples = Blobs.Make(30_000, FeatureCount, 10, spread: 2);
        using var input = Input(samples);
        var options = new TrainingOptions { ClusterCount = 15, SummaryRows = SummaryRows.Parse("3000") };
        var expected = Curve.Train(input, new CurveRange(2, 15), options with { Threads = 1 });

        AssertEqual(expected, Curve.Train(input, new CurveRange(2, 15), options with { Threads = 3, Shards = 2 }));

        using var folder = new TemporaryFolder();
        CurveFolder.Save(folder.File("curve"), expected, 10, allModels: true, overwrite: false);
        var loaded = ModelFolder.Load(folder.File("curve"));
        Assert.Equal((10, expected.ModelOf(10).Fingerprint), (loaded.ClusterCount, loaded.Fingerprint));
        Assert.Equal(expected.ModelOf(7).CentersInColumnUnits.Select(value => (float)value), ModelFolder.Load(folder.File("curve/k/7")).CentersInColumnUnits.Select(value => (float)value));
        AssertEqual(Curve.Of(loaded, new CurveRange(3, 6), threads: 1), Curve.Of(loaded, new CurveRange(3, 6), threads: 2));
    }

    [Fact]
    public void Curve_OfAllRowsInTheState_IsExact()
    {
        var samples = Blobs.Make(1_000, FeatureCount, 4);
        using var input = Input(samples);

        var point = Curve.Train(input, new CurveRange(4, 4), new TrainingOptions { ClusterCount = 4 }).Points.Single();

        Assert.Equal(CostKind.Exact, point.Cost.Kind);
        Assert.Equal(Trainer.Train(samples, FeatureCount, new TrainingOptions { ClusterCount = 4 }).Model.Cost!.Msd, point.Cost.Msd, 1e-6);
    }

    [Fact]
    public void Curve_OfAModelThatForgets_StillCountsAllRows()
    {
        var samples = Blobs.Make(20_000, FeatureCount, 6);
        var model = Trainer.Train(samples, FeatureCount, new TrainingOptions { ClusterCount = 6, RowBudget = 0, HalfLifeTimeSize = 5_000, SummaryRows = SummaryRows.Parse("2000") }).Model;

        var point = Curve.Of(model, new CurveRange(6, 6)).Points.Single();

        Assert.Null(point.Cost.Bound);
        Assert.Equal(20_000, point.ClusterWeights.Sum(), 0.1);
        Assert.InRange(Msd(Curve.Of(model, new CurveRange(6, 6)).ModelOf(6), samples) / Msd(model, samples), 0.95, 1.05);
    }

    [Fact]
    public void Curve_OfMoreThanTheStateSupports_IsRefused()
    {
        var model = Trainer.Train(Blobs.Make(20_000, FeatureCount, 6), FeatureCount, new TrainingOptions { ClusterCount = 6, RowBudget = 0, SummaryRows = SummaryRows.Parse("2000") }).Model;

        Assert.Contains("supports k up to ", Assert.Throws<InputException>(() => Curve.Of(model, new CurveRange(2, 900))).Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => Curve.Of(model, new CurveRange(0, 3)));
        Assert.Throws<InputException>(() => Curve.Of(model, new CurveRange(5, 3)));
    }

    [Fact]
    public void Curve_OfFewDifferentRows_EndsThere()
    {
        using var input = InputSet.Create([new MemoryInputFile(Enumerable.Range(0, 300).Select(i => (float)(i % 3)).ToArray(), 1)], new ColumnChoice());

        var curve = Curve.Train(input, new CurveRange(2, 8), new TrainingOptions { ClusterCount = 8 });

        Assert.Equal(0, curve.Points.Single(point => point.K == 3).Cost.Msd);
        Assert.Equal(3, curve.Choice!.K);
    }

    private static void AssertEqual(CurveResult expected, CurveResult actual)
    {
        Assert.Equal(expected.Choice, actual.Choice);
        Assert.Equal(expected.Points.Count, actual.Points.Count);
        foreach (var (one, other) in expected.Points.Zip(actual.Points))
        {
            Assert.Equal((one.K, one.Cost, one.MeanDistance, one.Silhouette, one.Gap, one.GapError), (other.K, other.Cost, other.MeanDistance, other.Silhouette, other.Gap, other.GapError));
            Assert.Equal(one.Centers, other.Centers);
            Assert.Equal(one.ClusterWeights, other.ClusterWeights);
        }
    }

    private static InputSet Input(float[] samples) => InputSet.Create([new MemoryInputFile(samples, FeatureCount)], new ColumnChoice());

    private static double Msd(TrainedModel model, float[] samples)
    {
        model.Predict(samples, out var distances);
        return distances.Average(distance => distance * distance);
    }
}
