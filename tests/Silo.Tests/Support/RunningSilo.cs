using System.Globalization;
using Microsoft.AspNetCore.Builder;

// Silos run one at a time: what they count and where they listen is the process's, and so is the standard error.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace KMeans.Silo.Tests.Support;

/// <summary>A development silo in this process, put together as the program does it.</summary>
internal sealed class RunningSilo : IAsyncDisposable
{
    private readonly WebApplication app;

    private RunningSilo(WebApplication app, SiloSettings settings) => (this.app, Settings) = (app, settings);

    /// <summary>As it read them.</summary>
    public SiloSettings Settings { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<RunningSilo> StartAsync(int[] ports, params (string Name, string Value)[] more)
    {
        var builder = WebApplication.CreateSlimBuilder();
        (string Name, string Value)[] settings =
        [
            (nameof(SiloSettings.SiloPort), Text(ports[0])), (nameof(SiloSettings.GatewayPort), Text(ports[1])), (nameof(SiloSettings.HttpPort), Text(ports[2])),
            (nameof(SiloSettings.DataRoots), Path.GetTempPath()), .. more,
        ];
        foreach (var (name, value) in settings)
        {
            builder.Configuration[$"{SiloSettings.Section}:{name}"] = value;
        }

        var read = SiloSettings.Read(builder.Configuration);
        var app = SiloProgram.Build(builder, read);
        await app.StartAsync();
        return new RunningSilo(app, read);
    }

    /// <summary>Stops it gracefully: what was counted is sent before it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
