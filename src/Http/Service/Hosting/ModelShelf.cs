using KMeans.Http.Workers;
using KMeans.Inference;
using KMeans.Models;

namespace KMeans.Http.Service.Hosting;

/// <summary>The models that are loaded in this process, each once however many endpoints have it. Thread-safe.</summary>
/// <param name="roots">Where models may be.</param>
internal sealed class ModelShelf(DataRoots roots)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Task<HostedModel>> models = new(StringComparer.Ordinal);

    /// <summary>Holds a model, and loads it where it is not here.</summary>
    /// <param name="source">Which, and where it is.</param>
    /// <returns>The model; the caller releases it.</returns>
    /// <exception cref="InputException">There is none, it is damaged, or outside the roots.</exception>
    public async Task<HostedModel> HoldAsync(ModelSource source)
    {
        while (true)
        {
            Task<HostedModel> loading;
            var isMine = false;
            lock (gate)
            {
                if (!models.TryGetValue(source.Key, out loading!))
                {
                    loading = Task.Run(() => Load(source));
                    models[source.Key] = loading;
                    isMine = true;
                }
            }

            try
            {
                var model = await loading.ConfigureAwait(false);
                if (isMine || model.TryHold())
                {
                    return model;
                }
            }
            catch
            {
                Forget(source.Key, loading);
                throw;
            }

            // It went while this asked for it.
            Forget(source.Key, loading);
        }
    }

    private HostedModel Load(ModelSource source)
    {
        roots.Require(source.Place);
        return new HostedModel(new InferenceModel(ModelFolder.Load(source.Place, withState: false)), gone => Forget(source.Key, gone));
    }

    private void Forget(string key, HostedModel gone)
    {
        lock (gate)
        {
            if (models.TryGetValue(key, out var there) && there.IsCompletedSuccessfully && there.Result == gone)
            {
                models.Remove(key);
            }
        }
    }

    private void Forget(string key, Task<HostedModel> loading)
    {
        lock (gate)
        {
            if (models.TryGetValue(key, out var there) && there == loading)
            {
                models.Remove(key);
            }
        }
    }
}
