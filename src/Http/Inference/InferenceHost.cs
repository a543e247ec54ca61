using KMeans.Http.Workers;
using KMeans.Inference;
using KMeans.Models;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace KMeans.Http.Inference;

/// <summary>A running server of one model, by the reference product's serving contract.</summary>
public sealed class InferenceHost : IAsyncDisposable
{
    private readonly ListeningServer server;
    private readonly InferenceEndpoints endpoints;
    private readonly InferenceModel model;

    private InferenceHost(ListeningServer server, InferenceEndpoints endpoints, InferenceModel model)
    {
        this.server = server;
        this.endpoints = endpoints;
        this.model = model;
    }

    /// <summary>Where it listens, with the port that was found.</summary>
    public string Address => server.Addresses.Single();

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
            var server = await ListeningServer.StartAsync(
                [address], HttpProtocols.Http1, (null, null), limits => Limit(limits, options), services => services.AddRoutingCore(), endpoints.Map).ConfigureAwait(false);
            return new InferenceHost(server, endpoints, model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Runs until it is told to stop: takes no more requests, and gives those that run half a second.</summary>
    /// <param name="stop">Tells it.</param>
    /// <returns>When it has stopped.</returns>
    public Task RunAsync(CancellationToken stop) => server.RunAsync(endpoints.Stop, stop);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        endpoints.Stop();
        await server.DisposeAsync().ConfigureAwait(false);
        model.Dispose();
    }

    private static void Limit(KestrelServerLimits limits, InferenceOptions options)
    {
        ListeningServer.Bound(limits, connections: 1024, headers: 64, headerBytes: 16 << 10);

        // The server reads what a refused request still sends, up to here: a connection whose body is larger is closed.
        limits.MaxRequestBodySize = ((long)options.MaxPayloadInMB * InferenceOptions.Megabyte) + RequestBody.MostThrownAway;
    }
}
