using KMeans.Http.Service.Engine;
using KMeans.Http.Service.Security;
using KMeans.Http.Workers;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KMeans.Http.Service;

/// <summary>A running service: jobs of the reference product's clients and of our own, on this machine or its workers.</summary>
public sealed class ServiceHost : IAsyncDisposable
{
    private readonly ListeningServer listening;
    private readonly JobServer server;

    private ServiceHost(ListeningServer listening, JobServer server)
    {
        this.listening = listening;
        this.server = server;
    }

    /// <summary>Where it listens, with the ports that were found.</summary>
    public IReadOnlyCollection<string> Addresses => listening.Addresses;

    /// <summary>Starts a service; jobs that were there go on.</summary>
    /// <param name="options">What it is told.</param>
    /// <param name="log">Told of faults, a line each, from any thread.</param>
    /// <returns>The service, listening.</returns>
    /// <exception cref="InputException">An option is wrong, or an address cannot be listened on.</exception>
    public static async Task<ServiceHost> StartAsync(ServiceOptions options, Action<string> log)
    {
        var addresses = options.Listen.Select(ListenAddress.Parse).ToList();
        var keys = AccessKeys.Read(options.KeysPath, options.Names.Keys);
        addresses.ForEach(address => address.Require(options.CertificatePath, !keys.IsEmpty, $"calls must be signed; give keys with {options.Names.Keys} or in {AccessKeys.Variable}", options.Insecure));
        var roots = new DataRoots(options.DataRoots, "service");
        var engineOptions = new LocalEngineOptions(
            Path.Combine(options.StateFolder, "jobs"), roots, options.Threads, options.MemoryLimitBytes, options.Backend, options.Workers, options.WorkerAccess);
        var server = await JobServer.OpenAsync(options, keys, roots, () => new LocalJobs(engineOptions, TimeProvider.System, log), log).ConfigureAwait(false);
        try
        {
            var listening = await ListeningServer.StartAsync(
                addresses,
                HttpProtocols.Http1,
                (options.CertificatePath, options.CertificateKeyPath),
                JobServer.Limit,
                services =>
                {
                    JobServer.Add(services);
                    ServiceTelemetry.Add(services, options.OtlpEndpoint);
                },
                app =>
                {
                    server.Map(app);
                    ServiceTelemetry.Map(app);
                }).ConfigureAwait(false);
            server.Start();
            return new ServiceHost(listening, server);
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs until it is told to stop: takes no more calls, answers those that wait, and leaves jobs where they are for the next start.</summary>
    /// <param name="stop">Tells it.</param>
    /// <returns>When it has stopped, within a second or so.</returns>
    public Task RunAsync(CancellationToken stop) => listening.RunAsync(server.Stop, stop);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        server.Stop();
        await listening.DisposeAsync().ConfigureAwait(false);
        await server.DisposeAsync().ConfigureAwait(false);
    }
}
