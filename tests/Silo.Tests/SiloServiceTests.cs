using KMeans.Http.Remote;
using KMeans.Http.Tests.Support;
using KMeans.Jobs;
using KMeans.Silo.Tests.Support;
using KMeans.Training;

namespace KMeans.Silo.Tests;

/// <summary>What the service on a silo has of the silo.</summary>
public sealed class SiloServiceTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("ServiceFolder", "/proc/none")]
    [InlineData("ServiceKeysFile", "/nowhere/at/all")]
    [InlineData("ServiceTokenFile", "/nowhere/at/all")]
    [InlineData("ServiceAuditLog", "/nowhere/at/all")]
    public async Task Start_WhereAFileCannotBeUsed_NamesTheSetting(string name, string path)
    {
        var refused = await Assert.ThrowsAsync<InputException>(() => StartAsync((name, path)));

        Assert.StartsWith($"Silo:{name} {path}: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("--", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_WhileSomebodyWatches_WaitsForNobody()
    {
        folder.WriteNpy("data/rows.npy", 10, 0, 200_000);
        var silo = await StartAsync();
        var url = $"http://127.0.0.1:{silo.Settings.HttpPort}";
        await using var jobs = new ServiceJobs(url, new WorkerClientOptions(), TimeProvider.System);
        await jobs.SubmitAsync("long", new JobRequest { Paths = ["rows.npy"], Options = new TrainingOptions { ClusterCount = 500, Epochs = 1000, RowBudget = 0, MeasuresQuality = false } }, default);
        using var http = new HttpClient();
        using var events = new StreamReader(await http.GetStreamAsync(new Uri($"{url}/v1/jobs/long/events")));
        Assert.Equal("event: job", await events.ReadLineAsync());

        // Settings give a stop two minutes, which a listener would wait for its callers.
        await silo.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Contains("data: ", await events.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private Task<RunningSilo> StartAsync(params (string Name, string Value)[] more)
    {
        Directory.CreateDirectory(folder["data"]);
        return RunningSilo.StartAsync(
            FreePorts.Take(3), [(nameof(SiloSettings.DataRoots), folder["data"]), (nameof(SiloSettings.Threads), "1"), (nameof(SiloSettings.ServiceFolder), folder["state"]), .. more]);
    }
}
