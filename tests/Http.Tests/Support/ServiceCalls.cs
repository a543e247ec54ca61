using System.Text;
using System.Text.Json.Nodes;

namespace KMeans.Http.Tests.Support;

/// <summary>An answer of the service's API.</summary>
internal sealed record ApiAnswer(int Status, JsonObject Body)
{
    /// <summary>The error's name, or null.</summary>
    public string? Error => Body["__type"]?.GetValue<string>();

    public string Message => Body["message"]?.GetValue<string>() ?? "";
}

/// <summary>A running service: what tests call. How it is started is in another part, so that the same tests run over a service of its own and over one on a silo.</summary>
internal sealed partial class Service
{
    public const string KeyId = "AKIDEXAMPLE";
    public const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    private static readonly HttpClient Http = new();

    public string Url { get; }

    /// <summary>Calls an operation.</summary>
    public Task<ApiAnswer> CallAsync(string operation, JsonObject body) => SendAsync(operation, Encoding.UTF8.GetBytes(body.ToJsonString()));

    /// <summary>Calls an operation that must succeed.</summary>
    public async Task<JsonObject> DoAsync(string operation, JsonObject body)
    {
        var answer = await CallAsync(operation, body);
        Assert.True(answer.Status == 200, answer.Body.ToJsonString());
        return answer.Body;
    }

    /// <summary>Sends a body as it is.</summary>
    public async Task<ApiAnswer> SendAsync(string operation, byte[] body)
    {
        using var request = Request(operation, body);
        SignIfNeeded(request, body);
        return await SendAsync(request);
    }

    /// <summary>Sends a request as it is.</summary>
    public static async Task<ApiAnswer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new ApiAnswer((int)response.StatusCode, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject());
    }

    /// <summary>A request without a signature.</summary>
    public HttpRequestMessage Request(string operation, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(Url), "/")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", $"SageMaker.{operation}");
        return request;
    }

    /// <summary>Waits for a job's end.</summary>
    public async Task<JsonObject> EndAsync(string name, string operation = "DescribeTrainingJob", string member = "TrainingJobName", string status = "TrainingJobStatus")
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            var job = await DoAsync(operation, new JsonObject { [member] = name });
            if (job[status]!.GetValue<string>() is "Completed" or "Failed" or "Stopped")
            {
                return job;
            }
        }
    }

    /// <summary>Creates a training job that must be completed.</summary>
    /// <returns>Its report.</returns>
    public async Task<JsonNode> ReportAsync(JsonObject training)
    {
        var name = training["TrainingJobName"]!.GetValue<string>();
        await DoAsync("CreateTrainingJob", training);
        var job = await EndAsync(name);
        Assert.True(job["FailureReason"] is null, job["FailureReason"]?.ToString());
        return JsonNode.Parse(await Http.GetStringAsync(new Uri($"{Url}/v1/jobs/{name}")))!["report"]!;
    }

    /// <summary>A request for a training on a CSV file of two features.</summary>
    public static JsonObject Training(Folder folder, string name, int k = 2, string? source = null) => new()
    {
        ["TrainingJobName"] = name,
        ["RoleArn"] = "arn:aws:iam::123456789012:role/trainer",
        ["AlgorithmSpecification"] = new JsonObject { ["TrainingImage"] = "382416733822.dkr.ecr.us-east-1.amazonaws.com/kmeans:1", ["TrainingInputMode"] = "File" },
        ["HyperParameters"] = new JsonObject { ["k"] = $"{k}", ["feature_dim"] = "2" },
        ["InputDataConfig"] = new JsonArray(Channel("train", source ?? $"file://{folder["data/rows.csv"]}")),
        ["OutputDataConfig"] = new JsonObject { ["S3OutputPath"] = $"file://{folder["data/out"]}" },
        ["ResourceConfig"] = new JsonObject { ["InstanceType"] = "ml.m4.xlarge", ["InstanceCount"] = 1, ["VolumeSizeInGB"] = 5 },
        ["StoppingCondition"] = new JsonObject { ["MaxRuntimeInSeconds"] = 3600 },
    };

    /// <summary>A channel of a CSV file without a label.</summary>
    public static JsonObject Channel(string name, string source) => new()
    {
        ["ChannelName"] = name,
        ["ContentType"] = "text/csv;label_size=0",
        ["DataSource"] = new JsonObject { ["S3DataSource"] = new JsonObject { ["S3DataType"] = "S3Prefix", ["S3Uri"] = source, ["S3DataDistributionType"] = "FullyReplicated" } },
    };
}
