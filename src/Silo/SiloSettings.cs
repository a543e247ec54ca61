using System.Net;
using KMeans.Coordination;
using Microsoft.Extensions.Configuration;

namespace KMeans.Silo;

/// <summary>What a silo is told, by --Silo:NAME VALUE, by environment variables Silo__NAME, or by appsettings.json.</summary>
internal sealed record SiloSettings
{
    /// <summary>The section that holds them.</summary>
    public const string Section = "Silo";

    /// <summary>The connection string of the PostgreSQL database that the cluster shares.</summary>
    /// <value>Empty by default: development, with everything in memory and silos on this machine alone.</value>
    public string PostgreSql { get; init; } = "";

    /// <summary>The cluster's name: silos and clients that have the same one belong together.</summary>
    public string ClusterId { get; init; } = "kmeans";

    /// <summary>What jobs are stored under; stays the same when the cluster is replaced by another.</summary>
    public string ServiceId { get; init; } = "kmeans";

    /// <summary>The silo's name, for logs and ledgers.</summary>
    /// <value>The machine's name and the silo's port by default.</value>
    public string SiloName { get; init; } = "";

    /// <summary>The address under which other silos and clients reach it.</summary>
    /// <value>127.0.0.1 by default.</value>
    public string AdvertisedAddress { get; init; } = "127.0.0.1";

    /// <summary>The port for other silos.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>The port for clients.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <summary>In development, the port of the silo that was started first.</summary>
    /// <value>This silo's own by default.</value>
    public int PrimaryPort { get; init; }

    /// <summary>The port of health, readiness, metrics and the service.</summary>
    public int HttpPort { get; init; } = 8080;

    /// <summary>Folders below which files are opened; nothing else is. Several with ';' between.</summary>
    /// <value>Required.</value>
    public string DataRoots { get; init; } = "";

    /// <summary>Threads that compute.</summary>
    /// <value>All cores but one by default (0), so that the cluster hears from this silo while it computes.</value>
    public int Threads { get; init; }

    /// <summary>What computing may take of memory, in bytes.</summary>
    /// <value>No limit by default (0).</value>
    public long MemoryLimit { get; init; }

    /// <summary>What computes.</summary>
    /// <value>"auto" by default; "scalar", "simd", "gpu", or "gpu:" and a device's index.</value>
    public string Backend { get; init; } = "auto";

    /// <summary>Whether the silo has an accelerator: shards prefer such silos.</summary>
    public bool Accelerator { get; init; }

    /// <summary>Where metrics and traces are sent by OTLP over gRPC.</summary>
    /// <value>Nowhere by default.</value>
    public string OtlpEndpoint { get; init; } = "";

    /// <summary>The folder of the HTTP service's own files. The service takes jobs at <see cref="HttpPort"/> and has the whole cluster train.</summary>
    /// <value>Empty by default: no service on this silo.</value>
    public string ServiceFolder { get; init; } = "";

    /// <summary>The file of the keys that calls of the service are signed with, one a line: id, space, secret.</summary>
    /// <value>Empty by default; required where other machines reach the silo.</value>
    public string ServiceKeysFile { get; init; } = "";

    /// <summary>The file of the token that kmeans submit and the others, and the web page, may use instead of a key.</summary>
    /// <value>Empty, none, by default.</value>
    public string ServiceTokenFile { get; init; } = "";

    /// <summary>Where a line of JSON a call of the service goes.</summary>
    /// <value>Empty by default: audit.log in <see cref="ServiceFolder"/>.</value>
    public string ServiceAuditLog { get; init; } = "";

    /// <summary>Calls a second that one address may make at the service of this silo.</summary>
    public int ServiceCallsPerSecond { get; init; } = 10_000;

    /// <summary>Jobs that may wait.</summary>
    public int ServiceMostWaiting { get; init; } = 100_000;

    /// <summary>The region that resources' names have.</summary>
    public string ServiceRegion { get; init; } = "us-east-1";

    /// <summary>The account that resources' names have: 12 digits.</summary>
    public string ServiceAccount { get; init; } = "000000000000";

    /// <summary>Jobs that the service of this silo has run at a time.</summary>
    public int ServiceConcurrency { get; init; } = 2;

    /// <summary>Seconds that a question about a job that is about to end waits for its end.</summary>
    public int ServiceLongPollSeconds { get; init; } = 30;

    /// <summary>How long a stop may take, in seconds.</summary>
    public int ShutdownSeconds { get; init; } = 120;

    /// <summary><see cref="DataRoots"/>, one by one.</summary>
    public IReadOnlyList<string> DataFolders => DataRoots.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Whether the silo is reached on this machine alone.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(IPAddress.Parse(AdvertisedAddress));

    /// <summary>Whether everything is in memory.</summary>
    public bool IsDevelopment => PostgreSql.Length == 0;

