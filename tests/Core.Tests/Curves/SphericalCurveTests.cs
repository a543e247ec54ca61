using KMeans.Curves;
using KMeans.Description;
using KMeans.Input;
using KMeans.Models;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Curves;

/// <summary>Curves of models of --distance cosine.</summary>
public class SphericalCurveTests
{
    private const int FeatureCount = 10;

    [Theory]
    [InlineData(0.7, 1)]
    [InlineData(1.5, 2)]
    public void Curve_AtEachK_IsWithinTwoPercentOfATrainingAndOfItsStatedCost(double spread, int seed)
    {
        // At 0.7 noise outweighs the directions: the means are far shorter than the rows.
        var samples = Directions.Make(20_000, FeatureCount, 10, spread, seed);
        using var input = Directions.Input(samples, FeatureCount);

        var curve = Curve.Train(input, new CurveRange(2, 14), new TrainingOptions { ClusterCount = 14, SummaryRows = SummaryRows.Parse("4000") });

        Assert.Equal(Enumerable.Range(2, 13), curve.Points.Select(point => point.K));
        foreach (var point in curve.Points)
        {
            var model = curve.ModelOf(point.K);
            Assert.All(model.CentersInColumnUnits.Chunk(FeatureCount), center => Assert.Equal(1, Math.Sqrt(center.Sum(value => value * value)), 1e-12));
            var msd = Trainer.Score(model, input).Msd;
            Assert.InRange(msd / point.Cost.Msd, 0.98, 1.02);
            Assert.True(msd <= point.Cost.Bound * (1 + 1e-6), $"k {point.K}: {msd} is above its bound {point.Cost.Bound}");
            Assert.Equal(20_000, point.ClusterWeights.Sum(), 0.1);
            if (point.K % 3 == 2)
            {
                var trained = Trainer.Score(Trainer.Train(input, new TrainingOptions { ClusterCount = point.K, MeasuresQuality = false }).Model, input).Msd;
                Assert.True(msd <= 1.02 * trained, $"k {point.K}: {msd} where a training has {trained}");
            }
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(12)]
    public void Curve_OfSeparatedDirections_HasItsElbowAtTheirNumber(int clusters)
    {
        using var input = Directions.Input(Directions.Make(10_000, FeatureCount, clusters, spread: 4), FeatureCount);

        var choice = Curve.Train(input, new CurveRange(2, 18), new TrainingOptions { ClusterCount = 18 }).Choice!;

        Assert.Equal((clusters, Sureness.Clear), (choice.K, choice.Sureness));
        Assert.Equal((clusters, clusters), (choice.BestSilhouette, choice.BestGap));
    }

    [Fact]
    public void Curve_OfDirectionsWithoutClusters_SaysThatNoneStandsOut()
    {
        var random = new Random(3);
        using var input = Directions.Input(Enumerable.Range(0, 10_000 * FeatureCount).Select(_ => (float)Blobs.Normal(random)).ToArray(), FeatureCount);

        var curve = Curve.Train(input, new CurveRange(2, 12), new TrainingOptions { ClusterCount = 12 });

        Assert.Equal(Sureness.None, curve.Choice!.Sureness);
        Assert.All(curve.Points, point => Assert.InRange(point.Gap!.Value, -0.02, 0.02));
    }

    [Fact]
    public void Curve_OfAModelOrWithOtherThreads_GivesTheSameBits()
    {
        using var input = Directions.Input(Directions.Make(20_000, FeatureCount, 6, spread: 1), FeatureCount);
        var options = new TrainingOptions { ClusterCount = 8, SummaryRows = SummaryRows.Parse("2000") };
        var expected = Curve.Train(input, new CurveRange(2, 8), options with { Threads = 1 });

        AssertEqual(expected, Curve.Train(input, new CurveRange(2, 8), options with { Threads = 3, Shards = 2 }));

        using var folder = new TemporaryFolder();
        CurveFolder.Save(folder.File("curve"), expected, 6, allModels: false, overwrite: false);
        var loaded = ModelFolder.Load(folder.File("curve"));
        Assert.Equal((DistanceMeasure.Cosine, expected.ModelOf(6).Fingerprint), (loaded.Distance, loaded.Fingerprint));
        AssertEqual(Curve.Of(loaded, new CurveRange(3, 5), threads: 1), Curve.Of(loaded, new CurveRange(3, 5), threads: 2));
    }

    [Fact]
    public void Curve_OfAllRowsInTheState_IsExactAndNoDearerThanATraining()
    {
        using var input = Directions.Input(Directions.Make(1_000, FeatureCount, 4, spread: 2), FeatureCount);

        var point = Curve.Train(input, new CurveRange(4, 4), new TrainingOptions { ClusterCount = 4 }).Points.Single();

        Assert.Equal(CostKind.Exact, point.Cost.Kind);
        var trained = Trainer.Train(input, new TrainingOptions { ClusterCount = 4 }).Model.Cost!.Msd;
        Assert.InRange(point.Cost.Msd, 0.999 * trained, 1.002 * trained);
    }

    [Fact]
    public void Describe_OfAReducedModel_KnowsItsRowsAndCost()
    {
        using var input = Directions.Input(Directions.Make(20_000, FeatureCount, 6, spread: 2), FeatureCount);
        var trained = Trainer.Train(input, new TrainingOptions { ClusterCount = 9, RowBudget = 0, SummaryRows = SummaryRows.Parse("2000"), MeasuresQuality = false }).Model;
        var model = Curve.Of(trained, new CurveRange(6, 6)).ModelOf(6);

        var (ofRows, ofState) = (Describer.Describe(model, input, MissingPolicy.Error, 3), Describer.Describe(model, 3));

        Assert.Equal(Trainer.Score(model, input).Msd, ofRows.Msd, 1e-9);
        Assert.InRange(ofState.Msd / ofRows.Msd, 0.95, 1.05);
        foreach (var (rows, state) in ofRows.Clusters.Zip(ofState.Clusters))
        {
            Assert.InRange(state.Size / rows.Size, 0.97, 1.03);
            Assert.InRange(state.Radius!.Value.P50 / rows.Radius!.Value.P50, 0.85, 1.15);
            Assert.InRange(rows.NearestDistance!.Value, 0, 2);
            Assert.All(rows.NearestRows, row => Assert.Equal(1, Math.Sqrt(row.Values.Sum(value => value * value)), 1e-6));
        }
    }

    private static void AssertEqual(CurveResult expected, CurveResult actual)
    {
        Assert.Equal(expected.Choice, actual.Choice);
        Assert.Equal(expected.Points.Count, actual.Points.Count);
        foreach (var (one, other) in expected.Points.Zip(actual.Points))
        {
            Assert.Equal((one.K, one.Cost, one.MeanDistance, one.Silhouette, one.Gap), (other.K, other.Cost, other.MeanDistance, other.Silhouette, other.Gap));
            Assert.Equal(one.Centers, other.Centers);
            Assert.Equal(one.ClusterWeights, other.ClusterWeights);
        }
    }
}
