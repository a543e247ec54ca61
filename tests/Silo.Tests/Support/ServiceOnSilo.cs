using System.Globalization;
using KMeans.Http.Service;
using KMeans.Silo;
using KMeans.Silo.Tests.Support;

namespace KMeans.Http.Tests.Support;

/// <summary>The service on a development silo, for the tests of the service.</summary>
internal sealed partial class Service : IAsyncDisposable
{
    private readonly RunningSilo silo;

    private Service(RunningSilo silo, int port)
    {
        this.silo = silo;
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
    }

    public static async Task<Service> StartAsync(Folder folder, Func<ServiceOptions, ServiceOptions>? change = null)
    {
        Directory.CreateDirectory(folder["data"]);
        var options = new ServiceOptions { Listen = [], DataRoots = [], StateFolder = folder["state"] };
        options = change?.Invoke(options) ?? options;
        var ports = FreePorts.Take(3);
        var silo = await RunningSilo.StartAsync(
            ports, (nameof(SiloSettings.DataRoots), folder["data"]), (nameof(SiloSettings.ServiceFolder), options.StateFolder), (nameof(SiloSettings.Threads), "1"),
            (nameof(SiloSettings.ShutdownSeconds), "5"), (nameof(SiloSettings.ServiceConcurrency), $"{options.Concurrency}"), (nameof(SiloSettings.ServiceLongPollSeconds), $"{options.LongPoll.TotalSeconds:0}"));
        return new Service(silo, ports[2]);
    }

    public ValueTask DisposeAsync() => silo.DisposeAsync();

#pragma warning disable CA1822 // The other part signs.
    private void SignIfNeeded(HttpRequestMessage request, byte[] body)
    {
    }
#pragma warning restore CA1822
}
