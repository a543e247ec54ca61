using System.Globalization;
using KMeans.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans.Configuration;

namespace KMeans.Client.Cluster;

/// <summary>Connects to a cluster of silos.</summary>
public static class ClusterConnection
{
    private const string Localhost = "localhost";
    private const int DefaultGatewayPort = 30000;
    private const string Invariant = "Npgsql";

    /// <summary>A silo that starts, or a network that is slow, is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Connects.</summary>
    /// <param name="cluster">"localhost", "localhost:PORT" (a silo's gateway), or the connection string of the PostgreSQL database that the silos share.</param>
    /// <param name="clusterId">The cluster's name.</param>
    /// <param name="serviceId">What its jobs are stored under.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The cluster's jobs; disconnects when it is disposed.</returns>
    /// <exception cref="InputException">The cluster is not named well.</exception>
    /// <exception cref="IOException">No silo answers.</exception>
    public static async Task<IJobService> ConnectAsync(string cluster, string clusterId, string serviceId, CancellationToken cancellation)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var source = Source(cluster, out var port);
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (clusterId, serviceId));
            client.Configure<ClientMessagingOptions>(options => options.CancelRequestOnTimeout = true);
            var deadline = TimeProvider.System.GetTimestamp();
            client.UseConnectionRetryFilter(async (_, token) =>
            {
                if (TimeProvider.System.GetElapsedTime(deadline) > Patience)
                {
                    return false;
                }

                await Task.Delay(Pause, token).ConfigureAwait(false);
                return true;
            });
            if (source is null)
            {
                client.UseLocalhostClustering([port], serviceId, clusterId);
            }
            else
            {
                client.UseAdoNetClustering(options => (options.Invariant, options.DataSource) = (Invariant, source));
                client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(10));
            }
        });
        var host = builder.Build();
        async Task Close()
        {
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
            host.Dispose();
            if (source is not null)
            {
                await source.DisposeAsync().ConfigureAwait(false);
            }
        }

        try
        {
            await host.StartAsync(cancellation).ConfigureAwait(false);
            return new ClusterJobs(host.Services.GetRequiredService<IClusterClient>(), TimeProvider.System, Close);
        }
        catch (Exception e)
        {
            await Close().ConfigureAwait(false);
            if (e is OperationCanceledException)
            {
                throw;
            }

            throw new IOException($"--cluster {Name(cluster)}: no silo of cluster '{clusterId}' answers ({e.Message.TrimEnd('.')}); start one, or correct --cluster and --cluster-id", e);
        }
    }

    /// <summary>What a cluster may be called in a message: a connection string may hold a password.</summary>
    private static string Name(string cluster) => cluster.StartsWith(Localhost, StringComparison.Ordinal) ? cluster : "PostgreSQL";

    private static NpgsqlDataSource? Source(string cluster, out int port)
    {
        port = DefaultGatewayPort;
        if (cluster == Localhost)
        {
            return null;
        }

        if (cluster.StartsWith($"{Localhost}:", StringComparison.Ordinal))
        {
            return int.TryParse(cluster.AsSpan(Localhost.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535
                ? null
                : throw new InputException($"--cluster {cluster}: give a port from 1 to 65535 behind 'localhost:'.");
        }

        try
        {
            return NpgsqlDataSource.Create(cluster);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new InputException($"--cluster: is neither localhost[:PORT] nor a PostgreSQL connection string such as Host=db;Database=kmeans ({e.Message.TrimEnd('.')}).", e);
        }
    }
}
