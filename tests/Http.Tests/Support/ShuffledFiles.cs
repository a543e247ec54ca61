using System.Text.Json.Nodes;
using KMeans.Input;

namespace KMeans.Http.Tests.Support;

/// <summary>A channel with a ShuffleConfig.</summary>
internal static class ShuffledFiles
{
    private const int Seed = 11;

    /// <summary>Trains on shuffled files: their rows are those of the same files under names that are in the shuffled order.</summary>
    public static async Task AssertOrderAsync(Service service, Folder folder)
    {
        string[] names = [.. Enumerable.Range(0, 6).Select(i => $"part-{i}.csv")];
        foreach (var (name, i) in FileOrder.Shuffle(names, Seed).Select((name, i) => (name, i)))
        {
            var rows = string.Concat(Enumerable.Range(0, 500).Select(row => $"{(row % 5 * 10) + i},{row % 7}\n"));
            folder.Write($"data/given/{name}", rows);
            folder.Write($"data/renamed/{i}.csv", rows);
        }

        var shuffled = Service.Training(folder, "shuffled", k: 5, $"file://{folder["data/given"]}");
        shuffled["InputDataConfig"]![0]!["ShuffleConfig"] = new JsonObject { ["Seed"] = Seed };
        var renamed = Fingerprint(await service.ReportAsync(Service.Training(folder, "renamed", k: 5, $"file://{folder["data/renamed"]}")));
        var inOrder = Fingerprint(await service.ReportAsync(Service.Training(folder, "in-order", k: 5, $"file://{folder["data/given"]}")));

        Assert.Equal(renamed, Fingerprint(await service.ReportAsync(shuffled)));
        Assert.NotEqual(renamed, inOrder);
    }

    private static string Fingerprint(JsonNode report) => report["fingerprint"]!.GetValue<string>();
}
