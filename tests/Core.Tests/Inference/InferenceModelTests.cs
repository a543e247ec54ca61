using System.Globalization;
using System.Text;
using KMeans.Inference;
using KMeans.Tests.Models;
using KMeans.Training;

namespace KMeans.Tests.Inference;

public class InferenceModelTests
{
    private static readonly float[] Rows = SmallModels.Rows;

    [Theory]
    [InlineData(ColumnScaling.None)]
    [InlineData(ColumnScaling.Standard)]
    [InlineData(ColumnScaling.Robust)]
    public void Evaluate_InEveryFormat_GivesTheBitsOfPredict(ColumnScaling scaling)
    {
        var trained = SmallModels.Train(options => options with { Scaling = scaling }).Model;
        var labels = trained.Predict(Rows, out var distances);
        using var model = new InferenceModel(trained);
        (int, double)[] expected = [.. labels.Zip(distances)];
        Assert.Equal(expected, model.Results(Csv(Rows), InferenceFormat.Csv));
        Assert.Equal(expected, model.Results(JsonLines(Rows), InferenceFormat.JsonLines));
        Assert.Equal(expected, model.Results($$"""{"instances":[{{string.Join(',', JsonLines(Rows).Split('\n'))}}]}""", InferenceFormat.Json));
        Assert.Equal(expected, model.Results(Records(Rows), InferenceFormat.RecordIO));
        Assert.True(distances.Distinct().Count() > 900);
    }

    [Fact]
    public void Evaluate_OfManyTiles_KeepsTheirOrder()
    {
        using var model = SmallInference.Model();
        var count = 3 * 4096;
        var body = string.Join('\n', Enumerable.Range(0, count).Select(i => i % 3 == 0 ? "3,4" : "0,0"));
        Assert.Equal(Enumerable.Range(0, count).Select(i => i % 3 == 0 ? (1, 0.0) : (0, 0.0)), model.Results(body, InferenceFormat.Csv));
        Assert.Equal($"row {count + 1}, value 2 (c1): is missing, not finite or beyond float32; send a number for every feature.", SmallInference.Refusal(body + "\n1,", InferenceFormat.Csv));
    }

    [Fact]
    public void Evaluate_OnManyThreads_AnswersEachItsOwn()
    {
        using var model = SmallInference.Model();
        Parallel.For(0, 200, i =>
        {
            (int, double)[] expected = [.. Enumerable.Range(0, 50).Select(j => (0, (double)(i + j)))];
            Assert.Equal(expected, model.Results(string.Join('\n', expected.Select(row => $"-{row.Item2},0")), InferenceFormat.Csv));
        });
    }

    [Theory]
    [InlineData(InferenceFormat.Csv)]
    [InlineData(InferenceFormat.RecordIO)]
    [InlineData(InferenceFormat.JsonLines)]
    public void Evaluate_OnceWarm_AllocatesNothingForRows(InferenceFormat format)
    {
        using var model = new InferenceModel(SmallModels.Train().Model);
        long Measure(int rows)
        {
            var part = Rows.AsSpan(0, rows * SmallModels.FeatureCount).ToArray();
            var body = format == InferenceFormat.RecordIO ? Records(part) : Encoding.UTF8.GetBytes(format == InferenceFormat.Csv ? Csv(part) : JsonLines(part));
            for (var i = 0; i < 3; i++)
            {
                model.Evaluate(body, format).Dispose();
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            model.Evaluate(body, format).Dispose();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        var least = Measure(1);
        Assert.InRange(least, 0, 1024);
        Assert.Equal(least, Measure(1000));
    }

    private static IEnumerable<string> Lines(float[] rows) => rows.Chunk(SmallModels.FeatureCount).Select(row => string.Join(',', row.Select(value => ((double)value).ToString("R", CultureInfo.InvariantCulture))));

    private static string Csv(float[] rows) => string.Join('\n', Lines(rows));

    private static string JsonLines(float[] rows) => string.Join('\n', Lines(rows).Select(line => $$"""{"features":[{{line}}]}"""));

    /// <summary>One record a row: float32 and dense.</summary>
    private static byte[] Records(float[] rows) =>
    [
        .. rows.Chunk(SmallModels.FeatureCount).SelectMany(row => (byte[])
        [
            .. SmallInference.Bytes("0a23d7ce20000000 0a1e0a0676616c7565731214 12120a10"), .. row.SelectMany(BitConverter.GetBytes),
        ]),
    ];
}
