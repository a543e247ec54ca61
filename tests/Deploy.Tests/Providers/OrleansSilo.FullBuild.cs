using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;

namespace KMeans.Deploy.Tests.Providers;

/// <summary>A silo without grains on loopback, with Orleans' own ADO.NET providers.</summary>
internal sealed class OrleansSilo : IAsyncDisposable
{
    public const string StorageName = "kmeans";
    private readonly IHost host;

    private OrleansSilo(IHost host) => this.host = host;

    public static async Task<OrleansSilo> StartAsync(NpgsqlDataSource database)
    {
        const string invariant = "Npgsql";
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("blue", "kmeans"))
            .ConfigureEndpoints(IPAddress.Loopback, FreePort(), FreePort())
            .UseAdoNetClustering(options => (options.Invariant, options.DataSource) = (invariant, database))
            .AddAdoNetGrainStorage(StorageName, options => (options.Invariant, options.DataSource) = (invariant, database))
            .UseAdoNetReminderService(options => (options.Invariant, options.DataSource) = (invariant, database)));
        var host = builder.Build();
        await host.StartAsync();
        return new OrleansSilo(host);
    }

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public T Get<T>(string name)
        where T : notnull => host.Services.GetRequiredKeyedService<T>(name);

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
