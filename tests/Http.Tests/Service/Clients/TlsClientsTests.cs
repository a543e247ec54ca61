using System.Diagnostics;
using System.Text.Json.Nodes;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service.Clients;

/// <summary>kmeans serve over https with keys and a token, and clients that trust its authority, or do not.</summary>
public sealed class TlsClientsTests : IDisposable
{
    private readonly Folder folder = new();
    private readonly Authority authority;
    private readonly string keys;
    private readonly string token;

    public TlsClientsTests()
    {
        folder.Write("data/rows.csv", string.Concat(Enumerable.Range(0, 300).Select(i => $"{i % 3 * 10},{i % 7}\n")));
        authority = new Authority(folder);
        keys = folder.Write("keys", $"{Support.Service.KeyId} {Support.Service.Secret}\n");
        token = folder.Write("token", "0123456789abcdef0123456789abcdef");
    }

    public void Dispose() => folder.Dispose();

    [PrerequisiteFact(Prerequisite.Boto3)]
    public async Task Boto3_WithTheAuthority_CreatesWaitsAndDescribes_AndWithoutIsRefused()
    {
        await using var service = await StartAsync();
        var request = folder.Write("request.json", Support.Service.Training(folder, "over-tls").ToJsonString());
        var start = new ProcessStartInfo(Prerequisite.Get(Prerequisite.Boto3), [Repository.PathOf("tests/Http.Tests/Service/Clients/tls_job.py"), service.Url, authority.AuthorityPath, request])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["AWS_ACCESS_KEY_ID"] = Support.Service.KeyId, ["AWS_SECRET_ACCESS_KEY"] = Support.Service.Secret },
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, await error);
        var told = JsonNode.Parse(output)!;
        Assert.StartsWith("https://127.0.0.1:", service.Url, StringComparison.Ordinal);
        Assert.Equal("Completed", told["status"]!.GetValue<string>());
        Assert.Contains("CERTIFICATE_VERIFY_FAILED", told["refusal"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(File.Exists(folder["data/out/over-tls/output/model.tar.gz"]));
    }

    [Fact]
    public async Task OurClient_WithTheAuthority_SubmitsAsksAndFetches_AndWithoutIsRefusedInALine()
    {
        await using var service = await StartAsync();
        Task<string> KMeans(string command, params string[] more) => KMeansProcess.RunAsync([command, "--url", service.Url, "--token-file", token, "--tls-ca", authority.AuthorityPath, .. more]);

        await KMeans("submit", "--input", "rows.csv", "--k", "3", "--job", "mine", "--watch", "--quiet");
        var status = await KMeans("status", "--job", "mine");
        await KMeans("fetch", "--job", "mine", "--output", folder["fetched"]);
        await KMeansProcess.RunAsync("train", "--input", folder["data/rows.csv"], "--k", "3", "--output", folder["trained"], "--quiet");
        await using var stranger = KMeansProcess.Start("status", "--url", service.Url, "--token-file", token, "--job", "mine");

        Assert.Contains("finished", status, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(folder["trained/model.json"]), File.ReadAllBytes(folder["fetched/model.json"]));
        Assert.Equal(2, await stranger.ExitAsync());
        Assert.Matches($"^kmeans: --url {service.Url}: TLS could not be agreed on \\(.+\\); name its authority with --tls-ca\\.$", stranger.Error.Trim());
    }

    private Task<ServiceProcess> StartAsync() => ServiceProcess.StartSecureAsync(folder, authority, "--keys-file", keys, "--token-file", token);
}
