using System.Text.Json;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Processes;

/// <summary>Models that workers add rows to.</summary>
public sealed class UpdatedModelsTests : IDisposable
{
    private const int Features = 16;

    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("euclidean")]
    [InlineData("cosine")]
    public async Task Update_ByWorkers_GivesTheModelAndStateOfOneProcess(string distance)
    {
        // Four partitions, and one that crosses from a file to the next.
        folder.WriteNpy("first.npy", Features, 0, 30_000);
        folder.WriteNpy("data/new/1.npy", Features, 30_000, 100_000);
        folder.WriteNpy("data/new/2.npy", Features, 130_000, 120_000);
        await KMeansProcess.RunAsync("train", "--input", folder["first.npy"], "--k", "12", "--row-budget", "0", "--distance", distance, "--output", folder["model"], "--quiet");
        string[] Arguments(params string[] more) => ["train", "--update", folder["model"], .. more];
        var one = await KMeansProcess.RunAsync(Arguments("--input", folder["data/new"], "--output", folder["one"]));

        await using var a = await Worker.StartAsync(folder["data"]);
        await using var b = await Worker.StartAsync(folder["data"]);
        var two = await KMeansProcess.RunAsync(Arguments("--input", "new", "--workers", $"{a.Url},{b.Url}", "--ledger", folder["ledger"], "--output", folder["two"]));

        Assert.Equal(MillionRows.FingerprintOf(one), MillionRows.FingerprintOf(two));
        Assert.Equal(await File.ReadAllTextAsync(folder["one/model.json"]), await File.ReadAllTextAsync(folder["two/model.json"]));
        Assert.Equal(await File.ReadAllBytesAsync(folder["one/state/coreset.bin"]), await File.ReadAllBytesAsync(folder["two/state/coreset.bin"]));
        Assert.Contains("; the model now stands for 250,000", two, StringComparison.Ordinal);
        var entries = File.ReadAllLines(folder["ledger"]).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(220_000, entries.Sum(entry => entry.GetProperty("rows").GetInt64()));
        Assert.Subset(new HashSet<string> { a.Url, b.Url }, entries.Select(entry => entry.GetProperty("instance").GetString()!).ToHashSet());
    }
}
