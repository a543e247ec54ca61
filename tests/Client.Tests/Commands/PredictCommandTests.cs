using System.Globalization;
using KMeans.Client.Tests.Support;
using KMeans.Input;

namespace KMeans.Client.Tests.Commands;

public sealed class PredictCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PredictCommandTests()
    {
        folder.WriteCsv("train.csv", 60);
        folder.WriteCsv("rows.csv", 40, gaps: 2);
        Assert.Equal(0, RunKMeans.In(folder, "train", "--input", "train.csv", "--exclude", "id", "--k", "2", "--output", "model").ExitCode);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Predict_ToCsv_KeepsOrderKeysAndRowsThatLackAValue()
    {
        var ran = Predict("out.csv", "--keep", "id,y");
        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("1 rows lack a value", ran.Error, StringComparison.Ordinal);
        var lines = File.ReadAllLines(folder["out.csv"]);
        Assert.Equal(41, lines.Length);
        Assert.Equal("id,y,closest_cluster,distance_to_cluster", lines[0]);
        Assert.StartsWith("\"key, 000\",0,", lines[1], StringComparison.Ordinal);
        Assert.Equal("\"key, 002\",,,", lines[3]);
        Assert.StartsWith("\"key, 039\",10,", lines[40], StringComparison.Ordinal);
        var labels = Enumerable.Range(0, 40).Where(i => i != 2).Select(i => lines[i + 1].Split(',')[^2]).ToArray();
        Assert.Equal(2, labels.Distinct().Count());
    }

    [Fact]
    public void Predict_ToEveryFormat_GivesTheSameResults()
    {
        Assert.Equal(0, Predict("out.csv", "--keep", "id").ExitCode);
        Assert.Equal(0, Predict("out.parquet", "--keep", "id").ExitCode);
        Assert.Equal(0, Predict("out.npy").ExitCode);
        var csv = File.ReadAllLines(folder["out.csv"]).Skip(1).Select(line => line.Split(',')[^2..].Select(Number).ToArray()).ToArray();
        var parquet = Read("out.parquet", ["closest_cluster", "distance_to_cluster"]);
        var npy = Read("out.npy", null);
        Assert.Equal(csv, parquet);
        Assert.Equal(csv, npy);

        using var file = InputFormats.Open(folder["out.parquet"], new InputFormatOptions());
        using var keys = file.OpenValues(new FileRange(0, 40), [0]);
        var column = new ValueColumn(keys.Kinds[0], 40);
        Assert.Equal((ValueKind.Text, 40), (column.Kind, keys.Read([column], 40)));
        Assert.Equal("key, 039", column.Texts[39]);
    }

    [Fact]
    public void Predict_WithOutliers_AddsAColumnAndCountsThem()
    {
        folder.Write("far.csv", "x,y\n0,0\n400,400\n,1\n");
        var ran = RunKMeans.In(folder, "predict", "--model", "model", "--input", "far.csv", "--outliers", "--output", "out.csv", "--quiet");
        Assert.Equal((0, "3 rows in out.csv, 1 outliers\n"), (ran.ExitCode, ran.Output.ReplaceLineEndings("\n")));
        var lines = File.ReadAllLines(folder["out.csv"]);
        Assert.Equal("closest_cluster,distance_to_cluster,outlier", lines[0]);
        Assert.EndsWith(",0", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",1", lines[2], StringComparison.Ordinal);
        Assert.Equal(",,", lines[3]);
    }

    [Fact]
    public void Predict_WithMean_FillsTheGap()
    {
        Assert.Equal(0, Predict("out.csv", "--missing", "mean").ExitCode);
        Assert.NotEqual(",", File.ReadAllLines(folder["out.csv"])[3]);
    }

    [Fact]
    public void Predict_WithError_NamesTheGapAndLeavesNothing()
    {
        TrainCommandTests.AssertOneLine(Predict("out.csv", "--missing", "error"), "rows.csv: line 4, column 'y'");
        Assert.Equal(["model", "rows.csv", "train.csv"], folder.Entries);
    }

    [Fact]
    public void Predict_WhenTheOutputExists_RefusesWithoutOverwrite()
    {
        folder.Write("out.csv", "mine");
        TrainCommandTests.AssertOneLine(Predict("out.csv"), "out.csv:", "--overwrite");
        Assert.Equal("mine", File.ReadAllText(folder["out.csv"]));
        Assert.Equal(0, Predict("out.csv", "--overwrite").ExitCode);
    }

    [Fact]
    public void Predict_OverManyPartitions_GivesTheSameBytesForAnyThreads()
    {
        // 9 MiB of CSV are two partitions, and two files two more.
        var text = string.Concat(Enumerable.Range(0, 200_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{i % 13},{i % 17},0123456789012345678901234567890123456\n")));
        folder.Write("a.csv", "id,x,y,filler\n" + text);
        folder.Write("b.csv", "id,x,y,filler\n" + text);
        foreach (var threads in new[] { "1", "4" })
        {
            var ran = RunKMeans.In(folder, "predict", "--model", "model", "--input", "a.csv", "b.csv", "--keep", "id", "--output", $"out{threads}.csv", "--threads", threads, "--quiet");
            Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
        }

        Assert.Equal(File.ReadAllBytes(folder["out1.csv"]), File.ReadAllBytes(folder["out4.csv"]));
        var ids = File.ReadLines(folder["out4.csv"]).Skip(1).Select(line => int.Parse(line.Split(',')[0], CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(0, 400_000).Select(i => i % 200_000), ids);
    }

    private Ran Predict(string output, params string[] more) =>
        RunKMeans.In(folder, ["predict", "--model", "model", "--input", "rows.csv", "--output", output, .. more]);

    private static double Number(string text) => text.Length == 0 ? double.NaN : double.Parse(text, CultureInfo.InvariantCulture);

    private double[][] Read(string name, IReadOnlyList<string>? columns)
    {
        using var input = InputSet.Create([InputFormats.Open(folder[name], new InputFormatOptions())], new ColumnChoice(columns));
        using var reader = input.Files[0].OpenRows(new FileRange(0, 40), new ColumnSelection(name.EndsWith("npy", StringComparison.Ordinal) ? [0, 1] : [1, 2]), ColumnTransform.Identity(2));
        var batch = new RowBatch<double>(40, 2, weighted: false);
        while (reader.Read(batch, 40) > 0)
        {
        }

        return batch.Samples.Chunk(2).ToArray();
    }
}
