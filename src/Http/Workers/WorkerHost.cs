using KMeans.Coordination;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace KMeans.Http.Workers;

/// <summary>A running worker: computes blocks of passes for coordinators that ask over HTTP/2.</summary>
public sealed class WorkerHost : IAsyncDisposable
{
    private readonly ListeningServer server;
    private readonly WorkerEndpoints endpoints;
    private readonly LocalInstance instance;

    private WorkerHost(ListeningServer server, WorkerEndpoints endpoints, LocalInstance instance)
    {
        this.server = server;
        this.endpoints = endpoints;
        this.instance = instance;
    }

    /// <summary>Where it listens, with the ports that were found.</summary>
    public IReadOnlyCollection<string> Addresses => server.Addresses;

    /// <summary>Starts a worker.</summary>
    /// <param name="options">What it is told.</param>
    /// <param name="log">Told of faults, a line each, from any thread.</param>
    /// <returns>The worker, listening.</returns>
    /// <exception cref="InputException">An option is wrong, or an address cannot be listened on.</exception>
    public static async Task<WorkerHost> StartAsync(WorkerOptions options, Action<string> log)
    {
        var addresses = options.Listen.Select(ListenAddress.Parse).ToList();
        addresses.ForEach(address => address.Require(options.CertificatePath, options.Token is not null, "a token is required; give --token-file", options.Insecure));
        var instance = new LocalInstance("worker", options.Threads);
        WorkerEndpoints? endpoints = null;
        try
        {
            endpoints = new WorkerEndpoints(options, instance, log);

            // Without TLS a connection speaks one protocol from its first byte. HTTP/2 it is, which no browser speaks in the clear, so that no web page can reach a worker on loopback.
            var server = await ListeningServer.StartAsync(
                addresses, HttpProtocols.Http2, (options.CertificatePath, options.CertificateKeyPath), Limit, services => services.AddRoutingCore(), endpoints.Map).ConfigureAwait(false);
            return new WorkerHost(server, endpoints, instance);
        }
        catch
        {
            endpoints?.Dispose();
            instance.Dispose();
            throw;
        }
    }

    /// <summary>Runs until it is told to stop: takes no more work, cancels what runs, and says so to those who wait.</summary>
    /// <param name="stop">Tells it.</param>
    /// <returns>When it has stopped, within a second.</returns>
    public Task RunAsync(CancellationToken stop) => server.RunAsync(endpoints.Stop, stop);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        endpoints.Stop();
        await server.DisposeAsync().ConfigureAwait(false);
        instance.Dispose();
        endpoints.Dispose();
    }

    private static void Limit(KestrelServerLimits limits)
    {
        ListeningServer.Bound(limits, connections: 64, headers: 40, headerBytes: 16 << 10);
        limits.Http2.MaxStreamsPerConnection = 64;
        limits.Http2.InitialConnectionWindowSize = 8 << 20;
        limits.Http2.InitialStreamWindowSize = 4 << 20;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(15);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(30);
    }
}
