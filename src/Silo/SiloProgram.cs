using System.Net;
using System.Net.Sockets;
using KMeans.Coordination;
using KMeans.Gpu;
using KMeans.Grains;
using KMeans.Http.Service;
using KMeans.Http.Workers;
using KMeans.Input;
using KMeans.Input.ParquetNet;
using KMeans.Input.S3;
using KMeans.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Storage;

namespace KMeans.Silo;

/// <summary>Puts a silo together.</summary>
internal static class SiloProgram
{
    /// <summary>The argument that has the schema applied, and nothing else done.</summary>
    public const string ApplySchema = "--apply-schema";

    /// <summary>The largest pass that a silo takes: centers of 4 GiB.</summary>
    private const long MostPassBytes = 4L << 30;

    /// <summary>One update of one row a silo.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>Runs the program.</summary>
    /// <param name="arguments">Settings, or <see cref="ApplySchema"/> among them.</param>
    /// <returns>0; 2 where a setting is wrong.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            var applies = arguments.Contains(ApplySchema);
            var builder = WebApplication.CreateSlimBuilder([.. arguments.Where(argument => argument != ApplySchema)]);
            if (applies)
            {
                var connection = builder.Configuration[SiloSettings.NameOf(nameof(SiloSettings.PostgreSql))];
                await SchemaApplier.ApplyAsync(
                    connection is { Length: > 0 } ? connection : throw new InputException("Silo:PostgreSql: is empty; give the database that the schema is for."), CancellationToken.None).ConfigureAwait(false);
                return 0;
            }

