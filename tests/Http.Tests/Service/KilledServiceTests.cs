using System.Globalization;
using System.Text.Json.Nodes;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service;

/// <summary>A service that is killed at random moments: no job is lost, none is done twice, and every model is what it would have been.</summary>
public sealed class KilledServiceTests : IDisposable
{
    /// <summary>How often it is killed; the documented figure is of 20 (KMEANS_KILLS=20).</summary>
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("KMEANS_KILLS") ?? "3", CultureInfo.InvariantCulture);

    /// <summary>Events that are waited for at most; a whole job has about so many.</summary>
    private const int MostEvents = 25;

    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Service_KilledAtRandomMoments_EndsEveryJobOnceWithItsFingerprint()
    {
        for (var part = 0; part < 4; part++)
        {
            WriteRows($"data/rows/part-{part}.csv", part * 50_000, 50_000);
        }

        await KMeansProcess.RunAsync("train", "--input", folder["data/rows"], "--format", "csv", "--header", "no", "--k", "20", "--epochs", "4", "--output", folder["expected"], "--quiet");
        var expected = JsonNode.Parse(File.ReadAllText(folder["expected/model.json"]))!["fingerprint"]!.GetValue<string>();
        var archive = File.ReadAllBytes(folder["expected/model.tar.gz"]);
        var random = new Random(3);
        var submitted = new List<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var service = await ServiceProcess.StartAsync(folder, null, "--concurrency", "1", "--long-poll", "0");
            if (kill % 2 == 0)
            {
                submitted.Add($"job-{kill}");
                await service.DoAsync("CreateTrainingJob", Request($"job-{kill}"));
            }

            // Any moment of the last job: before it begins, while it looks, trains or writes, or when nothing is left to do.
            await FollowAsync(service.Url, submitted[^1], random.Next(MostEvents));
            await service.Process.KillAsync();
        }

        await using var last = await ServiceProcess.StartAsync(folder, null, "--concurrency", "1");
        using var http = new HttpClient();
        foreach (var name in submitted)
        {
            JsonObject job;
            do
            {
                job = await last.DoAsync("DescribeTrainingJob", new JsonObject { ["TrainingJobName"] = name });
            }
            while (job["TrainingJobStatus"]!.GetValue<string>() == "InProgress");

            Assert.Equal("Completed", job["TrainingJobStatus"]!.GetValue<string>());
            var states = job["SecondaryStatusTransitions"]!.AsArray().Select(each => each!["Status"]!.GetValue<string>()).ToList();
            Assert.Equal(1, states.Count(state => state == "Completed"));
            Assert.Equal("Completed", states[^1]);
            var view = JsonNode.Parse(await http.GetStringAsync(new Uri($"{last.Url}/v1/jobs/{name}")))!;
            Assert.Equal(expected, view["report"]!["fingerprint"]!.GetValue<string>());
            Assert.Equal(200_000, view["report"]!["ledger"]!["rows"]!.GetValue<long>());
            Assert.Equal(archive, File.ReadAllBytes(folder[$"data/out/{name}/output/model.tar.gz"]));
        }

        var listed = await last.DoAsync("ListTrainingJobs", new JsonObject { ["MaxResults"] = 100 });
        Assert.Equal(submitted.Count, listed["TrainingJobSummaries"]!.AsArray().Count);
        Assert.DoesNotContain(Directory.EnumerateDirectories(folder["state/jobs"]), job => Directory.Exists(Path.Combine(job, "checkpoint")));
    }

    /// <summary>Reads so many of a job's events, fewer where it ends before.</summary>
    private static async Task FollowAsync(string url, string job, int count)
    {
        using var http = new HttpClient();
        using var reader = new StreamReader(await http.GetStreamAsync(new Uri($"{url}/v1/jobs/{job}/events")));
        while (count > 0 && await reader.ReadLineAsync() is { } line)
        {
            count -= line.StartsWith("data:", StringComparison.Ordinal) ? 1 : 0;
        }
    }

    private JsonObject Request(string name)
    {
        var request = Support.Service.Training(folder, name, k: 20, source: $"file://{folder["data/rows"]}");
        request["HyperParameters"]!["feature_dim"] = "8";
        request["HyperParameters"]!["epochs"] = "4";
        return request;
    }

    private void WriteRows(string name, int first, int count)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        using var file = new StreamWriter(folder[name]);
        for (var i = first; i < first + count; i++)
        {
            var random = new Random(i);
            file.WriteLine(string.Join(',', Enumerable.Range(0, 8).Select(column => (i % 20 * (column % 3)) + random.Next(100) / 100m)));
        }
    }
}
