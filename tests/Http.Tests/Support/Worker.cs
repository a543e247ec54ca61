using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using KMeans.Http.Protocol;
using KMeans.Http.Remote;
using KMeans.Http.Workers;

namespace KMeans.Http.Tests.Support;

/// <summary>A worker in this process on a free loopback port.</summary>
internal sealed class Worker : IAsyncDisposable
{
    private readonly WorkerHost host;

    private Worker(WorkerHost host)
    {
        this.host = host;
        Url = host.Addresses.Single();
    }

    public string Url { get; }

    public static async Task<Worker> StartAsync(string root, string? token = null, Func<WorkerOptions, WorkerOptions>? change = null)
    {
        var options = new WorkerOptions { Listen = ["http://127.0.0.1:0"], DataRoots = [root], Token = token, Threads = 1 };
        return new Worker(await WorkerHost.StartAsync(change?.Invoke(options) ?? options, _ => { }));
    }

    public WorkerClient Client(string? token = null) => new(Url, new WorkerClientOptions { Token = token });

    /// <summary>Sends a request as it is.</summary>
    public async Task<HttpResponseMessage> Send(HttpMethod method, string path, HttpContent? content = null, string? token = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(new Uri(Url), path)) { Content = content, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request);
    }

    /// <summary>Sends a request that must be refused, and checks the refusal's form.</summary>
    public async Task<Problem> Refused(HttpMethod method, string path, HttpContent? content = null, string? token = null)
    {
        using var response = await Send(method, path, content, token);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain('\n', await response.Content.ReadAsStringAsync());
        var problem = await response.Content.ReadFromJsonAsync(ProtocolJson.Default.Problem);
        Assert.Equal((int)response.StatusCode, problem!.Status);
        return problem;
    }

    /// <summary>Stops it as SIGTERM does.</summary>
    public async Task StopAsync()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await host.RunAsync(stop.Token);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
