using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace KMeans.Grains;

/// <summary>What silos count, in the meter "KMeans". Without jobs' or shards' names, so that the number of series stays bounded.</summary>
internal static class GrainMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "KMeans";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("kmeans.transfer.bytes", "By", "Bytes of passes and summaries that were pulled");
    private static readonly Counter<double> Seconds = Meter.CreateCounter<double>("kmeans.transfer.time", "s", "Time in which they were pulled, checked and read");
    private static readonly Counter<long> Blocks = Meter.CreateCounter<long>("kmeans.blocks", "{block}", "Blocks that were computed");

    /// <summary>Counts a transfer.</summary>
    /// <param name="kind">"pass" or "summary".</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="began">A timestamp of <see cref="Stopwatch"/>.</param>
    public static void Transferred(string kind, long bytes, long began)
    {
        var tag = new KeyValuePair<string, object?>("kind", kind);
        Bytes.Add(bytes, tag);
        Seconds.Add(Stopwatch.GetElapsedTime(began).TotalSeconds, tag);
    }

    /// <summary>Counts a block.</summary>
    public static void Computed() => Blocks.Add(1);
}
