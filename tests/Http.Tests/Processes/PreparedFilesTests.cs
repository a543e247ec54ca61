using System.IO.Compression;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Processes;

/// <summary>Workers that read prepared files, or raw ones through a recipe: of what they list the coordinator knows the recipe, and rows are divided by their length there too.</summary>
public sealed class PreparedFilesTests
{
    [Fact]
    public async Task Train_ByCosineOnPreparedRowsOfAWorker_GivesTheModelOfOneProcess()
    {
        using var folder = new Folder();
        folder.Write("raw.csv", "id,kind,x,y\n" + string.Concat(Enumerable.Range(0, 3000).Select(i => $"k{i},{"abc"[i % 3]},{(i % 3 * 5) + (i % 17) + 1},{(i % 29) + 1}\n")));
        await KMeansProcess.RunAsync("prepare", "--input", folder["raw.csv"], "--exclude", "id", "--one-hot", "kind", "--keep", "id", "--output", folder["rows.parquet"], "--quiet");
        string[] Arguments(params string[] more) => ["train", "--k", "6", "--distance", "cosine", "--row-budget", "0", .. more];
        var one = await KMeansProcess.RunAsync(Arguments("--input", folder["rows.parquet"], "--output", folder["one"]));
        await using var worker = await WorkerProcess.StartAsync(folder.Path);
        var two = await KMeansProcess.RunAsync(Arguments("--input", "rows.parquet", "--workers", worker.Url, "--output", folder["two"]));
        Assert.Equal(MillionRows.FingerprintOf(one), MillionRows.FingerprintOf(two));
        var model = await File.ReadAllTextAsync(folder["one/model.json"]);
        Assert.Equal(model, await File.ReadAllTextAsync(folder["two/model.json"]));
        Assert.Contains("\"recipe\":{\"version\":1", model, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OnRawRowsOfWorkersThroughARecipe_GivesTheModelOfOneProcess()
    {
        using var folder = new Folder();
        WriteRaw(folder, "first.csv", 0, 2_000);
        WriteRaw(folder, "data/raw/1.csv", 2_000, 30_000);
        WriteRaw(folder, "data/raw/2.csv", 32_000, 9_000);
        WriteRaw(folder, "data/later.csv", 41_000, 5_000);
        await using (var packed = new GZipStream(File.Create(folder["data/raw/3.csv.gz"]), CompressionLevel.Fastest))
        {
            await packed.WriteAsync(await File.ReadAllBytesAsync(folder["data/raw/2.csv"]));
        }

        await KMeansProcess.RunAsync(
            "prepare", "--input", folder["first.csv"], "--where", "x > 2", "--exclude", "id", "--one-hot", "kind", "--scale", "standard", "--output", folder["rows.parquet"], "--quiet");
        await using var a = await Worker.StartAsync(folder["data"]);
        await using var b = await Worker.StartAsync(folder["data"]);
        string[] workers = ["--workers", $"{a.Url},{b.Url}"];
        string[] Training(params string[] more) => ["train", "--k", "6", "--recipe", folder["rows.parquet"], "--row-budget", "0", .. more];

        var one = await KMeansProcess.RunAsync(Training("--input", folder["data/raw"], "--output", folder["one"]));
        var two = await KMeansProcess.RunAsync([.. Training("--input", "raw", "--output", folder["two"]), .. workers]);

        Assert.Equal(MillionRows.FingerprintOf(one), MillionRows.FingerprintOf(two));
        Assert.Contains("left out", two, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllTextAsync(folder["one/model.json"]), await File.ReadAllTextAsync(folder["two/model.json"]));

        // The model's own steps, without naming them again.
        var later = await KMeansProcess.RunAsync("train", "--update", folder["one"], "--input", folder["data/later.csv"], "--output", folder["three"]);
        var byWorkers = await KMeansProcess.RunAsync(["train", "--update", folder["two"], "--input", "later.csv", "--output", folder["four"], .. workers]);
        Assert.Equal(MillionRows.FingerprintOf(later), MillionRows.FingerprintOf(byWorkers));
    }

    [Fact]
    public async Task Train_OnAPartitionOfTwoWorkersRawRows_LeavesOutWhatTheRecipeDrops()
    {
        // Both files are one partition, which neither worker has whole: the coordinator reads its rows from both, and must be told which are dropped.
        using var folder = new Folder();
        await KMeansProcess.RunAsync("generate", "--rows", "3000", "--features", "3", "--clusters", "4", "--output", folder["all"], "--files", "2", "--quiet");
        var files = Directory.GetFiles(folder["all"]).Order(StringComparer.Ordinal).ToArray();
        foreach (var (file, worker) in files.Zip(["a", "b"]))
        {
            Directory.CreateDirectory(folder[worker]);
            File.Copy(file, Path.Combine(folder[worker], Path.GetFileName(file)));
        }

        await KMeansProcess.RunAsync("prepare", "--input", folder["all"], "--where", "c0 > 0", "--output", folder["rows.parquet"], "--quiet");
        string[] Training(params string[] more) => ["train", "--k", "4", "--recipe", folder["rows.parquet"], "--row-budget", "0", .. more];
        var one = await KMeansProcess.RunAsync(Training("--input", folder["all"], "--output", folder["one"]));
        await using var a = await Worker.StartAsync(folder["a"]);
        await using var b = await Worker.StartAsync(folder["b"]);

        var two = await KMeansProcess.RunAsync(Training("--input", ".", "--distribution", "sharded-by-key", "--workers", $"{a.Url},{b.Url}", "--ledger", folder["ledger"], "--output", folder["two"]));

        Assert.Equal(MillionRows.FingerprintOf(one), MillionRows.FingerprintOf(two));
        Assert.Contains("left out", two, StringComparison.Ordinal);
        Assert.Contains("\"coordinator\"", await File.ReadAllTextAsync(folder["ledger"]), StringComparison.Ordinal);
    }

    private static void WriteRaw(Folder folder, string name, int first, int rows) => folder.Write(
        name, "id,kind,x,y\n" + string.Concat(Enumerable.Range(first, rows).Select(i => $"k{i},{"abc"[i % 3]},{(i % 3 * 5) + (i % 17) + 1},{(i * 7 % 29) + 1}\n")));
}
