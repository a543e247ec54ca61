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
    public static async Task<ServiceProcess> StartAsync(Folder folder, IReadOnlyDictionary<string, string>? environment = null, params string[] more)
    {
        const string begin = "listening on ";
        Directory.CreateDirectory(folder["data"]);
        var process = KMeansProcess.Start(environment ?? new Dictionary<string, string>(), ["serve", "--listen", "http://127.0.0.1:0", "--data-root", folder["data"], "--state", folder["state"], .. more]);
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
