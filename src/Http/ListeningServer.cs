using KMeans.Http.Workers;
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
    private readonly TlsCertificate? certificate;

    private ListeningServer(WebApplication app, TlsCertificate? certificate)
    {
        this.app = app;
        this.certificate = certificate;
    }

    /// <summary>Where it listens, with the ports that were found.</summary>
    public IReadOnlyCollection<string> Addresses => [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    /// <summary>Starts one.</summary>
    /// <param name="addresses">Where it listens.</param>
    /// <param name="plain">What is spoken without TLS; with it HTTP/1.1 and HTTP/2.</param>
    /// <param name="certificate">The files of the certificate and its key, for addresses with TLS; else null.</param>
    /// <param name="limits">Sets limits.</param>
    /// <param name="services">Adds what the endpoints need; routing at least.</param>
    /// <param name="map">Maps the endpoints.</param>
    /// <returns>The server, listening.</returns>
    /// <exception cref="InputException">An address cannot be listened on, or the certificate cannot be used.</exception>
    public static async Task<ListeningServer> StartAsync(
        IReadOnlyList<ListenAddress> addresses, HttpProtocols plain, (string? Path, string? KeyPath) certificate, Action<KestrelServerLimits> limits, Action<IServiceCollection> services, Action<WebApplication> map)
    {
        var shown = addresses.Any(address => address.IsSecure) ? TlsCertificate.Load(certificate.Path!, certificate.KeyPath) : null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        services(builder.Services);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            options.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
            limits(options.Limits);
            foreach (var address in addresses)
            {
                options.Listen(address.Address, address.Port, listen =>
                {
                    listen.Protocols = address.IsSecure ? HttpProtocols.Http1AndHttp2 : plain;
                    if (address.IsSecure)
                    {
                        listen.UseHttps(shown!.Show);
                    }
                });
            }
        });
        var app = builder.Build();
        var server = new ListeningServer(app, shown);
        try
        {
            map(app);
            await app.StartAsync().ConfigureAwait(false);
            return server;
        }
        catch (Exception e)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw e is IOException ? new InputException($"--listen {string.Join(", ", addresses.Select(address => address.Url))}: {e.Message.TrimEnd('.')}; choose another port.", e) : e;
        }
    }

    /// <summary>Bounds what connections may send before an endpoint has a say; until one allows more, there are no bodies.</summary>
    /// <param name="limits">The listener's.</param>
    /// <param name="connections">At a time.</param>
    /// <param name="headers">Headers of a request.</param>
    /// <param name="headerBytes">All of them together; a request's first line may have a quarter of it.</param>
    public static void Bound(KestrelServerLimits limits, int connections, int headers, int headerBytes)
    {
        limits.MaxConcurrentConnections = connections;
        limits.MaxRequestHeaderCount = headers;
        limits.MaxRequestHeadersTotalSize = headerBytes;
        limits.MaxRequestLineSize = headerBytes / 4;
        limits.MaxRequestBodySize = 0;
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
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync().ConfigureAwait(false);
        certificate?.Dispose();
    }
}
