using System.Text.Json.Nodes;
using KMeans.Http.Tests.Support;
using KMeans.Input;

namespace KMeans.Http.Tests.Service;

/// <summary>A service whose jobs compute on workers.</summary>
public sealed class ServiceOnWorkersTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Create_WithWorkers_GivesTheModelOfOneProcess()
    {
        folder.Write("data/rows.csv", string.Concat(Enumerable.Range(0, 3000).Select(i => $"{i % 5 * 10},{i % 7}\n")));
        await using var one = await Worker.StartAsync(folder["data"]);
        await using var two = await Worker.StartAsync(folder["data"]);
        string expected;
        await using (var alone = await Support.Service.StartAsync(folder))
        {
            expected = (await ReportAsync(alone, "alone"))["fingerprint"]!.GetValue<string>();
        }

        await using var service = await Support.Service.StartAsync(folder, change: options => options with { Workers = [one.Url, two.Url] });
        var report = await ReportAsync(service, "shared");

        Assert.Equal((expected, 2), (report["fingerprint"]!.GetValue<string>(), report["instances"]!.GetValue<int>()));
    }

    /// <summary>ShuffleConfig: the rows are those of the same files under names that are in the shuffled order.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Create_WithShuffledFiles_TrainsOnThemInThatOrder(int workers)
    {
        string[] names = [.. Enumerable.Range(0, 6).Select(i => $"part-{i}.csv")];
        foreach (var (name, i) in FileOrder.Shuffle(names, 11).Select((name, i) => (name, i)))
        {
            var rows = string.Concat(Enumerable.Range(0, 500).Select(row => $"{(row % 5 * 10) + i},{row % 7}\n"));
            folder.Write($"data/given/{name}", rows);
            folder.Write($"data/renamed/{i}.csv", rows);
        }

        await using var one = await Worker.StartAsync(folder["data"]);
        await using var two = await Worker.StartAsync(folder["data"]);
        await using var service = await Support.Service.StartAsync(folder, change: options => options with { Workers = [.. new[] { one.Url, two.Url }.Take(workers)] });
        var shuffled = Support.Service.Training(folder, "shuffled", k: 5, $"file://{folder["data/given"]}");
        shuffled["InputDataConfig"]![0]!["ShuffleConfig"] = new JsonObject { ["Seed"] = 11 };
        var renamed = (await ReportAsync(service, Support.Service.Training(folder, "renamed", k: 5, $"file://{folder["data/renamed"]}")))["fingerprint"]!.GetValue<string>();
        var inOrder = (await ReportAsync(service, Support.Service.Training(folder, "in-order", k: 5, $"file://{folder["data/given"]}")))["fingerprint"]!.GetValue<string>();

        Assert.Equal(renamed, (await ReportAsync(service, shuffled))["fingerprint"]!.GetValue<string>());
        Assert.NotEqual(renamed, inOrder);
    }

    private Task<JsonNode> ReportAsync(Support.Service service, string name) => ReportAsync(service, Support.Service.Training(folder, name, k: 5));

    private static async Task<JsonNode> ReportAsync(Support.Service service, JsonObject training)
    {
        var name = training["TrainingJobName"]!.GetValue<string>();
        await service.DoAsync("CreateTrainingJob", training);
        var job = await service.EndAsync(name);
        Assert.True(job["FailureReason"] is null, job["FailureReason"]?.ToString());
        using var http = new HttpClient();
        return JsonNode.Parse(await http.GetStringAsync(new Uri($"{service.Url}/v1/jobs/{name}")))!["report"]!;
    }
}
