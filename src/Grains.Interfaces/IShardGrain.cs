using Orleans.Concurrency;

namespace KMeans.Grains;

/// <summary>Computes blocks of one job on its silo's threads; its key is "{job}/{shard}".</summary>
[Alias("kmeans.IShardGrain")]
public interface IShardGrain : IGrainWithStringKey
{
    /// <summary>Tells of itself. A higher term than before ends what runs for lower ones.</summary>
    /// <param name="epoch">The caller's term.</param>
    /// <returns>What the shard can do.</returns>
    /// <exception cref="StaleEpochException">The term is over.</exception>
    [Alias("Hello"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<ShardInfo> HelloAsync(long epoch);

    /// <summary>Begins a block, or asks how one is. Answers after a second at the latest.</summary>
    /// <param name="request">The block.</param>
    /// <returns>How it is.</returns>
    /// <exception cref="StaleEpochException">The term is over.</exception>
    [Alias("RunBlock"), AlwaysInterleave, ResponseTimeout("00:00:15")]
    Task<BlockAnswer> RunBlockAsync(BlockRequest request);

    /// <summary>Gives a chunk of a finished block.</summary>
    /// <param name="epoch">The caller's term.</param>
    /// <param name="attempt">The block's attempt.</param>
    /// <param name="index">The chunk.</param>
    /// <returns>The chunk; null where the shard does not have the block any more.</returns>
    [Alias("PullSummary"), AlwaysInterleave, ResponseTimeout("00:00:15")]
    ValueTask<Chunk?> PullSummaryAsync(long epoch, long attempt, int index);

    /// <summary>Cancels a block that runs and forgets one that is finished.</summary>
    /// <param name="epoch">The caller's term.</param>
    /// <param name="attempt">The block's attempt.</param>
    /// <returns>Nothing is awaited.</returns>
    [Alias("Drop"), AlwaysInterleave, OneWay]
    Task DropAsync(long epoch, long attempt);
}
