using System.Text;
using System.Text.Json.Nodes;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service;

/// <summary>Calls that are refused, whatever the service was told.</summary>
public sealed class RefusedCallsTests(SharedService shared) : IClassFixture<SharedService>
{
    private static readonly string[] Refusals = ["ValidationException", "SerializationException", "UnknownOperationException", "ResourceInUse"];
    private readonly Folder folder = Prepare(shared.Folder);
    private readonly Support.Service service = shared.Service;

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("file://{data}/../secret/rows.csv")]
    [InlineData("file://{data}/%2e%2e/secret/rows.csv")]
    [InlineData("file://{data}/..%2fsecret/rows.csv")]
    [InlineData("file://{data}/link/rows.csv")]
    [InlineData("file://{data}x")]
    [InlineData("file://otherhost{data}/rows.csv")]
    [InlineData("file://{data}/rows.csv%00")]
    [InlineData("/etc/passwd")]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("s3://bucket/key")]
    [InlineData("s3://")]
    [InlineData("file://{data}/rows.csv?x=../../..")]
    public async Task Places_OutsideTheRoots_AreRefused_ForReadingAndWriting(string place)
    {
        var uri = place.Replace("{data}", folder["data"], StringComparison.Ordinal);
        var reads = Support.Service.Training(folder, "reads", source: uri);
        var writes = Support.Service.Training(folder, "writes");
        writes["OutputDataConfig"]!["S3OutputPath"] = uri;

        Assert.Equal((400, "ValidationException"), Told(await service.CallAsync("CreateTrainingJob", reads)));
        Assert.Equal((400, "ValidationException"), Told(await service.CallAsync("CreateTrainingJob", writes)));
        Assert.Equal(["rows.csv"], Directory.EnumerateFileSystemEntries(folder["secret"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Bodies_ThatAreTooLarge_AreRefused_WithAndWithoutALength()
    {
        var large = new byte[(1 << 20) + 1];
        using var chunked = service.Request("CreateTrainingJob", large);
        chunked.Headers.TransferEncodingChunked = true;

        Assert.Equal(413, (await service.SendAsync("CreateTrainingJob", large)).Status);
        Assert.Equal((413, "RequestEntityTooLargeException"), Told(await Support.Service.SendAsync(chunked)));
    }

    [Fact]
    public async Task Bodies_ThatAreMalformed_GetTheDocumentedError_AndReachNothing()
    {
        var whole = Support.Service.Training(folder, "job");
        var random = new Random(7);
        var refused = 0;
        for (var i = 0; refused < 500; i++)
        {
            Assert.True(i < 5000, "Too many changes made no difference.");
            var body = Malformed.Change(whole, random);
            var answer = await service.SendAsync("CreateTrainingJob", body);
            Assert.True(answer.Status is 200 or 400, $"{answer.Status}: {Encoding.UTF8.GetString(body)}");
            if (answer.Status == 400)
            {
                Assert.Contains(answer.Error, Refusals);
                Assert.DoesNotContain('\n', answer.Message);
                refused++;
            }
        }

        Assert.Equal(["rows.csv"], Directory.EnumerateFileSystemEntries(folder["secret"]).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("CreateModel")]
    [InlineData("CreateEndpointConfig")]
    [InlineData("CreateTransformJob")]
    [InlineData("CreateHyperParameterTuningJob")]
    [InlineData("ListTrainingJobs")]
    public async Task Bodies_OfOtherOperationsThatAreMalformed_GetTheDocumentedError(string operation)
    {
        await service.AddModelAsync(folder, $"for-{operation}", 1, 2, 3, 4);
        var whole = Whole(operation);
        var random = new Random(11);
        var refused = 0;
        for (var i = 0; refused < 60; i++)
        {
            Assert.True(i < 2000, "Too many changes made no difference.");
            var body = Malformed.Change(whole, random);
            var answer = await service.SendAsync(operation, body);
            Assert.True(answer.Status is 200 or 400, $"{answer.Status}: {Encoding.UTF8.GetString(body)}");
            if (answer.Status == 400)
            {
                Assert.Contains(answer.Error, Refusals);
                Assert.DoesNotContain('\n', answer.Message);
                refused++;
            }
        }
    }

    [Fact]
    public async Task Calls_FromAPageInABrowser_DoNotComeThrough()
    {
        using var form = service.Request("ListTrainingJobs", "{}"u8.ToArray());
        form.Content!.Headers.Remove("Content-Type");
        form.Content.Headers.TryAddWithoutValidation("Content-Type", "text/plain");
        using var rebound = service.Request("ListTrainingJobs", "{}"u8.ToArray());
        rebound.Headers.Host = "attacker.example";

        Assert.Equal((400, "SerializationException"), Told(await Support.Service.SendAsync(form)));
        Assert.Equal((403, "AccessDeniedException"), Told(await Support.Service.SendAsync(rebound)));
    }

    [Theory]
    [InlineData("http://elsewhere.example", 403)]
    [InlineData("null", 403)]
    [InlineData(null, 404)]
    public async Task Calls_FromAPage_ComeThroughFromTheSameOriginAlone(string? origin, int expected)
    {
        using var stop = new HttpRequestMessage(HttpMethod.Post, new Uri(service.Url + "/v1/jobs/nobody/stop"));
        stop.Headers.Add("Origin", origin ?? service.Url);

        Assert.Equal(expected, (await Support.Service.SendAsync(stop)).Status);
    }

    /// <summary>A body that is right as it is.</summary>
    private JsonObject Whole(string operation)
    {
        var model = $"for-{operation}";
        var definition = Support.Service.Training(folder, "trial");
        definition.Remove("TrainingJobName");
        definition["StaticHyperParameters"] = new JsonObject { ["feature_dim"] = "2" };
        definition.Remove("HyperParameters");
        return operation switch
        {
            "CreateModel" => Support.Hosting.Model("another", $"file://{folder[$"data/{model}/model.tar.gz"]}"),
            "CreateEndpointConfig" => Support.Hosting.Config("another", ("AllTraffic", model, 1)),
            "CreateTransformJob" => Transforms.Job(folder, "another", "rows.csv", job => job["ModelName"] = model),
            "ListTrainingJobs" => new JsonObject { ["MaxResults"] = 10, ["SortBy"] = "CreationTime", ["SortOrder"] = "Ascending", ["StatusEquals"] = "Completed", ["NameContains"] = "a", ["CreationTimeAfter"] = 1e9 },
            _ => new JsonObject
            {
                ["HyperParameterTuningJobName"] = "another",
                ["HyperParameterTuningJobConfig"] = new JsonObject
                {
                    ["Strategy"] = "Grid",
                    ["HyperParameterTuningJobObjective"] = new JsonObject { ["Type"] = "Minimize", ["MetricName"] = "test:msd" },
                    ["ResourceLimits"] = new JsonObject { ["MaxParallelTrainingJobs"] = 1 },
                    ["ParameterRanges"] = new JsonObject { ["IntegerParameterRanges"] = new JsonArray(new JsonObject { ["Name"] = "k", ["MinValue"] = "1", ["MaxValue"] = "2" }) },
                },
                ["TrainingJobDefinition"] = definition,
            },
        };
    }

    /// <summary>Rows inside the root, others outside, and a link that leads to those.</summary>
    private static Folder Prepare(Folder folder)
    {
        if (!Directory.Exists(folder["secret"]))
        {
            folder.WriteCsv("secret/rows.csv", 100);
            folder.Write("data/rows.csv", "1,2\n3,4\n5,6\n");
            Directory.CreateSymbolicLink(folder["data/link"], folder["secret"]);
        }

        return folder;
    }

    private static (int, string?) Told(ApiAnswer answer) => (answer.Status, answer.Error);
}
