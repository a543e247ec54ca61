using System.Text.Json.Nodes;
using KMeans.Http.Tests.Support;
using KMeans.Input;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.Http.Tests.Service.Jobs;

public sealed class TrainingJobsTests : IDisposable
{
    private readonly Folder folder = new();

    public TrainingJobsTests()
    {
        Directory.CreateDirectory(folder["data"]);
        WriteRows("rows.csv", 600);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Create_OfATraining_EndsWithTheModelOfTheTrainer()
    {
        await using var service = await Support.Service.StartAsync(folder);
        var request = Support.Service.Training(folder, "first", k: 4);
        request["ResourceConfig"]!["InstanceCount"] = 2;
        ((JsonArray)request["InputDataConfig"]!).Add(Support.Service.Channel("test", $"file://{folder["data/rows.csv"]}"));

        var created = await service.DoAsync("CreateTrainingJob", request);
        var job = await service.EndAsync("first");

        Assert.Equal("arn:aws:sagemaker:us-east-1:000000000000:training-job/first", created["TrainingJobArn"]!.GetValue<string>());
        Assert.Equal("Completed", job["TrainingJobStatus"]!.GetValue<string>());
        Assert.Equal(["Starting", "Pending", "Downloading", "Training", "Uploading", "Completed"], Transitions(job));
        Assert.Equal(request["HyperParameters"]!.ToJsonString(), job["HyperParameters"]!.ToJsonString());
        var expected = Train(k: 4);
        ModelFolder.Save(folder["expected"], expected, overwrite: false);
        Assert.Equal(File.ReadAllBytes(folder["expected/model.tar.gz"]), File.ReadAllBytes(folder["data/out/first/output/model.tar.gz"]));
        Assert.Equal(expected.Report.Fingerprint, (await View(service, "first"))["report"]!["fingerprint"]!.GetValue<string>());
        Assert.Equal(expected.Report.Msd, Metric(job, "train:msd"), 1e-9);
        Assert.Equal(expected.Report.Msd, Metric(job, "test:msd"), 1e-9);
        Assert.Equal(expected.Report.Msd * 600, Metric(job, "test:ssd"), 1e-5);
    }

    [Fact]
    public async Task Create_OfATakenName_IsRefused()
    {
        await using var service = await Support.Service.StartAsync(folder);
        await service.DoAsync("CreateTrainingJob", Support.Service.Training(folder, "one"));

        Assert.Equal("ResourceInUse", (await service.CallAsync("CreateTrainingJob", Support.Service.Training(folder, "one"))).Error);
    }

    [Theory]
    [InlineData("feature_dim", "3", "ClientError: channel train: rows have 2 features where feature_dim is 3")]
    [InlineData("k", "601", "ClientError: k 601")]
    public async Task Create_OfWhatTheDataRefuse_Fails(string name, string value, string expected)
    {
        await using var service = await Support.Service.StartAsync(folder);
        var request = Support.Service.Training(folder, "fails");
        request["HyperParameters"]![name] = value;
        await service.DoAsync("CreateTrainingJob", request);

        var job = await service.EndAsync("fails");

        Assert.Equal("Failed", job["TrainingJobStatus"]!.GetValue<string>());
        Assert.StartsWith(expected, job["FailureReason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["data/out"]));
    }

    [Fact]
    public async Task Create_WithAManifest_TrainsOnItsFiles()
    {
        WriteRows("parts/a.csv", 100);
        WriteRows("parts/b.csv", 200);
        folder.Write("data/all.manifest", $$"""[{"prefix": "file://{{folder["data/parts"]}}/"}, "a.csv", "b.csv"]""");
        folder.Write("data/bad.manifest", $$"""[{"prefix": "file://{{folder["data"]}}/"}, "../../etc/passwd"]""");
        await using var service = await Support.Service.StartAsync(folder);
        foreach (var name in new[] { "all", "bad" })
        {
            var request = Support.Service.Training(folder, name, source: $"file://{folder[$"data/{name}.manifest"]}");
            request["InputDataConfig"]![0]!["DataSource"]!["S3DataSource"]!["S3DataType"] = "ManifestFile";
            await service.DoAsync("CreateTrainingJob", request);
        }

        Assert.Equal("Completed", (await service.EndAsync("all"))["TrainingJobStatus"]!.GetValue<string>());
        Assert.Equal(300, (await View(service, "all"))["report"]!["rows"]!.GetValue<int>());
        Assert.Contains("outside the ", (await service.EndAsync("bad"))["FailureReason"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WithShuffledFiles_TrainsOnThemInThatOrder()
    {
        await using var service = await Support.Service.StartAsync(folder);

        await ShuffledFiles.AssertOrderAsync(service, folder);
    }

    [Fact]
    public async Task Create_OfAPrefix_TrainsOnAllThatBeginsSo()
    {
        WriteRows("part-1.csv", 100);
        WriteRows("part-2.csv", 100);
        await using var service = await Support.Service.StartAsync(folder);
        await service.DoAsync("CreateTrainingJob", Support.Service.Training(folder, "prefix", source: $"file://{folder["data/part-"]}"));

        Assert.Equal("Completed", (await service.EndAsync("prefix"))["TrainingJobStatus"]!.GetValue<string>());
        Assert.Equal(200, (await View(service, "prefix"))["report"]!["rows"]!.GetValue<int>());
    }

    [Fact]
    public async Task Stop_OfAJobThatWaits_StopsItAtOnce_AndOfOneThatRuns_WithinABatch()
    {
        WriteLarge(200_000);
        await using var service = await Support.Service.StartAsync(folder, change: options => options with { Concurrency = 1, LongPoll = TimeSpan.Zero });
        await service.DoAsync("CreateTrainingJob", Large("runs"));
        await service.DoAsync("CreateTrainingJob", Large("waits"));
        await Until(service, "runs", "Training");

        await service.DoAsync("StopTrainingJob", new JsonObject { ["TrainingJobName"] = "waits" });
        Assert.Equal("Stopped", (await service.DoAsync("DescribeTrainingJob", new JsonObject { ["TrainingJobName"] = "waits" }))["TrainingJobStatus"]!.GetValue<string>());
        await service.DoAsync("StopTrainingJob", new JsonObject { ["TrainingJobName"] = "runs" });
        var stopped = await service.EndAsync("runs");

        Assert.Equal(("Stopped", "Stopped"), (stopped["TrainingJobStatus"]!.GetValue<string>(), stopped["SecondaryStatus"]!.GetValue<string>()));
        Assert.False(Directory.Exists(folder["state/jobs/runs/checkpoint"]));
        Assert.Contains("Stopped", (await service.CallAsync("StopTrainingJob", new JsonObject { ["TrainingJobName"] = "runs" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WithATimeThatEnds_StopsForThat()
    {
        WriteLarge(400_000);
        await using var service = await Support.Service.StartAsync(folder);
        var request = Large("short");
        request["StoppingCondition"]!["MaxRuntimeInSeconds"] = 1;
        await service.DoAsync("CreateTrainingJob", request);

        var job = await service.EndAsync("short");

        Assert.Equal(("Stopped", "MaxRuntimeExceeded"), (job["TrainingJobStatus"]!.GetValue<string>(), job["SecondaryStatus"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Service_ThatStopsInMidJob_GoesOnWithIt_AndRunsByPriority()
    {
        WriteLarge(300_000);
        string expected;
        await using (var service = await Support.Service.StartAsync(folder, change: options => options with { StateFolder = folder["other-state"] }))
        {
            await service.DoAsync("CreateTrainingJob", Large("undisturbed"));
            await service.EndAsync("undisturbed");
            expected = (await View(service, "undisturbed"))["report"]!["fingerprint"]!.GetValue<string>();
        }

        await using (var service = await Support.Service.StartAsync(folder, change: options => options with { Concurrency = 1, LongPoll = TimeSpan.Zero }))
        {
            await service.DoAsync("CreateTrainingJob", Large("job"));
            await Until(service, "job", "Training");
            await service.DoAsync("CreateTrainingJob", Support.Service.Training(folder, "later"));
            var urgent = Support.Service.Training(folder, "urgent");
            urgent["Tags"] = new JsonArray(new JsonObject { ["Key"] = "kmeans:priority", ["Value"] = "1" });
            await service.DoAsync("CreateTrainingJob", urgent);
        }

        await using (var service = await Support.Service.StartAsync(folder, change: options => options with { Concurrency = 1 }))
        {
            var job = await service.EndAsync("job");
            var view = await View(service, "job");

            Assert.Contains("Interrupted", Transitions(job));
            Assert.Equal((2, expected), (view["epoch"]!.GetValue<int>(), view["report"]!["fingerprint"]!.GetValue<string>()));
            Assert.True(Start(await service.EndAsync("urgent")) <= Start(await service.EndAsync("later")));
        }

        static double Start(JsonObject job) => job["TrainingStartTime"]!.GetValue<double>();
    }

    [Fact]
    public async Task List_OfJobs_HasTheirLinesAndPages()
    {
        await using var service = await Support.Service.StartAsync(folder);
        foreach (var name in new[] { "b-1", "a-1", "a-2" })
        {
            await service.DoAsync("CreateTrainingJob", Support.Service.Training(folder, name));
            await service.EndAsync(name);
        }

        var first = await service.DoAsync("ListTrainingJobs", new JsonObject { ["MaxResults"] = 2, ["SortBy"] = "Name", ["SortOrder"] = "Ascending" });
        var second = await service.DoAsync("ListTrainingJobs", new JsonObject { ["MaxResults"] = 2, ["SortBy"] = "Name", ["SortOrder"] = "Ascending", ["NextToken"] = first["NextToken"]!.GetValue<string>() });
        var filtered = await service.DoAsync("ListTrainingJobs", new JsonObject { ["NameContains"] = "a-", ["StatusEquals"] = "Completed", ["CreationTimeAfter"] = 0 });

        Assert.Equal(["a-1", "a-2"], Names(first));
        Assert.Equal(["b-1"], Names(second));
        Assert.Null(second["NextToken"]);
        Assert.Equal(["a-2", "a-1"], Names(filtered));
        Assert.Equal("Completed", filtered["TrainingJobSummaries"]![0]!["SecondaryStatus"]!.GetValue<string>());

        static string[] Names(JsonObject page) => [.. page["TrainingJobSummaries"]!.AsArray().Select(line => line!["TrainingJobName"]!.GetValue<string>())];
    }

    [Fact]
    public async Task Tags_OfAJob_AreAddedAndListed()
    {
        await using var service = await Support.Service.StartAsync(folder);
        var request = Support.Service.Training(folder, "tagged");
        request["Tags"] = new JsonArray(new JsonObject { ["Key"] = "team", ["Value"] = "a" });
        var arn = (await service.DoAsync("CreateTrainingJob", request))["TrainingJobArn"]!.GetValue<string>();
        await service.DoAsync("AddTags", new JsonObject { ["ResourceArn"] = arn, ["Tags"] = new JsonArray(new JsonObject { ["Key"] = "cost", ["Value"] = "b" }) });

        var tags = (await service.DoAsync("ListTags", new JsonObject { ["ResourceArn"] = arn }))["Tags"]!.AsArray();

        Assert.Equal(["cost=b", "team=a"], tags.Select(tag => $"{tag!["Key"]}={tag["Value"]}"));
        Assert.Equal("ValidationException", (await service.CallAsync("ListTags", new JsonObject { ["ResourceArn"] = arn + "x" })).Error);
    }

    private static IEnumerable<string> Transitions(JsonObject job) => job["SecondaryStatusTransitions"]!.AsArray().Select(each => each!["Status"]!.GetValue<string>());

    private static double Metric(JsonObject job, string name) =>
        job["FinalMetricDataList"]!.AsArray().Single(each => each!["MetricName"]!.GetValue<string>() == name)!["Value"]!.GetValue<double>();

    private static async Task<JsonObject> View(Support.Service service, string name)
    {
        using var http = new HttpClient();
        return JsonNode.Parse(await http.GetStringAsync(new Uri($"{service.Url}/v1/jobs/{name}")))!.AsObject();
    }

    private static async Task Until(Support.Service service, string name, string status)
    {
        while ((await service.DoAsync("DescribeTrainingJob", new JsonObject { ["TrainingJobName"] = name }))["SecondaryStatus"]!.GetValue<string>() is var now && now != status)
        {
            Assert.DoesNotContain(now, new[] { "Completed", "Failed", "Stopped" });
        }
    }

    private JsonObject Large(string name)
    {
        var request = Support.Service.Training(folder, name, k: 50, source: $"file://{folder["data/large.csv"]}");
        request["HyperParameters"]!["feature_dim"] = "20";
        request["HyperParameters"]!["epochs"] = "3";
        return request;
    }

    private TrainingResult Train(int k)
    {
        using var input = InputSet.Create(InputFiles.Open([folder["data/rows.csv"]], new InputFormatOptions { Format = "csv", CsvHeader = false }), new ColumnChoice());
        return Trainer.Train(input, new TrainingOptions { ClusterCount = k, Threads = 1 });
    }

    /// <summary>Rows of 20 columns that take seconds.</summary>
    private void WriteLarge(int count)
    {
        using var file = new StreamWriter(folder["data/large.csv"]);
        for (var i = 0; i < count; i++)
        {
            var random = new Random(i);
            file.WriteLine(string.Join(',', Enumerable.Range(0, 20).Select(column => (i % 10 * (column % 3)) + random.Next(100) / 100m)));
        }
    }

    /// <summary>Rows without a header, in four clusters.</summary>
    private void WriteRows(string name, int count) =>
        folder.Write($"data/{name}", string.Concat(Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"{(i % 4 * 10) + (i % 7 * 0.1)},{(i % 4 % 2 * 10) + (i % 5 * 0.1)}\n"))));
}
