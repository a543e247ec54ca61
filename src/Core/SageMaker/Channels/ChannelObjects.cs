namespace KMeans.SageMaker;

/// <summary>Which objects a channel's S3 source means, in which order, and which of them each host has.</summary>
public static class ChannelObjects
{
    /// <summary>Takes what is data of the objects below a prefix (S3DataType S3Prefix).</summary>
    /// <param name="uris">All whose names begin with the prefix.</param>
    /// <returns>
    /// In ordinal order; without those that stand for folders, and those whose name begins with a dot or an underscore, as in folders of this machine: a manifest, a mark that a job is done.
    /// </returns>
    public static IReadOnlyList<string> OfPrefix(IEnumerable<string> uris) =>
        [.. uris.Where(uri => uri[(uri.LastIndexOf('/') + 1)..] is [not ('.' or '_'), ..]).Order(StringComparer.Ordinal)];

    /// <summary>Shuffles objects (ShuffleConfig): the order of files, not of the rows in them.</summary>
    /// <param name="uris">The objects.</param>
    /// <param name="seed">ShuffleConfig's.</param>
    /// <param name="epoch">From 0; each has an order of its own.</param>
    /// <returns>The same objects. The order depends on their set, the seed and the epoch alone, not on the order in which they came.</returns>
    public static IReadOnlyList<string> Shuffle(IEnumerable<string> uris, long seed, int epoch = 0)
    {
        var random = new CounterRandom(seed, RandomPurpose.ObjectOrder, epoch);
        return [.. uris.Order(StringComparer.Ordinal).Select((uri, i) => (uri, Bits: random.Bits(i))).OrderBy(entry => entry.Bits).Select(entry => entry.uri)];
    }

    /// <summary>The objects of one host (S3DataDistributionType ShardedByS3Key).</summary>
    /// <param name="uris">All objects in their order.</param>
    /// <param name="host">The host's position, from 0.</param>
    /// <param name="hosts">How many there are.</param>
    /// <returns>One stretch of them, as long as the others' but for one; none where there are more hosts than objects and this is one of those too many.</returns>
    /// <remarks>Stretches, because partitions that cross from one host's files to another's are run by the coordinator: neighbours on one host make these few.</remarks>
    public static IReadOnlyList<string> Shard(IReadOnlyList<string> uris, int host, int hosts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(host);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(host, hosts);
        var (first, end) = ((long)uris.Count * host / hosts, (long)uris.Count * (host + 1) / hosts);
        return [.. uris.Skip((int)first).Take((int)(end - first))];
    }
}
