using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service;

/// <summary>A service whose jobs compute on workers.</summary>
public sealed class ServiceOnWorkersTests : IDisposable
{
    private readonly Folder folder = new();

    public ServiceOnWorkersTests() => Directory.CreateDirectory(folder["data"]);

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
            expected = (await alone.ReportAsync(Support.Service.Training(folder, "alone", k: 5)))["fingerprint"]!.GetValue<string>();
        }

        await using var service = await Support.Service.StartAsync(folder, change: options => options with { Workers = [one.Url, two.Url] });
        var report = await service.ReportAsync(Support.Service.Training(folder, "shared", k: 5));

        Assert.Equal((expected, 2), (report["fingerprint"]!.GetValue<string>(), report["instances"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Create_WithShuffledFiles_TrainsOnThemInThatOrder()
    {
        await using var one = await Worker.StartAsync(folder["data"]);
        await using var two = await Worker.StartAsync(folder["data"]);
        await using var service = await Support.Service.StartAsync(folder, change: options => options with { Workers = [one.Url, two.Url] });

        await ShuffledFiles.AssertOrderAsync(service, folder);
    }
}
