using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace KMeans.Cluster.Tests.Support;

/// <summary>One silo as its own process on loopback.</summary>
internal sealed class SiloProcess : IDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = [];

    private SiloProcess(IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string> environment)
    {
        Ports = FreePorts.Take(3);
        Url = $"http://127.0.0.1:{Text(Ports[0])}";
        var path = typeof(SiloProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "SiloPath").Value!;
        var start = new ProcessStartInfo("dotnet", [path]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        foreach (var (key, value) in new Dictionary<string, string>(settings)
        {
            ["HttpPort"] = Text(Ports[0]),
            ["GatewayPort"] = Text(Ports[1]),
            ["SiloPort"] = Text(Ports[2]),
            ["Threads"] = "1",
            ["ShutdownSeconds"] = "30",
        })
        {
            start.Environment[$"Silo__{key}"] = value;
        }

        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>All that it listens at.</summary>
    public IReadOnlyList<int> Ports { get; }

    /// <summary>Where its HTTP endpoints are.</summary>
    public string Url { get; }

    /// <summary>What it printed.</summary>
    public string Output => string.Join('\n', output);

    /// <summary>Starts silos of one cluster and waits until they are its members.</summary>
    public static async Task<SiloProcess[]> StartAsync(string connectionString, string dataRoot, int count)
    {
        var silos = Enumerable.Range(0, count).Select(i => new SiloProcess(
            new Dictionary<string, string> { ["PostgreSql"] = connectionString, ["SiloName"] = $"silo-{i}", ["DataRoots"] = dataRoot }, new Dictionary<string, string>())).ToArray();
        await Task.WhenAll(silos.Select(silo => silo.ReadyAsync()));
        return silos;
    }

    /// <summary>Starts one with settings, and variables of its environment beside them, and waits until it is a member.</summary>
    public static async Task<SiloProcess> StartAsync(IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string>? environment = null)
    {
        var silo = new SiloProcess(settings, environment ?? new Dictionary<string, string>());
        await silo.ReadyAsync();
        return silo;
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => process.Kill();

    /// <summary>What is at one of its addresses.</summary>
    public Task<string> GetAsync(string path) => Http.GetStringAsync(Url + path);

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.WaitForExit();
        process.Dispose();
    }

    private async Task ReadyAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        for (var tries = 0; tries < 1200; tries++)
        {
            Assert.False(process.HasExited, $"The silo ended:\n{Output}");
            try
            {
                if (await GetAsync("/health/ready") == "ready")
                {
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // It does not listen yet, or is no member yet.
            }

            await timer.WaitForNextTickAsync();
        }

        Assert.Fail($"The silo is not ready after five minutes:\n{Output}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
