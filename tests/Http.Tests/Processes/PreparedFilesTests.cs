using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Processes;

/// <summary>Workers that read prepared files: of what they list the coordinator knows the recipe, and rows are divided by their length there too.</summary>
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
}
