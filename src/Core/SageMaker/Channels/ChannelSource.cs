using KMeans.Storage;

namespace KMeans.SageMaker;

/// <summary>Where a channel's objects are (DataSource.S3DataSource), and in which order they are taken.</summary>
/// <param name="Uri">S3Uri: the beginning of names, or a manifest.</param>
/// <param name="IsManifest">Whether it is a manifest.</param>
/// <param name="ShuffleSeed">ShuffleConfig's seed; null to keep the order of names, or the manifest's.</param>
public sealed record ChannelSource(string Uri, bool IsManifest, long? ShuffleSeed)
{
    /// <summary>Reads S3DataType.</summary>
    /// <param name="channel">The channel's name, for the message.</param>
    /// <param name="type">"S3Prefix" or "ManifestFile".</param>
    /// <returns>Whether it is a manifest.</returns>
    /// <exception cref="InputException">It is something else.</exception>
    public static bool IsManifestType(string channel, string type) => type switch
    {
        "S3Prefix" => false,
        "ManifestFile" => true,
        _ => throw ChannelContent.Refuse(channel, $"S3DataType '{type}' is not one of ['S3Prefix', 'ManifestFile']"),
    };

    /// <summary>Finds the objects.</summary>
    /// <param name="store">Where they are.</param>
    /// <param name="epoch">From 0, for the shuffling.</param>
    /// <returns>Their URIs, at least one, in the order in which they are taken. The objects of a manifest are looked for when they are opened.</returns>
    /// <exception cref="InputException">There are none, or the manifest is wrong.</exception>
    public IReadOnlyList<string> Objects(IObjectStore store, int epoch = 0)
    {
        ArgumentNullException.ThrowIfNull(store);
        var path = ObjectPath.Parse(Uri);
        var found = IsManifest ? Manifest(store, path) : ChannelObjects.OfPrefix(store.List(path).Select(item => item.Path.ToString()));
        return found.Count == 0 ? throw new InputException($"ClientError: {Uri}: no object's name begins so; check the S3Uri.")
            : ShuffleSeed is { } seed ? ChannelObjects.Shuffle(found, seed, epoch)
            : found;
    }

    private IReadOnlyList<string> Manifest(IObjectStore store, ObjectPath path)
    {
        var item = store.Find(path) ?? throw new InputException($"ClientError: {Uri}: there is no such manifest; check the S3Uri.");
        if (item.Length > ChannelManifest.MostBytes)
        {
            throw new InputException($"ClientError: {Uri}: the manifest has {item.Length} bytes, more than the {ChannelManifest.MostBytes} that are read.");
        }

        using var source = store.Open(item);
        var json = new byte[item.Length];
        source.ReadExactly(0, json, "the manifest");
        var uris = ChannelManifest.Parse(json, Uri);

        // A name that no object can have is found before any work.
        foreach (var uri in uris)
        {
            _ = ObjectPath.Parse(uri);
        }

        return uris;
    }
}
