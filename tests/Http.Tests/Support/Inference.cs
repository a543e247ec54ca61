using KMeans.Http.Inference;
using KMeans.Models;

namespace KMeans.Http.Tests.Support;

/// <summary>A server of one small model in this process on a free loopback port: two features, centers at (0, 0) and (3, 4).</summary>
internal sealed class Inference : IAsyncDisposable
{
    private readonly Folder folder;
    private readonly InferenceHost host;
    private readonly HttpClient http = new();

    private Inference(Folder folder, InferenceHost host, List<string> faults)
    {
        this.folder = folder;
        this.host = host;
        Faults = faults;
        Url = new Uri(host.Address);
    }

    public Uri Url { get; }

    /// <summary>What the server told its log: faults.</summary>
    public IReadOnlyList<string> Faults { get; }

    public static async Task<Inference> StartAsync(Func<InferenceOptions, InferenceOptions>? change = null)
    {
        var folder = new Folder();
        using (var archive = File.Create(folder["model.tar.gz"]))
        {
            ModelArchive.Write(archive, [0, 0, 3, 4], 2);
        }

        var faults = new List<string>();
        var options = new InferenceOptions { Listen = "http://127.0.0.1:0", ModelPath = folder["model.tar.gz"] };
        var host = await InferenceHost.StartAsync(change?.Invoke(options) ?? options, faults.Add);
        return new Inference(folder, host, faults);
    }

    /// <summary>Sends a body as it is.</summary>
    public Task<HttpResponseMessage> Invoke(byte[] body, string? contentType, string? accept = null, string path = "/invocations") =>
        Invoke(new ByteArrayContent(body), contentType, accept, path);

    public async Task<HttpResponseMessage> Invoke(HttpContent content, string? contentType, string? accept = null, string path = "/invocations")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Url, path)) { Content = content };
        if (contentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await http.SendAsync(request);
    }

    public Task<HttpResponseMessage> Get(string path) => http.GetAsync(new Uri(Url, path));

    /// <summary>Stops it as SIGTERM does.</summary>
    public async Task StopAsync()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await host.RunAsync(stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await host.DisposeAsync();
        folder.Dispose();
    }
}
