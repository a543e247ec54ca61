using System.Text;
using System.Text.Json.Nodes;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service;

/// <summary>Who must not come in, and what must not come out.</summary>
public sealed class SecurityTests : IDisposable
{
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
        foreach (var path in new[] { "/v1/jobs", "/v1/jobs/job/model/model.json" })
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
    public async Task Calls_FasterThanTheRate_AreThrottled()
    {
        await using var service = await Support.Service.StartAsync(folder, change: options => options with { CallsPerSecond = 10 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => service.CallAsync("ListTrainingJobs", [])));

        Assert.Contains((400, "ThrottlingException"), answers.Select(Told));
        Assert.Contains(answers, answer => answer.Status == 200);
    }

    [Fact]
    public async Task State_OfARunningService_IsNobodyElses()
    {
        await using var service = await Support.Service.StartAsync(folder);

        var refused = await Assert.ThrowsAsync<InputException>(() => Support.Service.StartAsync(folder));

        Assert.Contains(Support.Service.StateOption, refused.Message, StringComparison.Ordinal);
    }

    private static (int, string?) Told(ApiAnswer answer) => (answer.Status, answer.Error);
}
