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

    [Fact]
    public void Describe_OfAPreparedModel_ShowsTheRawColumnsUnits()
    {
        // Two groups: x is 5 or 105 on average, pay 99 or 9,999, whose logarithms' mean is that of 10 ^ 3.
        folder.Write("raw.csv", "x,pay\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{(i % 2 * 100) + (i / 2 % 3) + 4},{(i % 2 == 0 ? 99 : 9999)}\n")));
        Assert.Equal(0, RunKMeans.In(folder, "prepare", "--input", "raw.csv", "--log", "pay", "--scale", "standard", "--output", "rows.parquet", "--quiet").ExitCode);

        var trained = RunKMeans.In(folder, "train", "--input", "rows.parquet", "--k", "2", "--output", "prepared");
        var described = RunKMeans.In(folder, "describe", "--model", "prepared");

        Assert.Contains("x 105 (55)", trained.Output, StringComparison.Ordinal);
        Assert.Contains("pay 10000 (999)", trained.Output, StringComparison.Ordinal);
        Assert.Contains("distances are Euclidean, after the recipe's steps: to the center", described.Output, StringComparison.Ordinal);
        Assert.Contains("values are in the raw columns' units, before the recipe's scaling and logarithms", described.Output, StringComparison.Ordinal);
        Assert.Contains("  x 105, +1.00 deviations of 50.01 from the mean 55\n", described.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("  pay 9999, +1.00 deviations of the logarithm from the geometric mean 999\n", described.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Matches(@"near: .* \(.*pay 9999", described.Output);
    }

    [Fact]
    public void Describe_OfACosineModel_SaysThatRowsHaveLengthOne()
    {
        Assert.Equal(0, RunKMeans.In(folder, "train", "--input", "train.csv", "--exclude", "id", "--missing", "skip", "--distance", "cosine", "--k", "2", "--output", "directions").ExitCode);

        var ran = RunKMeans.In(folder, "describe", "--model", "directions");

        Assert.Contains("distances are between rows of length 1, sqrt(2 - 2 cos): to the center", ran.Output, StringComparison.Ordinal);
        Assert.Contains("values are shares of the row's length", ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Euclidean", ran.Output, StringComparison.Ordinal);
    }
}
