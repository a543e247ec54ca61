using System.Text.Json.Nodes;
using KMeans.Http.Tests.Support;

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

    private async Task<JsonNode> ReportAsync(Support.Service service, string name)
    {
        await service.DoAsync("CreateTrainingJob", Support.Service.Training(folder, name, k: 5));
        var job = await service.EndAsync(name);
        Assert.True(job["FailureReason"] is null, job["FailureReason"]?.ToString());
        using var http = new HttpClient();
        return JsonNode.Parse(await http.GetStringAsync(new Uri($"{service.Url}/v1/jobs/{name}")))!["report"]!;
    }
}
