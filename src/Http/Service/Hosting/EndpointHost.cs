using System.Collections.Concurrent;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Store;
using Microsoft.AspNetCore.Http;

namespace KMeans.Http.Service.Hosting;

/// <summary>The endpoints that this process serves. What others deploy or delete is found out within a second; what is deployed here, at once. Thread-safe.</summary>
/// <remarks>An endpoint goes over to other models in one step, when they are loaded: a request has either the old ones or the new ones, and never none.</remarks>
/// <param name="store">The endpoints.</param>
/// <param name="shelf">The models.</param>
/// <param name="clock">The time.</param>
internal sealed class EndpointHost(RecordStore store, ModelShelf shelf, TimeProvider clock)
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, LiveEndpoint> endpoints = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> gates = new(StringComparer.Ordinal);

    /// <summary>Holds the model that is to answer a call.</summary>
    /// <param name="name">The endpoint.</param>
    /// <param name="variant">The variant that the caller wants, or null.</param>
    /// <returns>The model, to be released, and the variant's name.</returns>
    /// <exception cref="ApiException">There is no such endpoint or variant, or it does not answer yet.</exception>
    public async Task<(HostedModel Model, string Variant)> HoldAsync(string name, string? variant)
    {
        while (true)
        {
            var endpoint = endpoints.TryGetValue(name, out var known) && clock.GetElapsedTime(known.Checked) < LookPeriod ? known : await LookAsync(name).ConfigureAwait(false);
            if (variant is not null && !endpoint.Has(variant))
            {
                throw new ApiException("ValidationError", $"Variant {variant} not found for endpoint {name}.");
            }

            if (endpoint.TryHold(variant) is { } held)
            {
                return held;
            }
        }
    }

    /// <summary>Loads models and goes over to them.</summary>
    /// <param name="name">The endpoint.</param>
    /// <param name="deployment">What it is to answer with.</param>
    /// <returns>When it answers with them.</returns>
    /// <exception cref="InputException">One cannot be loaded; what it answered with before stays.</exception>
    public async Task DeployAsync(string name, Deployment deployment)
    {
        var gate = gates.GetOrAdd(name, _ => new SemaphoreSlim(1));
        await gate.WaitAsync().ConfigureAwait(false);
        try
        {
            await SwapAsync(name, deployment).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Serves an endpoint no more; requests that run are answered.</summary>
    /// <param name="name">The endpoint.</param>
    public void Remove(string name)
    {
        if (endpoints.TryRemove(name, out var gone))
        {
            gone.Release();
        }
    }

    /// <summary>Compares with the store.</summary>
    private async Task<LiveEndpoint> LookAsync(string name)
    {
        var gate = gates.GetOrAdd(name, _ => new SemaphoreSlim(1));
        await gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (endpoints.TryGetValue(name, out var known) && clock.GetElapsedTime(known.Checked) < LookPeriod)
            {
                return known;
            }

            var record = await store.FindAsync(RecordKinds.Endpoint, name).ConfigureAwait(false);
            if (record is null)
            {
                Remove(name);
                gates.TryRemove(name, out _);
                throw new ApiException("ValidationError", $"Endpoint {name} not found.");
            }

            if (EndpointDocument.Of(record).Live is not { } live)
            {
                throw record.Status == EndpointStatuses.Failed
                    ? new ApiException("ValidationError", $"Endpoint {name} is in status {record.Status}.")
                    : new ApiException("ModelNotReadyException", $"Endpoint {name} is in status {record.Status}; call again when it is InService.", StatusCodes.Status429TooManyRequests);
            }

            if (known is null || known.Id != live.Id)
            {
                return await SwapAsync(name, live).ConfigureAwait(false);
            }

            known.Checked = clock.GetTimestamp();
            return known;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<LiveEndpoint> SwapAsync(string name, Deployment deployment)
    {
        if (endpoints.TryGetValue(name, out var before) && before.Id == deployment.Id)
        {
            return before;
        }

        var models = new List<HostedModel>(deployment.Variants.Count);
        try
        {
            foreach (var variant in deployment.Variants)
            {
                models.Add(await shelf.HoldAsync(variant.Model).ConfigureAwait(false));
            }
        }
        catch
        {
            models.ForEach(model => model.Release());
            throw;
        }

        var endpoint = new LiveEndpoint(deployment, models) { Checked = clock.GetTimestamp() };
        endpoints[name] = endpoint;
        before?.Release();
        return endpoint;
    }
}
