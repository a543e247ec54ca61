using System.Text.Json;
using KMeans.Client.Tests.Support;

namespace KMeans.Client.Tests.Commands;

public sealed class ScoreCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Score_AsJson_HasExactlyThreeKeysThatAgree()
    {
        folder.WriteNpy("rows.npy", 300);
        RunKMeans.In(folder, "train", "--input", "rows.npy", "--k", "3", "--output", "model", "--report", "report.json");
        var ran = RunKMeans.In(folder, "score", "--model", "model", "--input", "rows.npy", "--json");
        Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
        using var score = JsonDocument.Parse(ran.Output);
        using var report = JsonDocument.Parse(File.ReadAllText(folder["report.json"]));
        Assert.Equal(["rows", "ssd", "msd"], score.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal(300, score.RootElement.GetProperty("rows").GetInt64());
        var msd = score.RootElement.GetProperty("msd").GetDouble();
        Assert.Equal(report.RootElement.GetProperty("msd").GetDouble(), msd, 1e-9);
        Assert.Equal(msd * 300, score.RootElement.GetProperty("ssd").GetDouble(), 1e-6);
    }

    [Fact]
    public void Score_OfAModelTrainedWithSkip_SkipsToo()
    {
        folder.WriteCsv("rows.csv", 30, gaps: [3, 4]);
        RunKMeans.In(folder, "train", "--input", "rows.csv", "--exclude", "id", "--k", "2", "--output", "model", "--missing", "skip");
        var ran = RunKMeans.In(folder, "score", "--model", "model", "--input", "rows.csv", "--json");
        Assert.StartsWith("{\"rows\":28,", ran.Output, StringComparison.Ordinal);
        TrainCommandTests.AssertOneLine(RunKMeans.In(folder, "score", "--model", "model", "--input", "rows.csv", "--missing", "error"), "rows.csv: line 5, column 'y'");
    }
}
