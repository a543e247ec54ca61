using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service.Clients;

/// <summary>The clients that people already have, against the service as a process: boto3, the AWS CLI, and our own.</summary>
public sealed class ClientsTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [PrerequisiteFact(Prerequisite.Boto3, Prerequisite.S3Server)]
    public async Task Notebook_OfTheReferenceBlog_RunsInAMinute_AndGetsTheModelsOfKMeansTrain()
    {
        using var objects = new ObjectServer();
        var keys = folder.Write("keys", $"{Support.Service.KeyId} {Support.Service.Secret}\n");
        var environment = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL_S3"] = objects.Url,
            ["AWS_ACCESS_KEY_ID"] = ObjectServer.Key,
            ["AWS_SECRET_ACCESS_KEY"] = ObjectServer.Key,
            ["SERVICE_ACCESS_KEY_ID"] = Support.Service.KeyId,
            ["SERVICE_SECRET_ACCESS_KEY"] = Support.Service.Secret,
        };
        await using var service = await ServiceProcess.StartAsync(folder, environment, "--keys-file", keys, "--data-root", $"s3://{ObjectServer.Bucket}");

        var output = await RunAsync(Prerequisite.Get(Prerequisite.Boto3), environment, Repository.PathOf("tests/Http.Tests/Service/Clients/gdelt_notebook.py"), service.Url, objects.Url, ObjectServer.Bucket, "20000");

        var result = JsonNode.Parse(output)!;
        Assert.True(result["seconds"]!.GetValue<double>() < 60, $"It took {result["seconds"]} s.");
        foreach (var k in Enumerable.Range(2, 10))
        {
            var model = folder[$"model-{k}"];
            await KMeansProcess.RunAsync("train", "--input", folder["train.pbr"], "--format", "recordio", "--k", $"{k}", "--mini-batch-size", "1000", "--output", model, "--quiet");
            Assert.Equal(Convert.ToHexStringLower(File.ReadAllBytes(Path.Combine(model, "centers.npy")).AsSpan()[^(k * 26 * 4)..]), result["models"]![$"{k}"]!.GetValue<string>());
        }

        var elbow = Enumerable.Range(2, 10).Select(k => result["elbow"]![$"{k}"]!.GetValue<double>()).ToList();
        Assert.All(elbow.Zip(elbow.Skip(1)), pair => Assert.True(pair.Second < pair.First * 1.02));
    }

    [PrerequisiteFact(Prerequisite.AwsCli)]
    public async Task AwsCli_CreatesWaitsDescribesListsAndStops()
    {
        folder.Write("data/rows.csv", string.Concat(Enumerable.Range(0, 300).Select(i => $"{i % 3 * 10},{i % 7}\n")));
        var keys = folder.Write("keys", $"{Support.Service.KeyId} {Support.Service.Secret}\n");
        await using var service = await ServiceProcess.StartAsync(folder, null, "--keys-file", keys);
        var environment = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = Support.Service.KeyId, ["AWS_SECRET_ACCESS_KEY"] = Support.Service.Secret, ["AWS_DEFAULT_REGION"] = "us-east-1" };
        Task<string> Aws(params string[] arguments) => RunAsync(Prerequisite.Get(Prerequisite.AwsCli), environment, ["sagemaker", .. arguments, "--endpoint-url", service.Url, "--output", "json"]);
        var request = folder.Write("request.json", Support.Service.Training(folder, "from-cli").ToJsonString());

        var created = JsonNode.Parse(await Aws("create-training-job", "--cli-input-json", $"file://{request}"))!;
        await Aws("wait", "training-job-completed-or-stopped", "--training-job-name", "from-cli");
        var described = JsonNode.Parse(await Aws("describe-training-job", "--training-job-name", "from-cli"))!;
        var listed = JsonNode.Parse(await Aws("list-training-jobs", "--status-equals", "Completed"))!;
        var tooLate = await Assert.ThrowsAsync<InvalidOperationException>(() => Aws("stop-training-job", "--training-job-name", "from-cli"));

        // Passes for an hour.
        folder.Write("data/many.csv", string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i % 3 * 10},{i % 7}\n")));
        var endless = Support.Service.Training(folder, "endless", source: $"file://{folder["data/many.csv"]}");
        endless["HyperParameters"]!["epochs"] = "100000";
        await Aws("create-training-job", "--cli-input-json", $"file://{folder.Write("endless.json", endless.ToJsonString())}");
        await Aws("stop-training-job", "--training-job-name", "endless");
        await Aws("wait", "training-job-completed-or-stopped", "--training-job-name", "endless");
        var stopped = JsonNode.Parse(await Aws("describe-training-job", "--training-job-name", "endless"))!;

        Assert.Equal(described["TrainingJobArn"]!.GetValue<string>(), created["TrainingJobArn"]!.GetValue<string>());
        Assert.Equal("Completed", described["TrainingJobStatus"]!.GetValue<string>());
        Assert.Equal("from-cli", listed["TrainingJobSummaries"]![0]!["TrainingJobName"]!.GetValue<string>());
        Assert.Contains("is in status Completed", tooLate.Message, StringComparison.Ordinal);
        Assert.Equal("Stopped", stopped["TrainingJobStatus"]!.GetValue<string>());
    }

    [Fact]
    public async Task OurClient_SubmitsListsWatchesFetchesAndStops()
    {
        folder.WriteCsv("data/rows.csv", 400);
        var token = folder.Write("token", "0123456789abcdef0123456789abcdef");
        await using var service = await ServiceProcess.StartAsync(folder, null, "--token-file", token, "--backend", "scalar");
        Task<string> KMeans(string command, params string[] more) => KMeansProcess.RunAsync([command, "--url", service.Url, "--token-file", token, .. more]);

        var submitted = await KMeans("submit", "--input", "rows.csv", "--k", "2", "--job", "mine");
        var watched = await KMeans("watch", "--job", "mine", "--quiet");
        var status = await KMeans("status", "--job", "mine");
        var listed = await KMeans("list");
        await KMeans("fetch", "--job", "mine", "--output", folder["fetched"]);
        await KMeans("stop", "--job", "mine");
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(token)) } };
        var view = JsonNode.Parse(await http.GetStringAsync(new Uri($"{service.Url}/v1/jobs/mine")))!;
        var trained = await KMeansProcess.RunAsync("train", "--input", folder["data/rows.csv"], "--k", "2", "--output", folder["trained"], "--quiet");

        var fingerprint = trained.Split('\n').Single(line => line.StartsWith("fingerprint ", StringComparison.Ordinal));
        Assert.Contains("job mine submitted", submitted, StringComparison.Ordinal);
        Assert.Contains(fingerprint, watched, StringComparison.Ordinal);
        Assert.Contains(fingerprint, status, StringComparison.Ordinal);
        Assert.Contains("mine", listed, StringComparison.Ordinal);
        Assert.Equal("scalar", view["report"]!["backend"]!.GetValue<string>());
        Assert.NotNull(view["report"]!["lloydGap"]);
        Assert.Equal(File.ReadAllBytes(folder["trained/model.json"]), File.ReadAllBytes(folder["fetched/model.json"]));
    }

    private async Task<string> RunAsync(string program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(3));
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(await error);
    }
}
