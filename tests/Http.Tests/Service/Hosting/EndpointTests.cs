using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using KMeans.Http.Tests.Support;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.Http.Tests.Service.Hosting;

public sealed class EndpointTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Endpoint_OfAModel_AnswersUntilItIsDeleted()
    {
        await using var service = await Support.Service.StartAsync(folder);
        await service.AddModelAsync(folder, "m", 0, 0, 3, 4);
        var described = await service.AddEndpointAsync("e", "m");
        Assert.Equal("InService", described["EndpointStatus"]!.GetValue<string>());
        Assert.Equal("m", described["EndpointConfigName"]!.GetValue<string>());
        Assert.EndsWith(":endpoint/e", described["EndpointArn"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("AllTraffic", described["ProductionVariants"]![0]!["VariantName"]!.GetValue<string>());

        using (var response = await service.InvokeAsync("e", "3,6\n0,0"u8.ToArray(), accept: null))
        {
            Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
            Assert.Equal("AllTraffic", response.Headers.GetValues("x-Amzn-Invoked-Production-Variant").Single());
            Assert.Equal("""{"predictions":[{"closest_cluster":1.0,"distance_to_cluster":2.0},{"closest_cluster":0.0,"distance_to_cluster":0.0}]}""", await response.Content.ReadAsStringAsync());
        }

        var models = await service.DoAsync("ListModels", []);
        Assert.Equal("m", models["Models"]![0]!["ModelName"]!.GetValue<string>());
        var configs = await service.DoAsync("ListEndpointConfigs", []);
        Assert.Equal("m", configs["EndpointConfigs"]![0]!["EndpointConfigName"]!.GetValue<string>());
        var endpoints = await service.DoAsync("ListEndpoints", new JsonObject { ["StatusEquals"] = "InService" });
        Assert.Equal("e", endpoints["Endpoints"]![0]!["EndpointName"]!.GetValue<string>());

        await service.DoAsync("DeleteEndpoint", new JsonObject { ["EndpointName"] = "e" });
        await service.DoAsync("DeleteEndpointConfig", new JsonObject { ["EndpointConfigName"] = "m" });
        await service.DoAsync("DeleteModel", new JsonObject { ["ModelName"] = "m" });
        using var gone = await service.InvokeAsync("e", "3,6"u8.ToArray());
        Assert.Equal(HttpStatusCode.BadRequest, gone.StatusCode);
        Assert.Equal("ValidationError", gone.Headers.GetValues("x-amzn-ErrorType").Single());
        Assert.Equal("ValidationException", (await service.CallAsync("DescribeEndpoint", new JsonObject { ["EndpointName"] = "e" })).Error);
        Assert.Equal("ValidationException", (await service.CallAsync("DescribeModel", new JsonObject { ["ModelName"] = "m" })).Error);
        Assert.Empty((await service.DoAsync("ListEndpoints", []))["Endpoints"]!.AsArray());
    }

    [Fact]
    public async Task Endpoint_OfAModelFolder_ScalesRowsAsTheModelSays()
    {
        var rows = Enumerable.Range(0, 200).SelectMany(i => new float[] { (i % 2) + (i % 7 * 0.01f), (i % 2 * 1000) + i }).ToArray();
        var trained = Trainer.Train(rows, 2, new TrainingOptions { ClusterCount = 2, Scaling = ColumnScaling.Standard });
        await using var service = await Support.Service.StartAsync(folder);
        ModelFolder.Save(folder["data/scaled"], trained, overwrite: false);
        await service.DoAsync("CreateModel", Support.Hosting.Model("scaled", $"file://{folder["data/scaled"]}"));
        await service.DoAsync("CreateEndpointConfig", Support.Hosting.Config("scaled", ("AllTraffic", "scaled", 1)));
        await service.AddEndpointAsync("e", "scaled");

        var answers = await service.AskAsync("e", string.Join('\n', rows.Chunk(2).Select(row => string.Create(CultureInfo.InvariantCulture, $"{(double)row[0]:R},{row[1]}"))));

        var labels = trained.Model.Predict(rows, out var distances);
        Assert.Equal(labels.Zip(distances, (label, distance) => ((double)label, (double)(float)distance)), answers.TrimEnd('\n').Split('\n').Select(line => line.Split(',')).Select(field => (Number(field[0]), Number(field[1]))));
    }

    [Fact]
    public async Task Update_WhileCallsRun_FailsNone()
    {
        await using var service = await Support.Service.StartAsync(folder);
        await service.AddModelAsync(folder, "a", 0, 0, 3, 4);
        await service.AddModelAsync(folder, "b", 3, 4, 0, 0);
        await service.AddEndpointAsync("e", "a");
        using var end = new CancellationTokenSource();
        var answers = new int[2];
        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                var answer = await service.AskAsync("e", "3,4");
                Assert.True(answer is "1.0,0.0\n" or "0.0,0.0\n", answer);
                Interlocked.Increment(ref answers[answer[0] == '1' ? 0 : 1]);
            }
        })).ToArray();
        for (var i = 0; i < 10; i++)
        {
            var config = i % 2 == 0 ? "b" : "a";
            await service.DoAsync("UpdateEndpoint", new JsonObject { ["EndpointName"] = "e", ["EndpointConfigName"] = config });
            var settled = await service.SettledAsync("e");
            Assert.Equal(("InService", config), (settled["EndpointStatus"]!.GetValue<string>(), settled["EndpointConfigName"]!.GetValue<string>()));
            Assert.Equal(config == "b" ? "0.0,0.0\n" : "1.0,0.0\n", await service.AskAsync("e", "3,4"));
        }

        await end.CancelAsync();
        await Task.WhenAll(callers);
        Assert.All(answers, count => Assert.True(count > 0));
    }

    [Fact]
    public async Task Variants_HaveTurnsByTheirWeights()
    {
        await using var service = await Support.Service.StartAsync(folder);
        await service.AddModelAsync(folder, "a", 0, 0, 3, 4);
        await service.AddModelAsync(folder, "b", 3, 4, 0, 0);
        await service.DoAsync("CreateEndpointConfig", Support.Hosting.Config("ab", ("one", "a", 1), ("three", "b", 3), ("none", "a", 0)));
        await service.AddEndpointAsync("e", "ab");
        var answers = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            answers.Add(await service.AskAsync("e", "3,4"));
        }

        Assert.Equal((10, 30), (answers.Count(answer => answer == "1.0,0.0\n"), answers.Count(answer => answer == "0.0,0.0\n")));
        Assert.Equal("1.0,0.0\n", await service.AskAsync("e", "3,4", "none"));
        using var unknown = await service.InvokeAsync("e", "3,4"u8.ToArray(), variant: "four");
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    [Fact]
    public async Task Endpoint_AfterARestart_AnswersAsBefore()
    {
        await using (var service = await Support.Service.StartAsync(folder))
        {
            await service.AddModelAsync(folder, "m", 0, 0, 3, 4);
            await service.AddEndpointAsync("e", "m");
            await service.DoAsync("DeleteModel", new JsonObject { ["ModelName"] = "m" });
        }

        await using var again = await Support.Service.StartAsync(folder);
        Assert.Equal("1.0,0.0\n", await again.AskAsync("e", "3,4"));
    }

    [Fact]
    public async Task Model_ThatIsDamaged_FailsItsEndpointAndLeavesOthersAlone()
    {
        await using var service = await Support.Service.StartAsync(folder);
        await service.AddModelAsync(folder, "good", 0, 0, 3, 4);
        await service.AddModelAsync(folder, "bad", 0, 0, 3, 4);
        File.WriteAllBytes(folder["data/bad/model.tar.gz"], File.ReadAllBytes(folder["data/bad/model.tar.gz"])[..60]);
        var failed = await service.AddEndpointAsync("e", "bad");
        Assert.Equal("Failed", failed["EndpointStatus"]!.GetValue<string>());
        Assert.Contains("truncated or damaged", failed["FailureReason"]!.GetValue<string>(), StringComparison.Ordinal);
        using (var refused = await service.InvokeAsync("e", "3,4"u8.ToArray()))
        {
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        // One that failed can be given another configuration; one that answers keeps its own where the new one cannot be loaded.
        await service.DoAsync("UpdateEndpoint", new JsonObject { ["EndpointName"] = "e", ["EndpointConfigName"] = "good" });
        Assert.Equal("InService", (await service.SettledAsync("e"))["EndpointStatus"]!.GetValue<string>());
        await service.DoAsync("UpdateEndpoint", new JsonObject { ["EndpointName"] = "e", ["EndpointConfigName"] = "bad" });
        var kept = await service.SettledAsync("e");
        Assert.Equal(("InService", "good"), (kept["EndpointStatus"]!.GetValue<string>(), kept["EndpointConfigName"]!.GetValue<string>()));
        Assert.Contains("truncated or damaged", kept["FailureReason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("1.0,0.0\n", await service.AskAsync("e", "3,4"));
    }

    [Fact]
    public async Task Calls_FasterThanTheRate_AreAllAnsweredOnTheirConnections()
    {
        await using var service = await Support.Service.StartAsync(folder, change: options => options with { CallsPerSecond = 5 });
        await service.AddModelAsync(folder, "m", 0, 0, 3, 4);
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("3,4\n", 20_000)));
        var errors = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            using var response = await service.InvokeAsync("none", body);
            errors.Add(response.Headers.GetValues("x-amzn-ErrorType").Single());
        }

        Assert.Contains("ThrottlingException", errors);
        Assert.All(errors, error => Assert.True(error is "ThrottlingException" or "ValidationError", error));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
