using KMeans.Inference;

namespace KMeans.Http.Service.Hosting;

/// <summary>A loaded model that endpoints and requests share. Its memory is freed when the last of them lets go, so that an endpoint can go over to another while requests run.</summary>
/// <param name="model">The model; owned.</param>
/// <param name="released">Told when it is gone.</param>
internal sealed class HostedModel(InferenceModel model, Action<HostedModel> released)
{
    private int holders = 1;

    /// <summary>The model; to be used while it is held.</summary>
    public InferenceModel Model => model;

    /// <summary>Holds it, where it is not gone yet.</summary>
    /// <returns>Whether it is held now.</returns>
    public bool TryHold()
    {
        var count = Volatile.Read(ref holders);
        while (count > 0)
        {
            var before = Interlocked.CompareExchange(ref holders, count + 1, count);
            if (before == count)
            {
                return true;
            }

            count = before;
        }

        return false;
    }

    /// <summary>Lets go.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref holders) == 0)
        {
            model.Dispose();
            released(this);
        }
    }
}