            var settings = SiloSettings.Read(builder.Configuration);
            RequireFreePorts(settings);
            await using var app = Build(builder, settings);
            try
            {
                await app.StartAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (IsPortTaken(e))
            {
                // Since the look at the ports: two silos of the same settings that start at once.
                throw new InputException(
                    $"Silo:SiloPort {settings.SiloPort}, Silo:GatewayPort {settings.GatewayPort}, Silo:HttpPort {settings.HttpPort}: one of them is in use on this machine ({e.Message.TrimEnd('.')}); give three that are free.", e);
            }

            await app.WaitForShutdownAsync().ConfigureAwait(false);
            return 0;
        }
        catch (InputException e)
        {
            await Console.Error.WriteLineAsync($"silo: {e.Message}").ConfigureAwait(false);
            return 2;
        }
    }

    /// <summary>Builds the host.</summary>
    /// <param name="builder">With its configuration.</param>
    /// <param name="settings">Checked.</param>
    /// <returns>The host, to be run.</returns>
    public static WebApplication Build(WebApplicationBuilder builder, SiloSettings settings)
    {
        Backends.Register(new GpuBackend());
        InputFallbacks.Register(new ParquetNetFallback());
        ObjectStores.Register(S3ObjectStore.Scheme, static () => new S3ObjectStore());
        var roots = new DataRoots(settings.DataFolders, "silo", SiloSettings.NameOf(nameof(SiloSettings.DataRoots)));
        var limits = new HeldPassLimits(settings.Threads, settings.MemoryLimit > 0 ? settings.MemoryLimit : null, MostPassBytes, settings.Backend)
        {
            // Device failures are rare and known only once computing begins.
            Log = message => Console.Error.WriteLine($"silo: {message}"),
        };
        builder.Logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Polly", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            JobServer.Limit(kestrel.Limits);

            // Who is reached on this machine alone listens on this machine alone.
            if (settings.IsLoopback)
            {
                kestrel.Listen(IPAddress.Loopback, settings.HttpPort);
            }
            else
            {
                kestrel.ListenAnyIP(settings.HttpPort);
            }
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(settings.ShutdownSeconds));
        Telemetry.Add(builder.Services, settings);
        builder.UseOrleans(silo =>
        {
            Configure(silo, settings);
            silo.AddKMeans(new RootFiles(roots), limits);
        });
        var service = settings.ServiceFolder.Length > 0 ? new SiloService(settings) : null;
        service?.Add(builder.Services);
        var app = builder.Build();
        service?.Map(app, roots);
        Health.Map(app);
        app.MapPrometheusScrapingEndpoint().With(CallRules.Open);
        return app;
    }

    private static void Configure(ISiloBuilder silo, SiloSettings settings)
    {
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.CancelRequestOnTimeout = true;
            messaging.CancelUnknownRequestOnStatusUpdate = true;
        });
        silo.AddActivityPropagation();
        silo.UseSiloMetadata(settings.Accelerator ? new Dictionary<string, string> { [ShardPlacementDirector.AcceleratorKey] = "yes" } : []);
        if (settings.IsDevelopment)
        {
            silo.UseLocalhostClustering(settings.SiloPort, settings.GatewayPort, new IPEndPoint(IPAddress.Loopback, settings.PrimaryPort), settings.ServiceId, settings.ClusterId);
            silo.Configure<SiloOptions>(options => options.SiloName = settings.SiloName);
            silo.AddMemoryGrainStorage(StoredFiles.StorageName);

            // As below: text would lose the bytes of models.
            silo.Services.AddOptions<MemoryGrainStorageOptions>(StoredFiles.StorageName).PostConfigure<Orleans.Serialization.Serializer>(
                (options, serializer) => options.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer));
            silo.UseInMemoryReminderService();
            return;
        }

        NpgsqlDataSource source;
        try
        {
            source = NpgsqlDataSource.Create(settings.PostgreSql);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"Silo:PostgreSql: is no connection string ({e.Message.TrimEnd('.')}); give one such as Host=db;Database=kmeans;Username=kmeans_silo.", e);
        }

        // One pool for all three; the container closes it at the end.
        silo.Services.AddSingleton(_ => source);
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.ClusterId, settings.ServiceId));
        silo.Configure<SiloOptions>(options => options.SiloName = settings.SiloName);
        silo.ConfigureEndpoints(IPAddress.Parse(settings.AdvertisedAddress), settings.SiloPort, settings.GatewayPort, listenOnAnyHostAddress: !settings.IsLoopback);
        silo.UseAdoNetClustering(options => (options.Invariant, options.DataSource) = (Invariant, source));

        // Silos at new addresses wait until the heartbeats of dead ones are three periods old; the default of half a minute would have a cluster that was killed wait for two.
        silo.Configure<ClusterMembershipOptions>(options => options.IAmAliveTablePublishTimeout = Heartbeat);
        silo.UseAdoNetReminderService(options => (options.Invariant, options.DataSource) = (Invariant, source));
        silo.AddAdoNetGrainStorage(StoredFiles.StorageName, options =>
        {
            (options.Invariant, options.DataSource, options.DeleteStateOnClear) = (Invariant, source, true);
        });

        // Binary: as text every number would take three times as much.
        silo.Services.AddOptions<AdoNetGrainStorageOptions>(StoredFiles.StorageName).PostConfigure<Orleans.Serialization.Serializer>(
            (options, serializer) => options.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer));
    }

    /// <summary>Looks at the ports before anything starts: what fails inside the runtime cannot be told from it, and comes with pages of its log.</summary>
    private static void RequireFreePorts(SiloSettings settings)
    {
        foreach (var (name, port) in new[] { (nameof(settings.SiloPort), settings.SiloPort), (nameof(settings.GatewayPort), settings.GatewayPort), (nameof(settings.HttpPort), settings.HttpPort) })
        {
            try
            {
                using var listener = new TcpListener(settings.IsLoopback ? IPAddress.Loopback : IPAddress.Any, port);
                listener.Start();
            }
            catch (SocketException e)
            {
                throw new InputException($"{SiloSettings.NameOf(name)}: port {port} cannot be listened at ({e.Message.TrimEnd('.')}); give one that is free on this machine.", e);
            }
        }
    }

    private static bool IsPortTaken(Exception e) =>
        e is AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } || (e.InnerException is { } inner && IsPortTaken(inner));

    private const string Invariant = "Npgsql";

    private sealed class RootFiles(DataRoots roots) : IDataFiles
    {
        public IReadOnlyList<NamedFile> Open(IReadOnlyList<string> paths, InputFormatOptions format) => roots.Open(paths, format);
    }
}
