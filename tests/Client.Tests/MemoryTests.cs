using System.Text.Json;
using KMeans.Client.Tests.Support;

namespace KMeans.Client.Tests;

/// <summary>Memory does not grow with the rows where they are streamed.</summary>
public class MemoryTests
{
    [Fact]
    public void Train_OnFiveTimesTheRows_TakesNoMoreMemoryAndReadsEachRowOnce()
    {
        using var folder = new TemporaryFolder();
        var small = Train(folder, "small.parquet", 2_000_000);
        var large = Train(folder, "large.parquet", 10_000_000);

        Assert.True(large.Peak < 400L << 20, $"{large.Peak >> 20} MiB");
        Assert.True(large.Peak < 1.1 * small.Peak, $"{large.Peak >> 20} MiB against {small.Peak >> 20} MiB");
        Assert.Equal(2_000_000 + 5_000, small.RowsRead);
        Assert.Equal(10_000_000 + 5_000, large.RowsRead);

        // The random batch is read from the middle of pages, so that bytes show one pass as well.
        Assert.True(large.BytesRead < 1.1 * large.InputBytes, $"{large.BytesRead} of {large.InputBytes} bytes");
    }

    private static (long Peak, long RowsRead, long BytesRead, long InputBytes) Train(TemporaryFolder folder, string name, int rows)
    {
        Assert.Equal(0, RunKMeans.In(folder, "generate", "--rows", $"{rows}", "--features", "16", "--clusters", "20", "--output", name).ExitCode);
        var report = folder[name + ".json"];
        var ran = RunKMeans.In(folder, "train", "--input", name, "--k", "20", "--row-budget", "0", "--threads", "1", "--output", name + ".model", "--report", report, "--quiet");
        Assert.True(ran.ExitCode == 0, ran.Error);
        File.Delete(folder[name]);
        using var json = JsonDocument.Parse(File.ReadAllText(report));
        long Value(string key) => json.RootElement.GetProperty(key).GetInt64();
        return (Value("peakRssBytes"), Value("rowsRead"), Value("bytesRead"), Value("inputBytes"));
    }
}
