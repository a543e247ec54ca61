using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace KMeans.Browser.Tests.Support;

/// <summary>A service as a process of its own, over a folder with data, and with worker processes.</summary>
internal sealed class ServedJobs : IAsyncDisposable
{
    private const string Begin = "listening on ";
    private static readonly HttpClient Http = new();
    private readonly Folder folder = new();
    private readonly List<KMeansProcess> workers = [];
    private readonly string? token;
    private string[] arguments = [];

    private ServedJobs(string? token) => this.token = token;

    public KMeansProcess Process { get; private set; } = null!;

    public string Url { get; private set; } = "";

    public string this[string name] => folder[name];

    /// <summary>Starts it.</summary>
    /// <param name="workerCount">Worker processes; 0 for a service that trains itself.</param>
    /// <param name="keys">The lines of its keys' file, or null.</param>
    /// <param name="token">Its token, or null.</param>
    public static async Task<ServedJobs> StartAsync(int workerCount = 0, string? keys = null, string? token = null)
    {
        var served = new ServedJobs(token);
        Directory.CreateDirectory(served["data"]);
        var urls = new List<string>();
        for (var i = 0; i < workerCount; i++)
        {
            var worker = KMeansProcess.Start("worker", "--listen", "http://127.0.0.1:0", "--data-root", served["data"], "--threads", "1");
            served.workers.Add(worker);
            urls.Add(await ListenAsync(worker));
        }

        served.arguments =
        [
            "serve", "--data-root", served["data"], "--state", served["state"], "--threads", "1",
            .. urls.Count > 0 ? ["--workers", string.Join(',', urls)] : Array.Empty<string>(),
            .. keys is null ? Array.Empty<string>() : ["--keys-file", served.folder.Write("keys", keys)],
            .. token is null ? Array.Empty<string>() : ["--token-file", served.folder.Write("token", token)],
        ];
        await served.BeginAsync("http://127.0.0.1:0");
        return served;
    }

    /// <summary>Begins again where it was.</summary>
    public Task RestartAsync() => BeginAsync(Url);

    /// <summary>Makes rows around ten centers, in four files.</summary>
    public Task GenerateAsync(string name, int rows) =>
        KMeansProcess.RunAsync("generate", "--rows", $"{rows}", "--features", "16", "--clusters", "10", "--files", "4", "--output", this[$"data/{name}"], "--quiet");

    public string WriteCsv(string name, int rows) => folder.WriteCsv($"data/{name}", rows);

    /// <summary>Submits a job, as users do.</summary>
    public Task SubmitAsync(string name, string input, int k, int epochs = 1) =>
        KMeansProcess.RunAsync(
        [
            "submit", "--url", Url, "--input", this[$"data/{input}"], "--k", $"{k}", "--epochs", $"{epochs}", "--job", name,
            .. token is null ? Array.Empty<string>() : ["--token-file", this["token"]],
        ]);

    /// <summary>Waits until a job is at its end: so long its events last.</summary>
    public async Task<string> EndAsync(string name)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        await Http.GetStringAsync(new Uri($"{Url}/v1/jobs/{name}/events"), patience.Token);
        return (await Http.GetFromJsonAsync<JsonObject>(new Uri($"{Url}/v1/jobs/{name}"), patience.Token))!["state"]!.GetValue<string>();
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        foreach (var worker in workers)
        {
            await worker.DisposeAsync();
        }

        folder.Dispose();
    }

    private static async Task<string> ListenAsync(KMeansProcess process)
    {
        var line = process.OutputAsync(line => line.StartsWith(Begin, StringComparison.Ordinal));
        if (await Task.WhenAny(line, process.ExitAsync()) != line)
        {
            Assert.Fail(process.Error);
        }

        return (await line)[Begin.Length..];
    }

    private async Task BeginAsync(string listen)
    {
        Process = KMeansProcess.Start([.. arguments, "--listen", listen]);
        Url = await ListenAsync(Process);
    }
}
