using System.Globalization;
using System.Text;
using System.Text.Json;
using KMeans.Description;
using KMeans.Description.Report;
using KMeans.Input;
using KMeans.Models;
using KMeans.Preparation;
using KMeans.Tests.Preparation;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Description;

/// <summary>The units of what is said about models of prepared rows, and of those that compare directions.</summary>
public sealed class DescriptionUnitsTests : IDisposable
{
    private const int Groups = 3;
    private const int FeatureCount = 4;

    // x, pay, and whether the kind is a and b: all tell the groups apart.
    private static readonly double[][] Raw = [.. Enumerable.Range(0, 300).Select(i => new[] { (1000 * (i % Groups)) + (i % 7), Math.Pow(10, 1 + (i % Groups)) * (1 + (i % 5 / 10.0)), i % Groups == 0 ? 1 : 0, i % Groups == 0 ? 0 : 1 })];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(ColumnSpread.Standard, ColumnScaling.None, "Euclidean, after the recipe's steps")]
    [InlineData(ColumnSpread.Robust, ColumnScaling.Standard, "Euclidean, after the recipe's steps and the model's scaling")]
    [InlineData(ColumnSpread.None, ColumnScaling.None, "Euclidean, after the recipe's steps")]
    public void Describe_OfPreparedRows_IsInTheRawColumnsUnits(ColumnSpread scale, ColumnScaling scaling, string distances)
    {
        var model = Train(scale, DistanceMeasure.Euclidean, scaling);
        using var input = InputSet.Match(PreparedInputFile.Wrap(InputFiles.Open([folder.File("raw.csv")], new InputFormatOptions()), model.Recipe), model.Columns, model.ColumnsAreNamed, new ColumnChoice());

        var description = Describer.Describe(model, input, MissingPolicy.Error, FeatureCount);

        Assert.Equal((distances, "in the raw columns' units, before the recipe's scaling and logarithms", true), (description.DistanceNote, description.ValueNote, description.IsScaled));
        foreach (var cluster in description.Clusters)
        {
            Assert.Equal(FeatureCount, cluster.Differences.Count);
            foreach (var row in cluster.NearestRows)
            {
                RequireNear(Raw[int.Parse(row.Place!.Split("row ")[^1], CultureInfo.InvariantCulture) - 1], row.Values);
            }

            var group = (int)Math.Round(cluster.NearestRows[0].Values[0] / 1000);
            Assert.All(cluster.Differences, difference => RequireDifference(difference, group));
        }

        Assert.Equal([0, 1, 2], description.Clusters.Select(cluster => (int)Math.Round(cluster.NearestRows[0].Values[0] / 1000)).Order());
    }

    [Fact]
    public void Profile_OfPreparedRows_IsInTheRawColumnsUnits()
    {
        var model = Train(ColumnSpread.Standard);

        var profiles = ClusterProfile.Describe(model, FeatureCount, Groups);

        var means = profiles.Select(profile => profile.Traits.ToDictionary(trait => trait.Feature)).OrderBy(traits => traits["x"].Value).ToArray();
        for (var group = 0; group < Groups; group++)
        {
            var (x, pay) = (Column(0, group), Column(1, group));
            RequireNear([x.Average(), Geometric(pay), Column(0).Average(), Geometric(Column(1))], [means[group]["x"].Value, means[group]["pay"].Value, means[group]["x"].Mean, means[group]["pay"].Mean]);
        }
    }

    [Fact]
    public void Write_OfPreparedRows_MarksLogarithms()
    {
        var description = Describer.Describe(Train(ColumnSpread.Standard), FeatureCount);

        using var json = Json(description);
        var differences = json.RootElement.GetProperty("clusters").EnumerateArray().SelectMany(cluster => cluster.GetProperty("differences").EnumerateArray()).ToArray();
        Assert.Equal(Groups * FeatureCount, differences.Length);
        Assert.All(differences, difference =>
        {
            var isLogarithm = difference.GetProperty("feature").GetString() == "pay";
            Assert.Equal(isLogarithm, difference.GetProperty("logarithm").GetBoolean());
            Assert.Equal(isLogarithm ? JsonValueKind.Null : JsonValueKind.Number, difference.GetProperty("deviation").ValueKind);
        });
        Assert.Equal("euclidean", json.RootElement.GetProperty("distance").GetString());
        var page = Page(description);
        Assert.Contains("Values are in the raw columns' units, before the recipe's scaling and logarithms. Where a feature is marked log,", page, StringComparison.Ordinal);
        Assert.Contains("Distances are Euclidean, after the recipe's steps.", page, StringComparison.Ordinal);
        Assert.Contains("""<th scope="row">pay <small>log</small></th>""", page, StringComparison.Ordinal);
        Assert.Contains("""<th scope="row">x</th>""", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_OfDirections_SaysWhatDistancesAndValuesAre()
    {
        var model = Train(ColumnSpread.Standard, DistanceMeasure.Cosine);

        var description = Describer.Describe(model, FeatureCount);

        // A row that was divided by its length has lost what the recipe could be undone of.
        Assert.NotNull(model.Recipe);
        Assert.All(description.Clusters.SelectMany(cluster => cluster.NearestRows), row => Assert.Equal(1, row.Values.Sum(value => value * value), 1e-6));
        Assert.Equal(("between rows of length 1, sqrt(2 - 2 cos)", "shares of the row's length", false), (description.DistanceNote, description.ValueNote, description.IsScaled));
        foreach (var cluster in description.Clusters)
        {
            var center = model.CentersInColumnUnits.AsSpan(cluster.Cluster * FeatureCount, FeatureCount).ToArray();
            Assert.All(cluster.Differences, difference => Assert.Equal(center[difference.Feature], difference.Value));
            Assert.All(cluster.NearestRows, row => Assert.Equal(Math.Sqrt(2 - (2 * center.Zip(row.Values, (a, b) => a * b).Sum())), row.Distance, 1e-3));
        }

        using var json = Json(description);
        Assert.Equal("cosine", json.RootElement.GetProperty("distance").GetString());
        var page = Page(description);
        Assert.Contains("Values are shares of the row's length.", page, StringComparison.Ordinal);
        Assert.Contains("Distances are between rows of length 1, sqrt(2 - 2 cos).", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Euclidean", page, StringComparison.Ordinal);
        Assert.DoesNotContain("own units", page, StringComparison.Ordinal);
    }

    private static void RequireDifference(FeatureDifference difference, int group)
    {
        var (all, own) = (Column(difference.Feature), Column(difference.Feature, group));
        var isLogarithm = difference.Feature == 1;
        var (allFeatures, ownFeatures) = isLogarithm ? (all.Select(SignedLogarithm.Of).ToArray(), own.Select(SignedLogarithm.Of).ToArray()) : (all, own);
        var deviation = Math.Sqrt(allFeatures.Average(value => Math.Pow(value - allFeatures.Average(), 2)));
        RequireNear(isLogarithm ? [Geometric(own), Geometric(all)] : [own.Average(), all.Average()], [difference.Value, difference.Mean]);
        Assert.Equal(isLogarithm, difference.IsLogarithm);
        Assert.Equal((ownFeatures.Average() - allFeatures.Average()) / deviation, difference.Standardised, 1e-4);
        if (!isLogarithm)
        {
            RequireNear([deviation], [difference.Deviation!.Value]);
        }
    }

    private static void RequireNear(double[] expected, double[] actual) => Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) <= 1e-4 + (1e-5 * Math.Abs(a)));

    private static double[] Column(int feature, int? group = null) => [.. Raw.Where((_, i) => group is null || i % Groups == group).Select(row => row[feature])];

    private static double Geometric(double[] values) => Math.Exp(values.Average(value => Math.Log(1 + value))) - 1;

    private static JsonDocument Json(ModelDescription description)
    {
        using var stream = new MemoryStream();
        DescriptionDocument.Write(stream, description, indented: false);
        return JsonDocument.Parse(stream.ToArray());
    }

    private static string Page(ModelDescription description)
    {
        using var stream = new MemoryStream();
        ReportPage.Write(stream, description, RowMap.Draw(description, 1), curve: null);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private TrainedModel Train(ColumnSpread scale, DistanceMeasure distance = DistanceMeasure.Euclidean, ColumnScaling scaling = ColumnScaling.None)
    {
        var csv = "x,pay,kind\n" + string.Concat(Raw.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row[0]},{row[1]:R},{(row[2] == 1 ? "a" : "b")}\n")));
        Prepared.Run(folder, csv, new PreparationOptions { Scale = scale, Log = ["pay"], OneHot = [("kind", null)] });
        using var input = InputSet.Create(InputFiles.Open([folder.File("out.parquet")], new InputFormatOptions()), new ColumnChoice(Distance: distance));
        return Trainer.Train(input, new TrainingOptions { ClusterCount = Groups, Scaling = scaling, MeasuresQuality = false }).Model;
    }
}
