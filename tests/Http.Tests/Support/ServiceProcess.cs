using System.Text;
using System.Text.Json.Nodes;

namespace KMeans.Http.Tests.Support;

/// <summary>A service as a process of its own.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private ServiceProcess(KMeansProcess process, string url) => (Process, Url) = (process, url);

    public KMeansProcess Process { get; }

    public string Url { get; }

    /// <summary>Starts a service over a folder and waits until it listens.</summary>
    public static Task<ServiceProcess> StartAsync(Folder folder, IReadOnlyDictionary<string, string>? environment = null, params string[] more) =>
        RunAsync(folder, "http://127.0.0.1:0", environment ?? new Dictionary<string, string>(), more);

    /// <summary>Starts one that speaks TLS.</summary>
    public static Task<ServiceProcess> StartSecureAsync(Folder folder, Authority authority, params string[] more) =>
        RunAsync(folder, "https://127.0.0.1:0", new Dictionary<string, string>(), ["--tls-cert", authority.CertificatePath, "--tls-key", authority.KeyPath, .. more]);

    private static async Task<ServiceProcess> RunAsync(Folder folder, string listen, IReadOnlyDictionary<string, string> environment, string[] more)
    {
        const string begin = "listening on ";
        Directory.CreateDirectory(folder["data"]);
        var process = KMeansProcess.Start(environment, ["serve", "--listen", listen, "--data-root", folder["data"], "--state", folder["state"], .. more]);
        return new ServiceProcess(process, (await process.OutputAsync(line => line.StartsWith(begin, StringComparison.Ordinal)))[begin.Length..]);
    }

    /// <summary>Calls an operation that must succeed.</summary>
    public async Task<JsonObject> DoAsync(string operation, JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(Url), "/")) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString())) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", $"SageMaker.{operation}");
        var answer = await Service.SendAsync(request);
        Assert.True(answer.Status == 200, answer.Body.ToJsonString());
        return answer.Body;
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
