using System.Text.Json;
using KMeans.Client.Tests.Support;

namespace KMeans.Client.Tests.Commands;

public sealed class InspectCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Inspect_OnCsv_ShowsSchemaRangesAndMissingValues()
    {
        folder.WriteCsv("rows.csv", 30, gaps: [3, 4]);
        var ran = RunKMeans.In(folder, "inspect", "--input", "rows.csv", "--json");
        Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
        using var document = JsonDocument.Parse(ran.Output);
        var root = document.RootElement;
        Assert.Equal((30, 30, 1), (root.GetProperty("rows").GetInt64(), root.GetProperty("rowsRead").GetInt64(), root.GetProperty("partitions").GetInt32()));
        var columns = root.GetProperty("columns").EnumerateArray().ToArray();
        Assert.Equal(["id", "x", "y"], columns.Select(column => column.GetProperty("name").GetString()));
        Assert.False(columns[0].GetProperty("numeric").GetBoolean());
        Assert.Equal("is text", columns[0].GetProperty("obstacle").GetString());
        Assert.Equal((0, 14, 7), (columns[1].GetProperty("min").GetDouble(), columns[1].GetProperty("max").GetDouble(), columns[1].GetProperty("mean").GetDouble()));
        Assert.Equal(2, columns[2].GetProperty("missing").GetInt64());
    }

    [Theory]
    [InlineData("auto", 2, "c0")]
    [InlineData("no", 2, "c0")]
    [InlineData("yes", 1, "1")]
    public void Inspect_WithHeader_TakesTheFirstLineAsSaid(string header, int rows, string firstColumn)
    {
        folder.Write("rows.csv", "1,2\n3,4\n");
        var ran = RunKMeans.In(folder, "inspect", "--input", "rows.csv", "--json", "--header", header);
        Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
        using var document = JsonDocument.Parse(ran.Output);
        Assert.Equal(rows, document.RootElement.GetProperty("rows").GetInt64());
        Assert.Equal(firstColumn, document.RootElement.GetProperty("columns")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void Inspect_WithSample_ReadsTheFirstRowsOnly()
    {
        folder.WriteCsv("rows.csv", 30);
        var ran = RunKMeans.In(folder, "inspect", "--input", "rows.csv", "--sample", "10");
        Assert.Contains("the first 10 rows", ran.Output, StringComparison.Ordinal);
        Assert.Contains("rows not counted", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_InAPipe_IsPlainAndNotCut()
    {
        var name = new string('n', 300);
        folder.Write("rows.csv", $"{name},b\n1,2\n3,4\n");
        var ran = RunKMeans.In(folder, "inspect", "--input", "rows.csv");
        Assert.Contains(name, ran.Output, StringComparison.Ordinal);
        Assert.All(ran.Output, c => Assert.InRange(c, '\n', '~'));
    }
}
