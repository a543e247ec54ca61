using System.Text.Json;
using KMeans.Client.Tests.Support;

namespace KMeans.Client.Tests.Commands;

public sealed class DescribeCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public DescribeCommandTests()
    {
        folder.WriteCsv("train.csv", 60, gaps: 2);
        Assert.Equal(0, RunKMeans.In(folder, "train", "--input", "train.csv", "--exclude", "id", "--missing", "skip", "--k", "2", "--output", "model").ExitCode);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Describe_OfAnInput_PrintsClustersAndTheirRowsAndWritesAPage()
    {
        var ran = RunKMeans.In(folder, "describe", "--model", "model", "--input", "train.csv", "--report", "page.html");

        Assert.Equal(0, ran.ExitCode);
        Assert.StartsWith("2 clusters of 2 features; 59 rows of the input, 1 left out; msd ", ran.Output, StringComparison.Ordinal);
        Assert.Matches(@"near: train\.csv: row \d+ at ", ran.Output);
        Assert.EndsWith("report in page.html\n", ran.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("<h1>2 clusters of 59 rows</h1>", File.ReadAllText(folder["page.html"]), StringComparison.Ordinal);
        Assert.Equal(2, RunKMeans.In(folder, "describe", "--model", "model", "--report", "page.html").ExitCode);
    }

    [Fact]
    public void Describe_WithoutAnInput_SaysThatItsRowsAreTheStates()
    {
        var text = RunKMeans.In(folder, "describe", "--model", "model");
        var json = RunKMeans.In(folder, "describe", "--model", "model", "--json", "--differences", "1");

        Assert.Contains("59 rows of the state, drawn uniformly from 59", text.Output, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal("state", document.RootElement.GetProperty("rowsFrom").GetString());
        Assert.All(document.RootElement.GetProperty("clusters").EnumerateArray(), cluster => Assert.Equal(1, cluster.GetProperty("differences").GetArrayLength()));

        Directory.Delete(folder["model/state"], recursive: true);
        var bare = RunKMeans.In(folder, "describe", "--model", "model");
        Assert.Equal(2, bare.ExitCode);
        Assert.Contains("give --input", bare.Error, StringComparison.Ordinal);
    }
}
