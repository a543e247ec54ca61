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

    /// <summary>What the service is told by a silo's settings. It listens where the silo does, and the cluster computes.</summary>
    /// <param name="settings">The silo's.</param>
    /// <returns>The options, whose messages name settings.</returns>
    public static ServiceOptions OptionsOf(SiloSettings settings) => new()
    {
        Listen = [],
        DataRoots = settings.DataFolders,
        StateFolder = settings.ServiceFolder.Length > 0 ? Path.GetFullPath(settings.ServiceFolder) : "",
        Store = settings.IsDevelopment ? null : settings.PostgreSql,
        KeysPath = GivenOrNull(settings.ServiceKeysFile),
        Concurrency = settings.ServiceConcurrency,
        MostWaiting = settings.ServiceMostWaiting,
        LongPoll = TimeSpan.FromSeconds(settings.ServiceLongPollSeconds),
        CallsPerSecond = settings.ServiceCallsPerSecond,
        Region = settings.ServiceRegion,
        Account = settings.ServiceAccount,
        AuditLogPath = GivenOrNull(settings.ServiceAuditLog),
        Threads = settings.Threads,
        Names = new ServiceOptionNames
        {
            State = SiloSettings.NameOf(nameof(settings.ServiceFolder)),
            Store = SiloSettings.NameOf(settings.IsDevelopment ? nameof(settings.ServiceFolder) : nameof(settings.PostgreSql)),
            Keys = SiloSettings.NameOf(nameof(settings.ServiceKeysFile)),
            AuditLog = SiloSettings.NameOf(nameof(settings.ServiceAuditLog)),
            Concurrency = SiloSettings.NameOf(nameof(settings.ServiceConcurrency)),
            MostWaiting = SiloSettings.NameOf(nameof(settings.ServiceMostWaiting)),
            LongPoll = SiloSettings.NameOf(nameof(settings.ServiceLongPollSeconds)),
            Rate = SiloSettings.NameOf(nameof(settings.ServiceCallsPerSecond)),
            Region = SiloSettings.NameOf(nameof(settings.ServiceRegion)),
            Account = SiloSettings.NameOf(nameof(settings.ServiceAccount)),
        },
    };

    /// <summary>Opens the store and maps the endpoints.</summary>
    /// <param name="app">The host.</param>
    /// <param name="roots">Where jobs read and write.</param>
    /// <exception cref="InputException">The keys, the token, the folder or the database cannot be used.</exception>
    public void Map(WebApplication app, DataRoots roots)
    {
        var logger = app.Services.GetRequiredService<ILogger<SiloService>>();
        var options = OptionsOf(settings) with { Token = TokenFile.Read(GivenOrNull(settings.ServiceTokenFile), SiloSettings.NameOf(nameof(settings.ServiceTokenFile))) };
        var keys = AccessKeys.Read(options.KeysPath, options.Names.Keys);
        server = JobServer.OpenAsync(options, keys, roots, () => Engine(app.Services.GetRequiredService<IClusterClient>()), message => LogFault(logger, message)).GetAwaiter().GetResult();
        server.Map(app, mapsHealth: false);

        // Before the listener stops: it waits for calls that wait, those of watchers too.
        app.Lifetime.ApplicationStopping.Register(server.Stop);
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

    private static string? GivenOrNull(string setting) => setting.Length > 0 ? setting : null;

    private static ClusterJobs Engine(IGrainFactory grains) => new ClusterJobs(grains, TimeProvider.System, () => Task.CompletedTask);

    [LoggerMessage(Level = LogLevel.Error, Message = "Service: {Message}")]
    private static partial void LogFault(ILogger logger, string message);
}
