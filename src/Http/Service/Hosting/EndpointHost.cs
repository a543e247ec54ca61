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
/// <param name="log">Told of models that cannot be loaded here.</param>
internal sealed class EndpointHost(RecordStore store, ModelShelf shelf, TimeProvider clock, Action<string> log)
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
            var endpoint = Find(name) ?? await LookAsync(name).ConfigureAwait(false);
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

    /// <summary>Loads models, has it stored that the endpoint has them, and goes over to them.</summary>
    /// <param name="name">The endpoint.</param>
    /// <param name="deployment">What it is to answer with.</param>
    /// <param name="store">Stores it once the models are loaded; tells whether the endpoint is still to have them.</param>
    /// <returns>When it answers with them: whoever has read from the store that it does gets no older answer.</returns>
    /// <exception cref="InputException">One cannot be loaded; what it answered with before stays.</exception>
    public async Task DeployAsync(string name, Deployment deployment, Func<Task<bool>> store)
    {
        var endpoint = await LoadAsync(deployment).ConfigureAwait(false);
        var gate = gates.GetOrAdd(name, _ => new SemaphoreSlim(1));
        await gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (endpoints.TryGetValue(name, out var before))
            {
                // From here on calls wait at the gate for what the store says.
                before.IsCertain = false;
            }

            var isWanted = false;
            try
            {
                isWanted = await store().ConfigureAwait(false);
            }
            finally
            {
                if (isWanted)
                {
                    Replace(name, endpoint);
                }
                else
                {
                    endpoint.Release();
                }
            }
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
            if (Find(name) is { } sure)
            {
                return sure;
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

            if (!endpoints.TryGetValue(name, out var known))
            {
                known = await LoadAsync(live).ConfigureAwait(false);
                Replace(name, known);
            }
            else if (known.Id != live.Id)
            {
                // Another process deployed it. Nobody waits for the models: until they are here, those that are answer.
                _ = FollowAsync(name, known, live);
            }

            known.Checked = clock.GetTimestamp();
            known.IsCertain = true;
            return known;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Goes over to what another process deployed, unless something newer came meanwhile. Where it cannot be loaded here, the next look tries again.</summary>
    private async Task FollowAsync(string name, LiveEndpoint known, Deployment live)
    {
        try
        {
            var endpoint = await LoadAsync(live).ConfigureAwait(false);
            if (endpoints.TryUpdate(name, endpoint, known))
            {
                known.Release();
            }
            else
            {
                endpoint.Release();
            }
        }
        catch (Exception e) when (e is InputException or IOException)
        {
            log($"endpoint {name}: {e.Message}");
        }
    }

    /// <summary>The endpoint, where it was compared with the store not long ago.</summary>
    private LiveEndpoint? Find(string name) => endpoints.TryGetValue(name, out var known) && known.IsCertain && clock.GetElapsedTime(known.Checked) < LookPeriod ? known : null;

    private void Replace(string name, LiveEndpoint endpoint)
    {
        endpoints.TryGetValue(name, out var before);
        endpoints[name] = endpoint;
        before?.Release();
    }

    private async Task<LiveEndpoint> LoadAsync(Deployment deployment)
    {
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

        return new LiveEndpoint(deployment, models) { Checked = clock.GetTimestamp() };
    }
}
