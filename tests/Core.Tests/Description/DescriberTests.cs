using KMeans.Description;
using KMeans.Input;
using KMeans.Models;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Description;

public sealed class DescriberTests
{
    private const int FeatureCount = 5;
    private const int RowCount = 6000;
    private static readonly float[] Samples = Blobs.Make(RowCount, FeatureCount, 7);
    private static readonly TrainedModel Model = Trainer.Train(Samples, FeatureCount, new TrainingOptions { ClusterCount = 7, Scaling = ColumnScaling.Standard }).Model;

    [Fact]
    public void Describe_OfAnInput_GivesWhatItsRowsGiveOneByOne()
    {
        using var input = Input(Samples);
        var description = Describer.Describe(Model, input, MissingPolicy.Error, differences: FeatureCount);
        var labels = Model.Predict(Samples, out var distances);

        Assert.True(description.IsOfInput);
        Assert.Equal(RowCount, description.Rows);
        Assert.Equal(distances.Average(distance => distance * distance), description.Msd, 1e-9);
        foreach (var cluster in description.Clusters)
        {
            var own = Enumerable.Range(0, RowCount).Where(i => labels[i] == cluster.Cluster).ToArray();
            var radii = own.Select(i => distances[i]).Order().ToArray();
            Assert.Equal(own.Length, cluster.Size);
            Assert.Equal(own.Length, cluster.Rows);
            Assert.Equal(own.Length / (double)RowCount, cluster.Share, 1e-12);
            RequireRadius(radii, cluster.Radius!.Value);
            Assert.Equal(own.OrderBy(i => distances[i]).Take(3).Select(i => $"row {i + 1}"), cluster.NearestRows.Select(row => row.Place!.Split(": ")[^1]));
            Assert.Equal(radii.Take(3), cluster.NearestRows.Select(row => row.Distance), (a, b) => Math.Abs(a - b) < 1e-12);
            RequireDifferences(cluster);
            RequireNeighbour(cluster);
        }
    }

    [Fact]
    public void Describe_OfAnyThreads_GivesTheSameBytes()
    {
        using var input = Input(Blobs.Make(200_000, FeatureCount, 7));
        Assert.True(input.Partitions.Count > 2);

        var documents = new[] { 1, 2, 5 }.Select(threads =>
        {
            using var stream = new MemoryStream();
            var description = Describer.Describe(Model, input, MissingPolicy.Error, 3, threads);
            DescriptionDocument.Write(stream, description, indented: true);
            return (Text: Convert.ToHexString(stream.ToArray()), Sample: Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(description.Sample.Rows())), description.Sample.Count);
        }).Distinct().ToArray();

