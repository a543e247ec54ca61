using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KMeans.Http;

/// <summary>A web application that listens and has nothing of a framework's own output: what worker, service and inference have in common.</summary>
internal sealed class ListeningServer : IAsyncDisposable
{
    /// <summary>What is being answered may end; what is not sent by then is given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly WebApplication app;

    private ListeningServer(WebApplication app) => this.app = app;

    /// <summary>Where it listens, with the ports that were found.</summary>
    public IReadOnlyCollection<string> Addresses => [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    /// <summary>Starts one.</summary>
    /// <param name="listen">The user's addresses, for messages.</param>
    /// <param name="services">Adds what the endpoints need; routing at least.</param>
    /// <param name="kestrel">Sets limits and addresses.</param>
    /// <param name="map">Maps the endpoints.</param>
    /// <returns>The server, listening.</returns>
    /// <exception cref="InputException">An address cannot be listened on.</exception>
    public static async Task<ListeningServer> StartAsync(IEnumerable<string> listen, Action<IServiceCollection> services, Action<KestrelServerOptions> kestrel, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        services(builder.Services);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            options.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
            kestrel(options);
        });
        var app = builder.Build();
        map(app);
        try
        {
            await app.StartAsync().ConfigureAwait(false);
            return new ListeningServer(app);
        }
        catch (Exception e)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw e is IOException ? new InputException($"--listen {string.Join(", ", listen)}: {e.Message.TrimEnd('.')}; choose another port.", e) : e;
        }
    }

    /// <summary>Runs until it is told to stop.</summary>
    /// <param name="stopping">Called then, before the server takes no more: ends what would keep requests waiting.</param>
    /// <param name="stop">Tells it.</param>
    /// <returns>When it has stopped, within a second.</returns>
    public async Task RunAsync(Action stopping, CancellationToken stop)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.Register(told.SetResult).ConfigureAwait(false))
        {
            await told.Task.ConfigureAwait(false);
        }

        stopping();
        using var patience = new CancellationTokenSource(Patience);
        await app.StopAsync(patience.Token).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();
}
