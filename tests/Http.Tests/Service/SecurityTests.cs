using System.Text;
using System.Text.Json.Nodes;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service;

/// <summary>What must not come in.</summary>
public sealed class SecurityTests : IDisposable
{
    private static readonly string[] Refusals = ["ValidationException", "SerializationException", "UnknownOperationException", "ResourceInUse"];
    private readonly Folder folder = new();

    public SecurityTests()
    {
        Directory.CreateDirectory(folder["data"]);
        folder.WriteCsv("secret/rows.csv", 100);
        folder.Write("data/rows.csv", "1,2\n3,4\n5,6\n");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Calls_WithKeys_MustBeSigned()
    {
        await using var service = await Support.Service.StartAsync(folder, signs: true);
        var body = Encoding.UTF8.GetBytes(Support.Service.Training(folder, "job").ToJsonString());
        using var unsigned = service.Request("CreateTrainingJob", body);
        using var wrong = service.Request("CreateTrainingJob", body);
        Signing.Sign(wrong, body, DateTimeOffset.UtcNow, secret: "another secret of length");
        var time = DateTimeOffset.UtcNow;
        using var right = service.Request("CreateTrainingJob", body);
        Signing.Sign(right, body, time);
        using var again = service.Request("CreateTrainingJob", body);
        Signing.Sign(again, body, time);

        Assert.Equal((403, "MissingAuthenticationTokenException"), Told(await Support.Service.SendAsync(unsigned)));
        Assert.Equal((403, "InvalidSignatureException"), Told(await Support.Service.SendAsync(wrong)));
        Assert.Equal(200, (await Support.Service.SendAsync(right)).Status);
        Assert.Equal((403, "InvalidSignatureException"), Told(await Support.Service.SendAsync(again)));
        using var http = new HttpClient();
        foreach (var path in new[] { "/v1/jobs", "/v1/jobs/job/model/model.json", "/metrics" })
        {
            Assert.Equal(403, (int)(await http.GetAsync(new Uri(service.Url + path))).StatusCode);
        }

        Assert.Equal(200, (int)(await http.GetAsync(new Uri(service.Url + "/health/ready"))).StatusCode);
    }

    [Fact]
    public async Task Calls_AreLogged_ALineEach()
    {
        await using (var service = await Support.Service.StartAsync(folder, signs: true))
        {
            await service.DoAsync("CreateTrainingJob", Support.Service.Training(folder, "logged"));
            await service.CallAsync("DescribeTrainingJob", new JsonObject { ["TrainingJobName"] = "absent" });
            using var unsigned = service.Request("StopTrainingJob", "{}"u8.ToArray());
            await Support.Service.SendAsync(unsigned);
        }

        var lines = File.ReadAllLines(folder["state/audit.log"]).Select(line => JsonNode.Parse(line)!).Select(line => $"{line["caller"]} {line["operation"]} {line["subject"]} {line["status"]} {line["error"]}".Trim());

        Assert.Equal(
        [
            $"{Support.Service.KeyId} CreateTrainingJob logged 200", $"{Support.Service.KeyId} DescribeTrainingJob absent 400 ValidationException", "- POST /  403 MissingAuthenticationTokenException",
        ], lines);
    }

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
        Directory.CreateSymbolicLink(folder["data/link"], folder["secret"]);
        await using var service = await Support.Service.StartAsync(folder);
        var uri = place.Replace("{data}", folder["data"], StringComparison.Ordinal);
        var reads = Support.Service.Training(folder, "reads", source: uri);
        var writes = Support.Service.Training(folder, "writes");
        writes["OutputDataConfig"]!["S3OutputPath"] = uri;

        Assert.Equal((400, "ValidationException"), Told(await service.CallAsync("CreateTrainingJob", reads)));
        Assert.Equal((400, "ValidationException"), Told(await service.CallAsync("CreateTrainingJob", writes)));
        Assert.Equal(["rows.csv"], Directory.EnumerateFileSystemEntries(folder["secret"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Output_WhoseFolderBecomesALink_IsNotWrittenThroughIt()
    {
        await using var service = await Support.Service.StartAsync(folder);
        Directory.CreateDirectory(folder["data/out"]);
        Directory.CreateSymbolicLink(folder["data/out/job"], folder["secret"]);
        await service.DoAsync("CreateTrainingJob", Support.Service.Training(folder, "job"));

        Assert.Contains("outside", (await service.EndAsync("job"))["FailureReason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(["rows.csv"], Directory.EnumerateFileSystemEntries(folder["secret"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Bodies_ThatAreTooLarge_AreRefused_WithAndWithoutALength()
    {
        await using var service = await Support.Service.StartAsync(folder);
        var large = new byte[(1 << 20) + 1];
        using var chunked = service.Request("CreateTrainingJob", large);
        chunked.Headers.TransferEncodingChunked = true;

        Assert.Equal(413, (await service.SendAsync("CreateTrainingJob", large)).Status);
        Assert.Equal((413, "RequestEntityTooLargeException"), Told(await Support.Service.SendAsync(chunked)));
    }

    [Fact]
    public async Task Bodies_ThatAreMalformed_GetTheDocumentedError_AndReachNothing()
    {
        await using var service = await Support.Service.StartAsync(folder);
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

    [Fact]
    public async Task Calls_FromAPageInABrowser_DoNotComeThrough()
    {
        await using var service = await Support.Service.StartAsync(folder);
        using var form = service.Request("ListTrainingJobs", "{}"u8.ToArray());
        form.Content!.Headers.Remove("Content-Type");
        form.Content.Headers.TryAddWithoutValidation("Content-Type", "text/plain");
        using var rebound = service.Request("ListTrainingJobs", "{}"u8.ToArray());
        rebound.Headers.Host = "attacker.example";

        Assert.Equal((400, "SerializationException"), Told(await Support.Service.SendAsync(form)));
        Assert.Equal((403, "AccessDeniedException"), Told(await Support.Service.SendAsync(rebound)));
    }

    [Fact]
    public async Task Calls_FasterThanTheRate_AreThrottled()
    {
        await using var service = await Support.Service.StartAsync(folder, change: options => options with { CallsPerSecond = 10 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => service.CallAsync("ListTrainingJobs", [])));

        Assert.Contains((400, "ThrottlingException"), answers.Select(Told));
        Assert.Contains(answers, answer => answer.Status == 200);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", false, "calls must be signed")]
    [InlineData("http://0.0.0.0:0", true, "without TLS")]
    [InlineData("https://127.0.0.1:0", true, "--tls-cert")]
    public async Task Service_ThatOthersReach_MustBeProtected(string listen, bool signs, string expected)
    {
        var refused = await Assert.ThrowsAsync<InputException>(() => Support.Service.StartAsync(folder, signs, options => options with { Listen = [listen] }));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task State_OfARunningService_IsNobodyElses()
    {
        await using var service = await Support.Service.StartAsync(folder);

        var refused = await Assert.ThrowsAsync<InputException>(() => Support.Service.StartAsync(folder));

        Assert.Contains("--state", refused.Message, StringComparison.Ordinal);
    }

    private static (int, string?) Told(ApiAnswer answer) => (answer.Status, answer.Error);
}