    /// <summary>Reads and checks them.</summary>
    /// <param name="configuration">Where they come from.</param>
    /// <returns>The settings, with what was left out filled in.</returns>
    /// <exception cref="InputException">One is wrong.</exception>
    public static SiloSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var known = typeof(SiloSettings).GetProperties().Where(property => property.SetMethod is not null).Select(property => property.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (section.GetChildren().FirstOrDefault(child => !known.Contains(child.Key)) is { } stranger)
        {
            throw Wrong(stranger.Key, $"there is no such setting; there are {string.Join(", ", known.Order())}");
        }

        SiloSettings settings;
        try
        {
            settings = section.Get<SiloSettings>() ?? new SiloSettings();
        }
        catch (InvalidOperationException e)
        {
            throw new InputException($"{e.Message} Correct the setting.", e);
        }

        return settings.Complete();
    }

    /// <summary>What messages call a setting.</summary>
    /// <param name="setting">Its name here.</param>
    /// <returns>The name with its section.</returns>
    public static string NameOf(string setting) => $"{Section}:{setting}";

    private SiloSettings Complete()
    {
        Require(ClusterId.Length > 0, nameof(ClusterId), "is empty; give the cluster a name");
        Require(ServiceId.Length > 0, nameof(ServiceId), "is empty; give the service a name");
        Require(
            IPAddress.TryParse(AdvertisedAddress, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any),
            nameof(AdvertisedAddress),
            $"'{AdvertisedAddress}' is no IP address that others can reach; give the one under which they reach this silo");
        RequirePort(SiloPort, nameof(SiloPort));
        RequirePort(GatewayPort, nameof(GatewayPort));
        RequirePort(HttpPort, nameof(HttpPort));
        Require(SiloPort != GatewayPort && SiloPort != HttpPort && GatewayPort != HttpPort, nameof(HttpPort), "SiloPort, GatewayPort and HttpPort must differ");
        Require(PrimaryPort is >= 0 and <= 65535, nameof(PrimaryPort), $"{PrimaryPort} is no port; give 1 to 65535");
        Require(IsDevelopment || PrimaryPort == 0, nameof(PrimaryPort), "is for development; leave it out with PostgreSql");
        Require(!IsDevelopment || IsLoopback, nameof(AdvertisedAddress), "without PostgreSql all silos are on this machine; leave it out, or give PostgreSql");
        Require(Threads is >= 0 and <= 1024, nameof(Threads), $"{Threads} is not 1 to 1,024, or 0 for all cores but one");
        Require(MemoryLimit >= 0, nameof(MemoryLimit), $"{MemoryLimit} is negative; give bytes, or 0 for no limit");
        SiloService.OptionsOf(this).Require();
        foreach (var (name, file) in new[] { (nameof(ServiceKeysFile), ServiceKeysFile), (nameof(ServiceTokenFile), ServiceTokenFile), (nameof(ServiceAuditLog), ServiceAuditLog) })
        {
            Require(ServiceFolder.Length > 0 || file.Length == 0, name, "is for the service; give ServiceFolder as well, or leave it out");
        }

        Require(ServiceFolder.Length == 0 || ServiceKeysFile.Length > 0 || IsLoopback, nameof(ServiceKeysFile), "is empty; other machines reach this silo, so calls of the service must be signed");
        Require(Backends.IsKnown(Backend), nameof(Backend), $"'{Backend}' is not known; use auto, scalar, simd or gpu");
        Require(ShutdownSeconds is >= 1 and <= 3600, nameof(ShutdownSeconds), $"{ShutdownSeconds} is not 1 to 3,600 seconds");
        Require(
            OtlpEndpoint.Length == 0 || (Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var collector) && (collector.Scheme == Uri.UriSchemeHttp || collector.Scheme == Uri.UriSchemeHttps)),
            nameof(OtlpEndpoint),
            $"'{OtlpEndpoint}' is no URL such as http://collector:4317");
        Require(DataFolders.Count > 0, nameof(DataRoots), "names no folder; give the folders below which jobs may open files");
        return this with
        {
            SiloName = SiloName.Length > 0 ? SiloName : $"{Environment.MachineName}-{SiloPort}",
            PrimaryPort = PrimaryPort > 0 ? PrimaryPort : SiloPort,
            Threads = Threads > 0 ? Threads : Math.Max(1, Environment.ProcessorCount - 1),
        };
    }

    private static void RequirePort(int port, string name) => Require(port is > 0 and <= 65535, name, $"{port} is no port; give 1 to 65535");

    private static void Require(bool holds, string name, string problem)
    {
        if (!holds)
        {
            throw Wrong(name, problem);
        }
    }

    private static InputException Wrong(string name, string problem) => new($"{NameOf(name)}: {problem}.");
}
