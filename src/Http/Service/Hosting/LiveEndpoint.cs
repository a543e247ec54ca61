namespace KMeans.Http.Service.Hosting;

/// <summary>An endpoint as this process serves it: loaded models and whose turn it is. Thread-safe.</summary>
/// <param name="deployment">What it was made from.</param>
/// <param name="models">The variants' models, held.</param>
internal sealed class LiveEndpoint(Deployment deployment, IReadOnlyList<HostedModel> models)
{
    private readonly Lock gate = new();
    private readonly long[] served = new long[models.Count];
    private int isReleased;

    /// <summary>What it was made from.</summary>
    public long Id => deployment.Id;

    /// <summary>When it was last compared with the store; a timestamp of the clock.</summary>
    public long Checked { get; set; }

    /// <summary>Holds the model that is to answer.</summary>
    /// <param name="variant">The variant that the caller wants, or null: then they have turns by their weights.</param>
    /// <returns>The model, to be released, and the variant's name; or null where there is no such variant, or the endpoint has just gone over to others.</returns>
    public (HostedModel Model, string Variant)? TryHold(string? variant)
    {
        var index = variant is null ? Next() : Find(variant);
        return index >= 0 && models[index].TryHold() ? (models[index], deployment.Variants[index].Name) : null;
    }

    /// <summary>Whether there is a variant of that name.</summary>
    /// <param name="variant">The name.</param>
    /// <returns>Whether there is.</returns>
    public bool Has(string variant) => Find(variant) >= 0;

    /// <summary>Lets go of its models; requests that run hold theirs.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref isReleased, 1) == 0)
        {
            foreach (var model in models)
            {
                model.Release();
            }
        }
    }

    private int Find(string variant)
    {
        for (var i = 0; i < deployment.Variants.Count; i++)
        {
            if (deployment.Variants[i].Name == variant)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The variant that is furthest behind its share.</summary>
    private int Next()
    {
        if (models.Count == 1)
        {
            return 0;
        }

        lock (gate)
        {
            var best = -1;
            var least = double.PositiveInfinity;
            for (var i = 0; i < served.Length; i++)
            {
                // Where all weights are 0 they share equally, as everything else would have nobody answer.
                var weight = deployment.Variants[i].Weight;
                var due = weight > 0 ? (served[i] + 1) / weight : deployment.Variants.All(each => each.Weight == 0) ? served[i] : double.PositiveInfinity;
                if (due < least)
                {
                    (best, least) = (i, due);
                }
            }

            served[best]++;
            return best;
        }
    }
}
