using KMeans.CoreSets;
using KMeans.Curves;
using KMeans.Input;
using KMeans.Models;
using KMeans.Prediction;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public sealed class OutlierThresholdsTests : IDisposable
{
    private const int K = 3;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Thresholds_OfRowsInMemory_AreTheClustersOwnQuantiles()
    {
        var rows = Rows(3000);
        using var input = Open(rows);
        var model = Trainer.Train(input, new TrainingOptions { ClusterCount = K }).Model;
        var labels = model.Predict(rows, out var distances);
        for (var j = 0; j < K; j++)
        {
            var own = distances.Where((_, i) => labels[i] == j).Order().ToArray();
            Assert.Equal(own[(int)Math.Ceiling(own.Length * OutlierThresholds.Share) - 1], model.OutlierDistances![j], 1e-9);
        }
    }

    [Fact]
    public void Thresholds_OfAStream_AreNearThoseOfAllRows()
    {
        using var input = Open(Rows(60_000));
        var all = Trainer.Train(input, new TrainingOptions { ClusterCount = K }).Model;
        var streamed = Trainer.Train(input, new TrainingOptions { ClusterCount = K, RowBudget = 0 }).Model;
        Assert.All(all.OutlierDistances!.Order().Zip(streamed.OutlierDistances!.Order()), pair => Assert.InRange(pair.Second / pair.First, 0.85, 1.15));
        Assert.Equal(streamed.OutlierDistances, Trainer.Train(input, new TrainingOptions { ClusterCount = K, RowBudget = 0, Threads = 3, Shards = 2 }).Model.OutlierDistances);
    }

    [Fact]
    public void Thresholds_OfAModelThatWasMadeOfStates_AreNearThoseOfAllRows()
    {
        using var input = Open(Rows(60_000));
        var all = Trainer.Train(input, new TrainingOptions { ClusterCount = K }).Model;
        var streamed = Trainer.Train(input, new TrainingOptions { ClusterCount = K, RowBudget = 0 }).Model;
        using var more = Open(Rows(50_000));
        var other = Trainer.Train(more, new TrainingOptions { ClusterCount = K, RowBudget = 0 }).Model;

        foreach (var model in new[] { Curve.Of(streamed, new CurveRange(K, K)).ModelOf(K), ModelMerge.Run([("a", streamed), ("b", other)]) })
        {
            Assert.All(all.OutlierDistances!.Order().Zip(model.OutlierDistances!.Order()), pair => Assert.InRange(pair.Second / pair.First, 0.85, 1.15));
        }
    }

    [Theory]
    [InlineData("out.csv")]
    [InlineData("out.parquet")]
    [InlineData("out.npy")]
    public void Predict_WithOutliers_TellsTheRowsBeyondTheirClustersThreshold(string name)
    {
        var rows = Rows(3000);
        (rows[20], rows[21]) = (26, 20);
        rows[40] = float.NaN;
        using var input = Open(rows);
        ModelFolder.Save(folder.File("model"), Trainer.Train(input, new TrainingOptions { ClusterCount = K, Missing = MissingPolicy.Skip }), overwrite: false);
        var model = ModelFolder.Load(folder.File("model"), withState: false);
        var path = folder.File(name);
        var kept = KeptColumns.Find(input, []);
        PredictionCount count;
        using (var writer = PredictionFiles.Create(path, File.Create(path), kept.Columns, tellsOutliers: true))
        {
            count = Predictor.Run(model, input, kept, MissingPolicy.Skip, writer, tellsOutliers: true);
            writer.Finish();
        }

        using var file = InputSet.Create(InputFiles.Open([path], new InputFormatOptions()), new ColumnChoice());
        var results = Preparation.Prepared.Read(file);
        Assert.Equal(3, file.FeatureCount);
        Assert.Equal(name.EndsWith(".npy", StringComparison.Ordinal) ? "c2" : "outlier", file.FeatureNames[2]);
        Assert.Equal(1, results[10][2]);
        Assert.All(results[20], value => Assert.True(double.IsNaN(value)));
        Assert.All(results.Where(row => !double.IsNaN(row[0])), row => Assert.Equal(row[1] > model.OutlierDistances![(int)row[0]] ? 1 : 0, row[2]));
        Assert.Equal(results.Count(row => row[2] == 1), count.Outliers);
        Assert.InRange(count.Outliers, 10, 33);
    }

    [Fact]
    public void Predict_WithAModelThatKnowsNoLimits_SaysSo()
    {
        using var input = Open(Rows(30));
        var model = Trainer.Train(input, new TrainingOptions { ClusterCount = K }).Model;
        var other = new TrainedModel
        {
            ClusterCount = K,
            Columns = model.Columns,
            ColumnsAreNamed = false,
            Transform = model.Transform,
            Fill = model.Fill,
            Centers = model.Centers,
            ClusterWeights = [],
            Cost = null,
            Rows = 0,
            Seed = 0,
            Parameters = model.Parameters,
        };
        using var writer = PredictionFiles.Create("x.csv", new MemoryStream(), [], tellsOutliers: true);
        Assert.StartsWith("--outliers: ", Assert.Throws<InputException>(() => Predictor.Run(other, input, KeptColumns.Find(input, []), MissingPolicy.Skip, writer, tellsOutliers: true)).Message, StringComparison.Ordinal);
    }

    private static InputSet Open(float[] rows) => InputSet.Create([new MemoryInputFile(rows, 2)], new ColumnChoice());

    /// <summary>Three clusters of sizes 1 : 2 : 3, ten apart, of growing width.</summary>
    private static float[] Rows(int count)
    {
        var random = new CounterRandom(11, RandomPurpose.Generation);
        return [.. Enumerable.Range(0, 2 * count).Select(i =>
        {
            var cluster = (i / 2 % 6) switch { 0 => 0, < 3 => 1, _ => 2 };
            return (float)((cluster * 10) + ((random.Unit(i) + random.Unit(i + 1_000_000) - 1) * (1 + cluster)));
        })];
    }
}
