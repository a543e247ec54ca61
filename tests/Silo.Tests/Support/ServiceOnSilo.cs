using System.Globalization;
using KMeans.Http.Service;
using KMeans.Silo;
using KMeans.Silo.Tests.Support;

namespace KMeans.Http.Tests.Support;

/// <summary>The service on a development silo, for the tests of the service.</summary>
internal sealed partial class Service : IAsyncDisposable
{
    /// <summary>What its state folder is given with.</summary>
    public const string StateOption = "Silo:ServiceFolder";

    private readonly RunningSilo silo;
    private readonly bool signs;

    private Service(RunningSilo silo, bool signs)
    {
        (this.silo, this.signs) = (silo, signs);
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{silo.Settings.HttpPort}");
    }

    public static async Task<Service> StartAsync(Folder folder, bool signs = false, Func<ServiceOptions, ServiceOptions>? change = null)
    {
        Directory.CreateDirectory(folder["data"]);
        var options = new ServiceOptions
        {
            Listen = [],
            DataRoots = [folder["data"]],
            StateFolder = folder["state"],
            KeysPath = signs ? folder.Write("keys", $"# for tests\n{KeyId} {Secret}\n") : null,
            Threads = 1,
        };
        options = change?.Invoke(options) ?? options;
        var silo = await RunningSilo.StartAsync(
            FreePorts.Take(3),
            (nameof(SiloSettings.ShutdownSeconds), "5"),
            (nameof(SiloSettings.DataRoots), string.Join(';', options.DataRoots)),
            (nameof(SiloSettings.Threads), Text(options.Threads ?? 0)),
            (nameof(SiloSettings.ServiceFolder), options.StateFolder),
            (nameof(SiloSettings.ServiceKeysFile), options.KeysPath ?? ""),
            (nameof(SiloSettings.ServiceAuditLog), options.AuditLogPath ?? ""),
            (nameof(SiloSettings.ServiceConcurrency), Text(options.Concurrency)),
            (nameof(SiloSettings.ServiceMostWaiting), Text(options.MostWaiting)),
            (nameof(SiloSettings.ServiceLongPollSeconds), Text((int)options.LongPoll.TotalSeconds)),
            (nameof(SiloSettings.ServiceCallsPerSecond), Text(options.CallsPerSecond)),
            (nameof(SiloSettings.ServiceRegion), options.Region),
            (nameof(SiloSettings.ServiceAccount), options.Account));

        // An option that a test changes and a silo has no setting for would else be forgotten.
        var told = SiloService.OptionsOf(silo.Settings);
        Assert.Equal(options with { Names = told.Names, Listen = told.Listen, DataRoots = told.DataRoots }, told);
        return new Service(silo, signs);
    }

    public ValueTask DisposeAsync() => silo.DisposeAsync();

    private void SignIfNeeded(HttpRequestMessage request, byte[] body)
    {
        if (signs)
        {
            Signing.Sign(request, body, DateTimeOffset.UtcNow);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
