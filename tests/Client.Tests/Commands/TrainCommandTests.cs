using System.Text.Json;
using KMeans.Client.Tests.Support;

namespace KMeans.Client.Tests.Commands;

public sealed class TrainCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Train_OnNpy_WritesTheModelAndKeepsTheStreamsApart()
    {
        folder.WriteNpy("rows.npy", 300);
        var ran = RunKMeans.In(folder, "train", "--input", "rows.npy", "--k", "3", "--scale", "standard", "--output", "model");
        Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
        Assert.Contains("300 rows of 2 columns", ran.Output, StringComparison.Ordinal);
        Assert.Contains("(exact)", ran.Output, StringComparison.Ordinal);
        Assert.Matches("fingerprint [0-9a-f]{64}", ran.Output);
        Assert.Equal(["model", "rows.npy"], folder.Entries);
        foreach (var name in new[] { "model.json", "centers.npy", "model.tar.gz", "state" })
        {
            Assert.True(Path.Exists(Path.Combine(folder["model"], name)), name);
        }
    }

    [Fact]
    public void Train_WithReportAndTest_WritesEveryKey()
    {
        folder.WriteCsv("rows.csv", 200);
        var ran = RunKMeans.In(folder, "train", "--input", "rows.csv", "--exclude", "id", "--k", "2", "--output", "model", "--report", "report.json", "--test", "rows.csv", "--shards", "3");
        Assert.Equal(0, ran.ExitCode);
        using var report = JsonDocument.Parse(File.ReadAllText(folder["report.json"]));
        string[] keys =
        [
            "rows", "features", "k", "seconds", "rowsPerSecond", "inputBytes", "peakRssBytes", "rowsRead", "bytesRead", "mode", "msd", "ssd", "msdKind", "msdInterval", "msdBound", "fingerprint",
            "instances", "partitions", "retries", "backend", "gflops", "testRows", "testSsd", "testMsd",
        ];
        Assert.All(keys, key => Assert.True(report.RootElement.TryGetProperty(key, out _), key));
        Assert.All(["total", "read", "sample", "initial", "train", "reduce"], key => Assert.True(report.RootElement.GetProperty("seconds").TryGetProperty(key, out _), key));
        Assert.Equal(200, report.RootElement.GetProperty("rows").GetInt64());
        Assert.Equal(3, report.RootElement.GetProperty("instances").GetInt32());
        Assert.Equal(report.RootElement.GetProperty("msd").GetDouble(), report.RootElement.GetProperty("testMsd").GetDouble(), 1e-9);
    }

    [Fact]
    public void Train_WhenTheOutputExists_RefusesAndLeavesItUntouched()
    {
        folder.WriteNpy("rows.npy", 60);
        Assert.Equal(0, RunKMeans.In(folder, "train", "--input", "rows.npy", "--k", "2", "--output", "model").ExitCode);
        var before = File.ReadAllText(Path.Combine(folder["model"], "model.json"));

        var refused = RunKMeans.In(folder, "train", "--input", "rows.npy", "--k", "3", "--output", "model");
        AssertOneLine(refused, "model:", "--overwrite");
        Assert.Equal(before, File.ReadAllText(Path.Combine(folder["model"], "model.json")));

        Assert.Equal(0, RunKMeans.In(folder, "train", "--input", "rows.npy", "--k", "3", "--output", "model", "--overwrite").ExitCode);
        Assert.NotEqual(before, File.ReadAllText(Path.Combine(folder["model"], "model.json")));
    }

    [Fact]
    public void Train_WhenTheReportExists_RefusesBeforeAnyWork()
    {
        folder.WriteNpy("rows.npy", 60);
        folder.Write("report.json", "mine");
        AssertOneLine(RunKMeans.In(folder, "train", "--input", "rows.npy", "--k", "2", "--output", "model", "--report", "report.json"), "report.json:", "--overwrite");
        Assert.Equal("mine", File.ReadAllText(folder["report.json"]));
        Assert.False(Directory.Exists(folder["model"]));
    }

    [Fact]
    public void Train_WhenTheReportCannotBeWritten_WritesNoModel()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // A folder that exists and takes no files, from root neither.
        folder.WriteNpy("rows.npy", 60);
        AssertOneLine(RunKMeans.In(folder, "train", "--input", "rows.npy", "--k", "2", "--output", "model", "--report", "/proc/report.json"), "/proc/report.json: cannot be written");
        Assert.Equal(["rows.npy"], folder.Entries);
    }

    [Fact]
    public void Train_WithMoreClustersThanRows_NamesBoth()
    {
        folder.WriteNpy("rows.npy", 5);
        AssertOneLine(RunKMeans.In(folder, "train", "--input", "rows.npy", "--k", "6", "--output", "model"), "--k 6", "5 rows");
        Assert.Equal(["rows.npy"], folder.Entries);
    }

    [Fact]
    public void Train_WithAMissingValue_NamesFileLineAndColumn()
    {
        folder.WriteCsv("rows.csv", 30, gaps: 11);
        AssertOneLine(RunKMeans.In(folder, "train", "--input", "rows.csv", "--exclude", "id", "--k", "2", "--output", "model"), "rows.csv: line 13, column 'y'", "--missing");
        Assert.Equal(["rows.csv"], folder.Entries);
    }

    [Fact]
    public void Train_WithSkip_SaysHowManyRowsWereLeftOut()
    {
        folder.WriteCsv("rows.csv", 30, gaps: 11);
        var ran = RunKMeans.In(folder, "train", "--input", "rows.csv", "--exclude", "id", "--k", "2", "--output", "model", "--missing", "skip");
        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("29 rows of 2 columns, 1 left out", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithManyClusters_ListsTwentyAndSaysWhereTheRestIs()
    {
        folder.WriteNpy("rows.npy", 300);
        var ran = RunKMeans.In(folder, "train", "--input", "rows.npy", "--k", "25", "--output", "model", "--quiet");
        Assert.Contains("... and 5 more: see " + Path.Combine("model", "model.json"), ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OnAnEmptyFolder_NamesIt()
    {
        Directory.CreateDirectory(folder["empty"]);
        AssertOneLine(RunKMeans.In(folder, "train", "--input", "empty", "--k", "2", "--output", "model"), "empty:");
    }

    internal static void AssertOneLine(Ran ran, params string[] parts)
    {
        Assert.Equal((2, ""), (ran.ExitCode, ran.Output));
        Assert.Single(ran.Error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("kmeans: ", ran.Error, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, ran.Error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--epochs")]
    [InlineData("--mini-batch-size")]
    [InlineData("--extra-center-factor")]
    [InlineData("--init-method")]
    [InlineData("--half-life-time-size")]
    [InlineData("--local-lloyd-init-method")]
    [InlineData("--local-lloyd-max-iter")]
    [InlineData("--local-lloyd-num-trials")]
    [InlineData("--local-lloyd-tol")]
    [InlineData("--summary-rows")]
    [InlineData("--memory-limit")]
    [InlineData("--backend")]
    [InlineData("--format")]
    [InlineData("--header")]
    [InlineData("--delimiter")]
    public void Train_WithAnOptionSetToAuto_IsTheSameAsWithoutIt(string option)
    {
        using var folder = new TemporaryFolder();
        folder.WriteCsv("data.csv", 60);
        Ran Train(string output, params string[] more) => RunKMeans.In(folder, ["train", "--input", "data.csv", "--exclude", "id", "--k", "3", "--output", output, "--quiet", .. more]);

        Assert.Equal(0, Train("without").ExitCode);
        var ran = Train("with", option, "auto");

        Assert.True(ran.ExitCode == 0, ran.Error);
        Assert.Equal(File.ReadAllText(folder["without/model.json"]), File.ReadAllText(folder["with/model.json"]));
    }

    [Fact]
    public void Train_WithStrictDefaults_IsTheTrainingWithTheReferencesParameters()
    {
        using var folder = new TemporaryFolder();
        folder.WriteCsv("data.csv", 60);
        Ran Train(string output, params string[] more) => RunKMeans.In(folder, ["train", "--input", "data.csv", "--exclude", "id", "--k", "3", "--epochs", "2", "--output", output, "--quiet", .. more]);

        Assert.Equal(0, Train("strict", "--strict-defaults").ExitCode);
        Assert.Equal(
            0,
            Train(
                "explicit", "--mini-batch-size", "5000", "--extra-center-factor", "10", "--init-method", "random", "--local-lloyd-init-method", "kmeans++", "--local-lloyd-max-iter", "300",
                "--local-lloyd-num-trials", "10", "--local-lloyd-tol", "0.0001").ExitCode);
        Assert.Equal(0, Train("auto").ExitCode);

        Assert.Equal(File.ReadAllText(folder["explicit/model.json"]), File.ReadAllText(folder["strict/model.json"]));
        Assert.NotEqual(File.ReadAllText(folder["auto/model.json"]), File.ReadAllText(folder["strict/model.json"]));
    }
}
