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
    private readonly int httpPort;
    private readonly ConcurrentQueue<string> output = [];

    private SiloProcess(string connectionString, string dataRoot, string name)
    {
        Ports = FreePorts.Take(3);
        httpPort = Ports[0];
        var path = typeof(SiloProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "SiloPath").Value!;
        var start = new ProcessStartInfo("dotnet", [path]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["PostgreSql"] = connectionString,
            ["SiloName"] = name,
            ["DataRoots"] = dataRoot,
            ["HttpPort"] = Text(httpPort),
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

    /// <summary>What it printed.</summary>
    public string Output => string.Join('\n', output);

    public static async Task<SiloProcess[]> StartAsync(string connectionString, string dataRoot, int count)
    {
        var silos = Enumerable.Range(0, count).Select(i => new SiloProcess(connectionString, dataRoot, $"silo-{i}")).ToArray();
        await Task.WhenAll(silos.Select(silo => silo.ReadyAsync()));
        return silos;
    }

    public void Kill() => process.Kill();

    /// <summary>What is at one of its addresses.</summary>
    public Task<string> GetAsync(string path) => Http.GetStringAsync($"http://127.0.0.1:{httpPort}{path}");

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
