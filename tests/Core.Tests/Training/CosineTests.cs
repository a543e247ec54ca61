using System.Globalization;
using System.Text;
using KMeans.Inference;
using KMeans.Input;
using KMeans.Models;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public sealed class CosineTests : IDisposable
{
    private const int D = 6;
    private const int K = 5;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Train_ByCosine_IsAFixedPointOfSphericalKMeans()
    {
        var rows = Directions(2000, _ => 1);
        using var input = Open(rows);
        var model = Trainer.Train(input, new TrainingOptions { ClusterCount = K, LocalLloydTolerance = 0 }).Model;
        var centers = model.CentersInColumnUnits.Chunk(D).ToArray();
        Assert.All(centers, center => Assert.Equal(1, Length(center), 1e-12));

        // In doubles, and by cosines alone: the rows of each center add up to its direction, and the msd is the mean of 2 - 2 cos.
        var sums = centers.Select(_ => new double[D]).ToArray();
        var cost = 0.0;
        foreach (var row in rows.Chunk(D).Select(Unit))
        {
            var nearest = Enumerable.Range(0, K).MaxBy(j => Dot(row, centers[j]));
            cost += 2 - (2 * Dot(row, centers[nearest]));
            for (var f = 0; f < D; f++)
            {
                sums[nearest][f] += row[f];
            }
        }

        Assert.All(sums.Zip(centers), pair => Assert.Equal(1, Dot(Unit(pair.First), pair.Second), 1e-10));
        Assert.Equal(cost / 2000, model.Cost!.Msd, cost / 2000 * 1e-5);
    }

    [Fact]
    public void Train_ByCosine_SeesDirectionsAndNotLengths()
    {
        // Powers of two change no bit of a direction.
        using var input = Open(Directions(1000, _ => 1));
        using var stretched = Open(Directions(1000, i => Math.ScaleB(1, (i % 41) - 20)));
        var options = new TrainingOptions { ClusterCount = K };
        Assert.Equal(Trainer.Train(input, options).Model.Fingerprint, Trainer.Train(stretched, options).Model.Fingerprint);
    }

    [Fact]
    public void Train_ByCosineOfAStream_CostsAboutAsMuchAsOfRows()
    {
        using var input = Open(Directions(20_000, i => 1 + (i % 7)));
        var (inRows, inStream) = (Trainer.Train(input, new TrainingOptions { ClusterCount = K }), Trainer.Train(input, new TrainingOptions { ClusterCount = K, RowBudget = 0 }));
        Assert.Equal(("rows", "stream"), (inRows.Report.Mode, inStream.Report.Mode));
        Assert.All(inStream.Model.CentersInColumnUnits.Chunk(D), center => Assert.Equal(1, Length(center), 1e-12));
        var (rows, stream) = (Trainer.Score(inRows.Model, input).Msd, Trainer.Score(inStream.Model, input).Msd);
        Assert.InRange(stream / rows, 0.99, 1.02);
        Assert.InRange(stream, inStream.Model.Cost!.Low * 0.97, inStream.Model.Cost.High * 1.03);
        Assert.Equal(
            inStream.Model.Fingerprint, Trainer.Train(input, new TrainingOptions { ClusterCount = K, RowBudget = 0, Threads = 1, Shards = 3 }).Model.Fingerprint);
    }

    [Fact]
    public void Model_ByCosine_IsRememberedAndObeyedEverywhere()
    {
        var rows = Directions(500, i => 1 + (i % 9));
        using var input = Open(rows);
        var trained = Trainer.Train(input, new TrainingOptions { ClusterCount = K });
        ModelFolder.Save(folder.File("model"), trained, overwrite: false);
        Assert.Contains("\"distance\":\"cosine\"", File.ReadAllText(folder.File("model/model.json")), StringComparison.Ordinal);
        var model = ModelFolder.Load(folder.File("model"), withState: false);
        Assert.Equal((DistanceMeasure.Cosine, trained.Model.Fingerprint), (model.Distance, model.Fingerprint));

        var labels = model.Predict([.. rows.Select(value => (float)value)], out var distances);
        var first = Unit([.. rows[..D].Select(value => (double)(float)value)]);
        var nearest = model.CentersInColumnUnits.Chunk(D).Select(center => Dot(first, center)).ToArray();
        Assert.Equal(Array.IndexOf(nearest, nearest.Max()), labels[0]);
        Assert.Equal(Math.Sqrt(2 - (2 * nearest.Max())), distances[0], 1e-6);

        using var serving = new InferenceModel(model);
        var body = string.Join('\n', rows.Chunk(D).Select(row => string.Join(',', row.Select(value => ((float)value).ToString("R", CultureInfo.InvariantCulture)))));
        using var predictions = serving.Evaluate(Encoding.ASCII.GetBytes(body), InferenceFormat.Csv);
        Assert.Equal(labels, predictions.Labels.ToArray());
        var refused = Assert.Throws<InputException>(() => serving.Evaluate("1,1,1,1,1,1\n0,0,0,0,0,0\n"u8, InferenceFormat.Csv));
        Assert.Contains("row 2: every value is 0", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OnARowOfZeros_RefusesOrSkipsIt()
    {
        var rows = Directions(100, _ => 1);
        Array.Clear(rows, 40 * D, D);
        using var input = Open(rows);
        var error = Assert.Throws<InputException>(() => Trainer.Train(input, new TrainingOptions { ClusterCount = K }));
        Assert.EndsWith("row 41: every value is 0, so the row has no direction and no cosine; leave such rows out with --missing skip.", error.Message, StringComparison.Ordinal);
        Assert.Equal((99, 1), Trainer.Train(input, new TrainingOptions { ClusterCount = K, Missing = MissingPolicy.Skip }).Report is { } report ? (report.Rows, report.SkippedRows) : default);
    }

    private static InputSet Open(double[] rows) =>
        InputSet.Create([new MemoryInputFile(rows.Select(value => (float)value).ToArray(), D)], new ColumnChoice(Distance: DistanceMeasure.Cosine));

    /// <summary>Rows around five directions, at lengths of their own.</summary>
    private static double[] Directions(int count, Func<int, double> length)
    {
        var random = new CounterRandom(3, RandomPurpose.Generation);
        return [.. Enumerable.Range(0, count * D).Select(i => length(i / D) * (float)((random.Unit(i) - 0.5) + (i % D == i / D % K ? 2 : 0)))];
    }

    private static double[] Unit(double[] row) => [.. row.Select(value => value / Length(row))];

    private static double Length(double[] row) => Math.Sqrt(Dot(row, row));

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
