using System.Text.Json;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Processes;

/// <summary>A million generated rows in three files, and what one process makes of them; made once for all tests.</summary>
public sealed class MillionRows : IAsyncLifetime, IDisposable
{
    private readonly Folder folder = new();

    /// <summary>The folder that workers may read.</summary>
    public string Root => folder["data"];

    /// <summary>The fingerprint of a training in one process.</summary>
    public string Fingerprint { get; private set; } = "";

    /// <summary>Another, whose pass takes several seconds because it updates its centers every few rows.</summary>
    public string SlowFingerprint { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Root);
        await KMeansProcess.RunAsync("generate", "--rows", "1000000", "--features", "8", "--clusters", "20", "--output", folder["data/rows"], "--files", "3");
        Fingerprint = FingerprintOf(await KMeansProcess.RunAsync(Arguments(false, folder["data/rows"], folder["one"])));
        SlowFingerprint = FingerprintOf(await KMeansProcess.RunAsync(Arguments(true, folder["data/rows"], folder["two"])));
    }

    /// <summary>The arguments of a training.</summary>
    public static string[] Arguments(bool slow, string input, string output, params string[] more) =>
        ["train", "--input", input, "--k", "50", "--row-budget", "0", "--output", output, .. slow ? ["--mini-batch-size", "8"] : Array.Empty<string>(), .. more];

    /// <summary>The line that says it.</summary>
    public static string FingerprintOf(string output) => output.Split('\n').Single(line => line.StartsWith("fingerprint ", StringComparison.Ordinal));

    /// <summary>A new name for an output.</summary>
    public string NewPath() => folder[Guid.NewGuid().ToString("n")];

    /// <summary>Checks a ledger: a million rows, every partition once.</summary>
    /// <returns>The instances' names.</returns>
    public static HashSet<string> Instances(string ledger)
    {
        var entries = File.ReadAllLines(ledger).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Enumerable.Range(0, entries.Count), entries.Select(entry => entry.GetProperty("partition").GetInt32()));
        Assert.Equal(1_000_000, entries.Sum(entry => entry.GetProperty("rows").GetInt64()));
        return [.. entries.Select(entry => entry.GetProperty("instance").GetString()!)];
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => folder.Dispose();
}
