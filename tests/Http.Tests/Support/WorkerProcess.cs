using System.Net;
using System.Net.Http.Json;
using KMeans.Http.Protocol;

namespace KMeans.Http.Tests.Support;

/// <summary>A worker as a process of its own.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private WorkerProcess(KMeansProcess process, string url)
    {
        Process = process;
        Url = url;
    }

    public KMeansProcess Process { get; }

    public string Url { get; }

    /// <summary>Starts a worker with one thread and waits until it listens.</summary>
    public static async Task<WorkerProcess> StartAsync(string root, string listen = "http://127.0.0.1:0", params string[] more)
    {
        const string begin = "listening on ";
        var process = KMeansProcess.Start(["worker", "--listen", listen, "--data-root", root, "--threads", "1", .. more]);
        return new WorkerProcess(process, (await process.OutputAsync(line => line.StartsWith(begin, StringComparison.Ordinal)))[begin.Length..]);
    }

    /// <summary>Waits until it computes: each question is asked when the one before was answered.</summary>
    public async Task ComputingAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while ((await Http.GetFromJsonAsync(new Uri(Url + Routes.Health), ProtocolJson.Default.WorkerHealth, patience.Token))!.RunningBlocks == 0)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
