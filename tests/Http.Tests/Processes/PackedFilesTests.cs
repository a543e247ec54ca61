using System.Globalization;
using System.IO.Compression;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Processes;

/// <summary>Files that can only be read from their start, each of which is one partition.</summary>
public sealed class PackedFilesTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("0")]
    [InlineData("67108864")]
    public async Task Train_OnGzipCsvOfWorkers_GivesTheFingerprintOfOneProcess(string rowBudget)
    {
        Pack("data/1.csv.gz", 30_000);
        Pack("data/2.csv.gz", 10_000);
        Pack("data/3.csv.gz", 70_000);
        var one = await KMeansProcess.RunAsync(Arguments(rowBudget, folder["data"], "one"));
        await using var a = await WorkerProcess.StartAsync(folder["data"]);
        await using var b = await WorkerProcess.StartAsync(folder["data"]);
        var two = await KMeansProcess.RunAsync([.. Arguments(rowBudget, ".", "two"), "--workers", $"{a.Url},{b.Url}"]);
        Assert.Equal(MillionRows.FingerprintOf(one), MillionRows.FingerprintOf(two));
    }

    [Fact]
    public async Task Train_OnGzipCsvThatWorkersHaveOfTheirOwn_GivesTheFingerprintOfOneFolder()
    {
        Pack("all/1.csv.gz", 30_000);
        Pack("all/2.csv.gz", 20_000);
        Directory.CreateDirectory(folder["a"]);
        Directory.CreateDirectory(folder["b"]);
        File.Copy(folder["all/1.csv.gz"], folder["a/1.csv.gz"]);
        File.Copy(folder["all/2.csv.gz"], folder["b/2.csv.gz"]);
        var one = await KMeansProcess.RunAsync(Arguments("0", folder["all"], "one"));
        await using var a = await WorkerProcess.StartAsync(folder["a"]);
        await using var b = await WorkerProcess.StartAsync(folder["b"]);
        var two = await KMeansProcess.RunAsync([.. Arguments("0", ".", "two"), "--distribution", "sharded-by-key", "--workers", $"{a.Url},{b.Url}"]);
        Assert.Equal(MillionRows.FingerprintOf(one), MillionRows.FingerprintOf(two));
    }

    private string[] Arguments(string rowBudget, string input, string output) => ["train", "--input", input, "--k", "4", "--row-budget", rowBudget, "--output", folder[output]];

    /// <summary>Writes rows that do not pack well: how many there are is estimated from how much of the file the first ones take.</summary>
    private void Pack(string name, int rows)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        using var text = new StreamWriter(new GZipStream(File.Create(folder[name]), CompressionLevel.Fastest));
        var random = new Random(rows);
        text.WriteLine("x,y");
        for (var i = 0; i < rows; i++)
        {
            text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(i % 4 * 10) + random.NextSingle()},{random.NextSingle()}"));
        }
    }
}
