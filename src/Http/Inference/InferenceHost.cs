using KMeans.Http.Workers;
using KMeans.Inference;
using KMeans.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KMeans.Http.Inference;

/// <summary>A running server of one model, by the reference product's serving contract.</summary>
public sealed class InferenceHost : IAsyncDisposable
{
    /// <summary>Requests that are being answered may end; what is not sent by then is given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly WebApplication app;
    private readonly InferenceEndpoints endpoints;
    private readonly InferenceModel model;

    private InferenceHost(WebApplication app, InferenceEndpoints endpoints, InferenceModel model)
    {
        this.app = app;
        this.endpoints = endpoints;
        this.model = model;
    }

    /// <summary>Where it listens, with the port that was found.</summary>
    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>The model that it serves.</summary>
    public TrainedModel Model => model.Model;

    /// <summary>Loads the model and starts.</summary>
    /// <param name="options">What it is told.</param>
    /// <param name="log">Told of faults, a line each, from any thread.</param>
    /// <returns>The server, listening.</returns>
    /// <exception cref="InputException">There is no model, or the address cannot be listened on.</exception>
    public static async Task<InferenceHost> StartAsync(InferenceOptions options, Action<string> log)
    {
        var address = ListenAddress.Parse(options.Listen);
        if (address.IsSecure)
        {
            throw new InputException($"--listen {options.Listen}: the serving contract is plain HTTP; give http://ADDRESS:PORT.");
        }

        var model = new InferenceModel(ModelFolder.Load(options.ModelPath, withState: false));
        try
        {
            var endpoints = new InferenceEndpoints(model, options, log);
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.Services.AddRoutingCore();
            builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, address, options));
            var app = builder.Build();
            endpoints.Map(app);
            await app.StartAsync().ConfigureAwait(false);
            return new InferenceHost(app, endpoints, model);
        }
        catch (Exception e)
        {
            model.Dispose();
            throw e is IOException ? new InputException($"--listen {options.Listen}: {e.Message.TrimEnd('.')}; choose another port.", e) : e;
        }
    }

    /// <summary>Runs until it is told to stop: takes no more requests, and gives those that run half a second.</summary>
    /// <param name="stop">Tells it.</param>
    /// <returns>When it has stopped.</returns>
    public async Task RunAsync(CancellationToken stop)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.Register(told.SetResult).ConfigureAwait(false))
        {
            await told.Task.ConfigureAwait(false);
        }

        endpoints.Stop();
        using var patience = new CancellationTokenSource(Patience);
        await app.StopAsync(patience.Token).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        endpoints.Stop();
        await app.DisposeAsync().ConfigureAwait(false);
        model.Dispose();
    }

    private static void Configure(KestrelServerOptions kestrel, ListenAddress address, InferenceOptions options)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = 1024;
        limits.MaxRequestHeadersTotalSize = 16 << 10;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestLineSize = 4 << 10;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);

        // The server reads what a refused request still sends, up to here: a connection whose body is larger is closed.
        limits.MaxRequestBodySize = ((long)options.MaxPayloadInMB * InferenceOptions.Megabyte) + RequestBody.MostThrownAway;
        kestrel.Listen(address.Address, address.Port, listen => listen.Protocols = HttpProtocols.Http1);
    }
}
