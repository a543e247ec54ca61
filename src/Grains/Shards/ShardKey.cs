using System.Globalization;

namespace KMeans.Grains;

/// <summary>Keys of shards: "{job}/{shard}".</summary>
internal static class ShardKey
{
    /// <summary>Makes one.</summary>
    /// <param name="job">The job; has no '/'.</param>
    /// <param name="shard">From 0.</param>
    /// <returns>The key.</returns>
    public static string Of(string job, int shard) => string.Create(CultureInfo.InvariantCulture, $"{job}/{shard}");

    /// <summary>Which job a shard is of.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The job.</returns>
    public static string JobOf(string key) => key[..key.LastIndexOf('/')];

    /// <summary>Which shard of its job it is.</summary>
    /// <param name="key">The key.</param>
    /// <returns>From 0; 0 too where the key is not a shard's.</returns>
    public static int ShardOf(string key) => int.TryParse(key.AsSpan(key.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var shard) ? shard : 0;
}
