using System.Diagnostics;
using System.Text.Json.Nodes;
using KMeans.Cluster.Tests.Support;
using KMeans.Deploy.Tests.Support;
using KMeans.Generation;
using KMeans.Http.Tests.Support;
using KMeans.Input;
using KMeans.Models;
using KMeans.Training;
using Xunit.Abstractions;

namespace KMeans.Cluster.Tests;

/// <summary>The HTTP service on two silo processes that share a real PostgreSQL: whoever is asked, the jobs are the same.</summary>
[Collection(PostgresTests.Name)]
public sealed class ServiceOnSilosTests(PostgresServer server, ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    /// <summary>With so many features more values than are kept in memory, so that the rows are streamed in passes.</summary>
    private const int Rows = 1_060_000;
    private const int Features = 64;

    private readonly Folder folder = new();
    private SiloProcess[] silos = [];

    public async Task InitializeAsync()
    {
        if (!Prerequisite.Has(Prerequisite.Postgres) && !Prerequisite.IsRequired)
        {
            return;
        }

        await using var database = server.CreateDatabase();
        var connection = database.ConnectionString.Replace("Pooling=False", "Pooling=True", StringComparison.OrdinalIgnoreCase);
        Directory.CreateDirectory(folder["data"]);
        silos = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => SiloProcess.StartAsync(new Dictionary<string, string>
        {
            ["PostgreSql"] = connection,
            ["SiloName"] = $"silo-{i}",
            ["DataRoots"] = folder["data"],
            ["ServiceFolder"] = folder[$"state-{i}"],
            ["ServiceLongPollSeconds"] = "1",
        })));
    }

    public Task DisposeAsync()
    {
        foreach (var silo in silos)
        {
            silo.Dispose();
        }

        return Task.CompletedTask;
    }

    public void Dispose() => folder.Dispose();

    [PrerequisiteFact(Prerequisite.Postgres)]
    public async Task TrainingJob_WhoseSiloIsKilledMidPass_IsCompletedByTheOtherOnce()
    {
        MixtureFiles.Write(new GaussianMixture(Features, 20, 1.5, 3), Rows, folder["data/rows"], 4, overwrite: false);
        await new Service(silos[0].Url).DoAsync("CreateTrainingJob", Request("job", Features, k: 200, epochs: 2));
        var runner = await InPassAsync("job", Rows / 4);
        var other = new Service(silos.Single(silo => silo != runner).Url);
        var before = await other.DoAsync("DescribeTrainingJob", new JsonObject { ["TrainingJobName"] = "job" });
        Assert.Equal(("InProgress", "Training"), (before["TrainingJobStatus"]!.GetValue<string>(), before["SecondaryStatus"]!.GetValue<string>()));
        Assert.Equal(["job InProgress"], await ListAsync(other));

        runner.Kill();
        var killed = Stopwatch.GetTimestamp();
        var expected = Task.Run(Train);
        var job = await other.EndAsync("job");
        output.WriteLine($"{Stopwatch.GetElapsedTime(killed).TotalSeconds:0.0} s from the kill to the end");

        Assert.Equal(("Completed", null), (job["TrainingJobStatus"]!.GetValue<string>(), job["FailureReason"]));
        Assert.Equal(
            ["Starting", "Pending", "Downloading", "Training", "Interrupted", "Training", "Uploading", "Completed"],
            job["SecondaryStatusTransitions"]!.AsArray().Select(each => each!["Status"]!.GetValue<string>()));
        Assert.Equal(["job Completed"], await ListAsync(other));
        var view = await ViewAsync(other.Url, "job");
        var trained = await expected;
        Assert.Equal((2, trained.Report.Fingerprint, Rows), (view["epoch"]!.GetValue<int>(), view["report"]!["fingerprint"]!.GetValue<string>(), view["report"]!["ledger"]!["rows"]!.GetValue<int>()));
        ModelFolder.Save(folder["expected"], trained, overwrite: false);
        Assert.Equal(File.ReadAllBytes(folder["expected/model.tar.gz"]), File.ReadAllBytes(folder["data/out/job/output/model.tar.gz"]));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public async Task Calls_AtOneSilo_HoldAtTheOther()
    {
        MixtureFiles.Write(new GaussianMixture(10, 20, 1.5, 3), 200_000, folder["data/rows"], 1, overwrite: false);
        var (one, two) = (new Service(silos[0].Url), new Service(silos[1].Url));
        await one.AddModelAsync(folder, "m", 0, 0, 3, 4);
        await one.AddEndpointAsync("e", "m");
        await one.DoAsync("CreateTrainingJob", Request("long", 10, k: 50, epochs: 1000));
        var other = await InPassAsync("long", 1) == silos[0] ? two : one;

        Assert.Equal("ResourceInUse", (await two.CallAsync("CreateTrainingJob", Request("long", 10, k: 50, epochs: 1000))).Error);
        Assert.Equal("1.0,0.0\n", await two.AskAsync("e", "3,4"));
        await other.DoAsync("StopTrainingJob", new JsonObject { ["TrainingJobName"] = "long" });
        Assert.Equal("Stopped", (await other.EndAsync("long"))["TrainingJobStatus"]!.GetValue<string>());
    }

    /// <summary>Waits until a job is in a pass, and has so many rows behind it.</summary>
    /// <returns>The silo whose service has it: the one that was asked, unless the other looked for work just then.</returns>
    private async Task<SiloProcess> InPassAsync(string name, long leastRows)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await timer.WaitForNextTickAsync(patience.Token))
        {
            foreach (var silo in silos)
            {
                var view = await ViewAsync(silo.Url, name);
                Assert.Equal("Running", view["state"]!.GetValue<string>());
                if (view["progress"] is { } progress && progress["phase"]!.GetValue<string>() == nameof(TrainingPhase.Pass) && progress["rows"]!.GetValue<long>() >= leastRows)
                {
                    return silo;
                }
            }
        }

        throw new TimeoutException();
    }

    private static async Task<JsonNode> ViewAsync(string url, string name)
    {
        using var http = new HttpClient();
        return JsonNode.Parse(await http.GetStringAsync(new Uri($"{url}/v1/jobs/{name}")))!;
    }

    private static async Task<string[]> ListAsync(Service service) =>
        [.. (await service.DoAsync("ListTrainingJobs", []))["TrainingJobSummaries"]!.AsArray().Select(job => $"{job!["TrainingJobName"]} {job["TrainingJobStatus"]}")];

    private JsonObject Request(string name, int features, int k, int epochs)
    {
        var request = Service.Training(folder, name, source: $"file://{folder["data/rows"]}");
        request["HyperParameters"] = new JsonObject { ["k"] = $"{k}", ["feature_dim"] = $"{features}", ["extra_center_factor"] = "4", ["epochs"] = $"{epochs}" };
        request["InputDataConfig"]![0]!["ContentType"] = "application/x-parquet";
        return request;
    }

    /// <summary>As kmeans train does it.</summary>
    private TrainingResult Train()
    {
        using var input = InputSet.Create(InputFiles.Open([folder["data/rows"]], new InputFormatOptions()), new ColumnChoice());
        return Trainer.Train(input, new TrainingOptions { ClusterCount = 200, ExtraCenterFactor = 4, Epochs = 2, MeasuresQuality = false });
    }
}
