using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Processes;

/// <summary>Workers that have files of their own: the rows are those of one folder with all files, in the order of their names.</summary>
public sealed class ShardedFilesTests : IDisposable
{
    private const int Features = 16;

    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Train_OnFilesOfThreeWorkers_GivesTheFingerprintOfOneFolder()
    {
        // Partitions have 65,536 rows: some lie within a file, some cross to the next worker's, one crosses two small files of two workers.
        (string Worker, string Name, int Rows)[] files = [("a", "1.npy", 150_000), ("b", "2.npy", 1_000), ("c", "3.npy", 2_000), ("b", "4.npy", 140_000), ("a", "5.npy", 70_000)];
        var first = 0;
        foreach (var (worker, name, rows) in files)
        {
            File.Copy(folder.WriteNpy($"all/{name}", Features, first, rows), Created($"{worker}/rows/{name}"));
            first += rows;
        }

        string[] Arguments(params string[] more) => ["train", "--k", "10", "--row-budget", "0", .. more];
        var one = await KMeansProcess.RunAsync(Arguments("--input", folder["all"], "--output", folder["one"]));

        await using var a = await WorkerProcess.StartAsync(folder["a"]);
        await using var b = await WorkerProcess.StartAsync(folder["b"]);
        await using var c = await WorkerProcess.StartAsync(folder["c"]);
        var arguments = Arguments("--input", "rows", "--distribution", "sharded-by-key", "--workers", $"{c.Url},{a.Url},{b.Url}", "--ledger", folder["ledger"], "--output", folder["three"]);
        var three = await KMeansProcess.RunAsync(arguments);
        Assert.Equal(MillionRows.FingerprintOf(one), MillionRows.FingerprintOf(three));
        var ledger = await File.ReadAllTextAsync(folder["ledger"]);
        Assert.Contains(a.Url, ledger, StringComparison.Ordinal);
        Assert.Contains(b.Url, ledger, StringComparison.Ordinal);
        Assert.Contains("\"coordinator\"", ledger, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OnCsvFilesOfTwoWorkers_GivesTheFingerprintOfOneFolder()
    {
        folder.WriteCsv("all/1.csv", 20_000);
        folder.WriteCsv("all/2.csv", 10_000);
        File.Copy(folder["all/1.csv"], Created("a/1.csv"));
        File.Copy(folder["all/2.csv"], Created("b/2.csv"));
        var one = await KMeansProcess.RunAsync("train", "--k", "4", "--input", folder["all"], "--output", folder["one"]);
        await using var a = await WorkerProcess.StartAsync(folder["a"]);
        await using var b = await WorkerProcess.StartAsync(folder["b"]);
        var two = await KMeansProcess.RunAsync("train", "--k", "4", "--input", ".", "--distribution", "sharded-by-key", "--workers", $"{a.Url},{b.Url}", "--output", folder["two"]);
        Assert.Equal(MillionRows.FingerprintOf(one), MillionRows.FingerprintOf(two));
    }

    [Fact]
    public async Task Train_WhereTwoWorkersHaveAFileOfOneName_EndsWithALineThatNamesIt()
    {
        folder.WriteCsv("a/1.csv", 100);
        folder.WriteCsv("b/1.csv", 100);
        await using var a = await WorkerProcess.StartAsync(folder["a"]);
        await using var b = await WorkerProcess.StartAsync(folder["b"]);
        await using var training = KMeansProcess.Start("train", "--k", "4", "--input", ".", "--distribution", "sharded-by-key", "--workers", $"{a.Url},{b.Url}", "--output", folder["two"]);
        Assert.Equal(2, await training.ExitAsync());
        Assert.Contains("both have a file '1.csv'", training.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_WhereAWorkerWithFilesIsAway_DoesNotTrainOnTheRest()
    {
        folder.WriteCsv("a/1.csv", 100);
        await using var a = await WorkerProcess.StartAsync(folder["a"]);
        await using var gone = await WorkerProcess.StartAsync(folder["a"]);
        await gone.Process.KillAsync();
        await using var training = KMeansProcess.Start("train", "--k", "4", "--input", ".", "--distribution", "sharded-by-key", "--workers", $"{a.Url},{gone.Url}", "--output", folder["two"]);
        Assert.Equal(2, await training.ExitAsync());
        Assert.Contains("all must be there at the start", training.Error, StringComparison.Ordinal);
    }

    private string Created(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        return folder[name];
    }
}
