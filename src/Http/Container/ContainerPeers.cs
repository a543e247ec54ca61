using System.Collections.Concurrent;
using KMeans.Coordination;
using KMeans.Http.Protocol;
using KMeans.Http.Remote;
using KMeans.SageMaker;

namespace KMeans.Http.Container;

/// <summary>The hosts of a job as this one reaches them.</summary>
internal sealed class ContainerPeers : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly ContainerHosts hosts;
    private readonly TimeProvider clock;
    private readonly Dictionary<string, WorkerClient> clients;
    private readonly ConcurrentDictionary<string, string> reasons = new(StringComparer.Ordinal);

    /// <summary>Knows where they are.</summary>
    /// <param name="hosts">Their names.</param>
    /// <param name="options">Their addresses.</param>
    /// <param name="token">What they share.</param>
    /// <param name="clock">The time.</param>
    public ContainerPeers(ContainerHosts hosts, ContainerOptions options, string token, TimeProvider clock)
    {
        this.hosts = hosts;
        this.clock = clock;
        Client = new WorkerClientOptions { Token = token };
        Urls = hosts.All.ToDictionary(host => host, host => options.Addresses.TryGetValue(host, out var place) ? $"http://{place.Address}:{place.Port}" : $"http://{host}:{options.Port}");
        Listen = options.Addresses.ContainsKey(hosts.Current) ? Urls[hosts.Current] : $"http://0.0.0.0:{options.Port}";
        clients = Urls.ToDictionary(entry => entry.Key, entry => new WorkerClient(entry.Value, Client));
    }

    /// <summary>How hosts are spoken to.</summary>
    public WorkerClientOptions Client { get; }

    /// <summary>Where this host listens.</summary>
    public string Listen { get; }

    /// <summary>Where each host is reached.</summary>
    public IReadOnlyDictionary<string, string> Urls { get; }

    /// <summary>Why a host did not answer when it was asked last.</summary>
    /// <param name="host">Its name.</param>
    /// <returns>"algo-2 (http://algo-2:7080): it is not reachable (...)".</returns>
    public string Describe(string host) => $"{host} ({Urls[host]}): {reasons.GetValueOrDefault(host, "it did not answer")}";

    /// <summary>Waits until all hosts answer.</summary>
    /// <param name="patience">The longest wait.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Those that do not; none where all is well.</returns>
    public async Task<IReadOnlyList<string>> MissingAsync(TimeSpan patience, CancellationToken cancellation)
    {
        var since = clock.GetTimestamp();
        var missing = hosts.All.ToList();
        while (true)
        {
            var answers = await Task.WhenAll(missing.Select(host => IsThereAsync(host, cancellation))).ConfigureAwait(false);
            missing = [.. missing.Where((_, i) => !answers[i])];
            if (missing.Count == 0 || clock.GetElapsedTime(since) > patience)
            {
                return missing;
            }

            await Task.Delay(Pause, clock, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Watches the coordinator until it is gone.</summary>
    /// <param name="patience">The longest wait until it is there.</param>
    /// <param name="silence">Gone for so long is gone.</param>
    /// <param name="cancellation">Stops watching.</param>
    /// <returns>What to say of it.</returns>
    public async Task<string> WatchCoordinatorAsync(TimeSpan patience, TimeSpan silence, CancellationToken cancellation)
    {
        var since = clock.GetTimestamp();
        var seen = false;
        while (true)
        {
            if (await IsThereAsync(hosts.Coordinator, cancellation).ConfigureAwait(false))
            {
                (seen, since) = (true, clock.GetTimestamp());
            }
            else if (clock.GetElapsedTime(since) is var gone && gone > (seen ? silence : patience))
            {
                return $"the coordinating host {(seen ? "is gone" : "did not come")} for {gone.TotalSeconds:0} s; {Describe(hosts.Coordinator)}";
            }

            await Task.Delay(4 * Pause, clock, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Tells the other hosts that it is over. Those that do not answer find out by themselves.</summary>
    /// <param name="done">Whether it went well.</param>
    /// <returns>When they know, or do not answer.</returns>
    public async Task ReleaseAsync(bool done)
    {
        using var patience = new CancellationTokenSource(Farewell, clock);
        await Task.WhenAll(hosts.All.Where(host => host != hosts.Current).Select(host => TellAsync(host, done, patience.Token))).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }
    }

    private async Task<bool> IsThereAsync(string host, CancellationToken cancellation)
    {
        try
        {
            await clients[host].InfoAsync(cancellation).ConfigureAwait(false);
            return true;
        }
        catch (InstanceFaultException e)
        {
            reasons[host] = e.Message;
            return false;
        }
    }

    private async Task TellAsync(string host, bool done, CancellationToken patience)
    {
        while (!patience.IsCancellationRequested)
        {
            try
            {
                await clients[host].SendAsync(HttpMethod.Post, $"{Routes.Release}?done={(done ? "true" : "false")}", null, patience).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is InstanceFaultException or OperationCanceledException)
            {
                await Task.Delay(Pause, clock, patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
