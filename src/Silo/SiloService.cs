using KMeans.Client.Cluster;
using KMeans.Http.Service;
using KMeans.Http.Service.Security;
using KMeans.Http.Workers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace KMeans.Silo;

/// <summary>The HTTP service on a silo: the same as kmeans serve, with the cluster for an engine. Silos that share a database share its jobs; each runs those that it takes.</summary>
/// <param name="settings">The silo's.</param>
internal sealed partial class SiloService(SiloSettings settings) : IHostedService
{
    private JobServer? server;

    /// <summary>Puts it behind the silo: it begins when the silo is there, and ends before it.</summary>
    /// <param name="services">The host's, with the silo's.</param>
    public void Add(IServiceCollection services)
    {
        JobServer.Add(services);
        services.AddSingleton<IHostedService>(this);
        services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddMeter(ServiceMetrics.MeterName));
    }

    /// <summary>Opens the store and maps the endpoints.</summary>
    /// <param name="app">The host.</param>
    /// <param name="roots">Where jobs read and write.</param>
    /// <exception cref="InputException">The keys, the folder or the database cannot be used.</exception>
    public void Map(WebApplication app, DataRoots roots)
    {
        var logger = app.Services.GetRequiredService<ILogger<SiloService>>();
        var options = new ServiceOptions
        {
            Listen = [],
            DataRoots = settings.DataFolders,
            StateFolder = Path.GetFullPath(settings.ServiceFolder),
            Store = settings.IsDevelopment ? null : settings.PostgreSql,
            KeysPath = settings.ServiceKeysFile.Length > 0 ? settings.ServiceKeysFile : null,
            Concurrency = settings.ServiceConcurrency,
            LongPoll = TimeSpan.FromSeconds(settings.ServiceLongPollSeconds),
            Threads = settings.Threads,
        };
        try
        {
            server = JobServer.OpenAsync(
                options, AccessKeys.Read(options.KeysPath), roots, () => Engine(app.Services.GetRequiredService<IClusterClient>()), message => LogFault(logger, message)).GetAwaiter().GetResult();
        }
        catch (InputException e)
        {
            throw new InputException($"{SiloSettings.Section}:{nameof(settings.ServiceFolder)}, {nameof(settings.ServiceKeysFile)} or {nameof(settings.PostgreSql)}: {e.Message}", e);
        }

        server.Map(app, mapsHealth: false);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        server?.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (server is not null)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static ClusterJobs Engine(IGrainFactory grains) => new ClusterJobs(grains, TimeProvider.System, () => Task.CompletedTask);

    [LoggerMessage(Level = LogLevel.Error, Message = "Service: {Message}")]
    private static partial void LogFault(ILogger logger, string message);
}