        Assert.Equal(DescriptionPass.MostSampleRows, Assert.Single(documents).Count);
    }

    [Fact]
    public void Describe_OfManyBatchesAndPartitions_NamesTheRowsOfTheWholeFile()
    {
        var samples = Blobs.Make(200_000, FeatureCount, 7);
        using var input = Input(samples);
        var labels = Model.Predict(samples, out var distances);

        var description = Describer.Describe(Model, input, MissingPolicy.Error, 1);

        foreach (var cluster in description.Clusters)
        {
            var nearest = Enumerable.Range(0, labels.Length).Where(i => labels[i] == cluster.Cluster).OrderBy(i => distances[i]).Take(3);
            Assert.Equal(nearest.Select(i => $"row {i + 1}"), cluster.NearestRows.Select(row => row.Place!.Split(": ")[^1]));
        }
    }

    [Fact]
    public void Describe_WithoutAnInput_IsOfTheRowsThatTheStateKeeps()
    {
        var description = Describer.Describe(Model, differences: 2);

        // The state keeps up to 8,192 rows: here all.
        using var input = Input(Samples);
        var ofInput = Describer.Describe(Model, input, MissingPolicy.Error, differences: 2);
        Assert.False(description.IsOfInput);
        Assert.Equal(RowCount, description.Rows);
        Assert.Equal(ofInput.Clusters.Select(cluster => cluster.Radius), description.Clusters.Select(cluster => cluster.Radius));
        Assert.Equal(Model.ClusterWeights, description.Clusters.Select(cluster => cluster.Size));
        Assert.All(description.Clusters, cluster => Assert.Null(cluster.NearestRows[0].Place));
    }

    [Fact]
    public void Describe_OfAModelWithoutState_AsksForAnInput()
    {
        using var folder = new TemporaryFolder();
        ModelFolder.Save(folder.File("m"), Trainer.Train(Samples, FeatureCount, new TrainingOptions { ClusterCount = 2 }), overwrite: false);
        Directory.Delete(folder.File("m/state"), recursive: true);

        var e = Assert.Throws<InputException>(() => Describer.Describe(ModelFolder.Load(folder.File("m")), 3));

        Assert.Contains("--input", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_OfWeightsAndMissingValues_CountsThem()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("rows.csv"), "x,w\n0,1\n1,3\n,5\n10,2\n11,0\n");
        var model = Trainer.Train(new float[] { 0, 1, 10, 11 }, 1, new TrainingOptions { ClusterCount = 2, Missing = MissingPolicy.Skip }).Model;
        using var input = InputSet.Match([InputFormats.Open(folder.File("rows.csv"), new InputFormatOptions())], [new FeatureColumn("x", 1)], true, new ColumnChoice(WeightColumn: "w"));

        var description = Describer.Describe(model, input, MissingPolicy.Skip, 1);

        Assert.Equal([4.0, 2.0], description.Clusters.Select(cluster => cluster.Size).OrderDescending());
        Assert.Equal(3, description.Rows);
        Assert.Equal(1, description.SkippedRows);
        var far = description.Clusters.Single(cluster => cluster.Size == 2);
        Assert.EndsWith("rows.csv: row 4", Assert.Single(far.NearestRows).Place, StringComparison.Ordinal);
        Assert.Equal(10, far.NearestRows[0].Values[0]);
        Assert.Equal(((1 * 0) + (3 * 1) + (2 * 10)) / 6.0, far.Differences[0].Mean, 1e-6);
    }

    private static void RequireRadius(double[] radii, ClusterRadius radius)
    {
        Assert.Equal(radii.Average(), radius.Mean, 1e-9);
        foreach (var (share, value) in new[] { (0.5, radius.P50), (0.9, radius.P90), (0.99, radius.P99) })
        {
            var exact = radii[(int)Math.Ceiling(share * radii.Length) - 1];
            Assert.InRange(value, exact * (1 - 0.0005), exact * (1 + 0.0005));
        }

        Assert.Equal(radii[^1], radius.Most);
    }

    private static void RequireDifferences(ClusterDescription cluster)
    {
        Assert.Equal(FeatureCount, cluster.Differences.Count);
        Assert.Equal(cluster.Differences.Select(each => Math.Abs(each.Standardised)).OrderDescending(), cluster.Differences.Select(each => Math.Abs(each.Standardised)));
        foreach (var difference in cluster.Differences)
        {
            var column = Enumerable.Range(0, RowCount).Select(i => (double)Samples[(i * FeatureCount) + difference.Feature]).ToArray();
            var mean = column.Average();
            Assert.Equal(mean, difference.Mean, 1e-5);
            Assert.Equal(Math.Sqrt(column.Average(value => (value - mean) * (value - mean))), difference.Deviation!.Value, 1e-5);
            Assert.Equal(Model.CentersInColumnUnits[(cluster.Cluster * FeatureCount) + difference.Feature], difference.Value);
        }
    }

    private static void RequireNeighbour(ClusterDescription cluster)
    {
        double Distance(int other) => Math.Sqrt(Enumerable.Range(0, FeatureCount).Sum(f => Math.Pow(Model.Centers[(cluster.Cluster * FeatureCount) + f] - Model.Centers[(other * FeatureCount) + f], 2)));
        var nearest = Enumerable.Range(0, 7).Where(other => other != cluster.Cluster).MinBy(Distance);
        Assert.Equal(nearest, cluster.NearestCluster);
        Assert.Equal(Distance(nearest), cluster.NearestDistance!.Value, 1e-12);
    }

    private static InputSet Input(float[] samples) => InputSet.Create([new MemoryInputFile(samples, FeatureCount)], new ColumnChoice());
}
