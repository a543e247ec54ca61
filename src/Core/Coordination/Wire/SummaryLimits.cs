using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>The most that a summary of a pass can hold: what bounds the memory that a received one may take.</summary>
internal static class SummaryLimits
{
    /// <summary>Fixed fields, counts and frames, generously.</summary>
    private const long OtherBytes = 4096;

    /// <summary>Values of a compressed file's rows, whose number nothing but reading tells.</summary>
    private const long MostUncountedValues = 1L << 32;

    /// <summary>Opened centers: a mini-batch may open twice what the rule holds before it closes some.</summary>
    /// <param name="context">The pass.</param>
    /// <returns>The most.</returns>
    public static int OpenedCenters(PassContext context) => 2 * context.Opening.MostOpened;

    /// <summary>Rows of a sample: it may grow to twice its limit before it is cut.</summary>
    /// <param name="limit">The sample's limit.</param>
    /// <returns>The most.</returns>
    public static int SampleRows(int limit) => (int)Math.Min(int.MaxValue - 1, (2L * limit) + 1);

    /// <summary>A summary's content.</summary>
    /// <param name="context">The pass.</param>
    /// <param name="block">The partitions that it covers.</param>
    /// <returns>The most bytes.</returns>
    public static long Bytes(PassContext context, BlockRange block)
    {
        var d = (long)context.FeatureCount;
        var centers = context.Broadcast.Count + (long)OpenedCenters(context);
        var sampled = SampleRows(context.Retention.SampleLimit) + (long)SampleRows(context.Retention.CostSampleLimit);
        return OtherBytes + (centers * (4 + d) * sizeof(double)) + (sampled * ((4 * sizeof(double)) + (d * sizeof(float)))) + RowBytes(context, block);
    }

    private static long RowBytes(PassContext context, BlockRange block)
    {
        if (!context.KeepsAllRows)
        {
            return 0;
        }

        var d = (long)context.FeatureCount;
        var bytes = 0L;
        for (var i = block.First; i < block.End; i++)
        {
            foreach (var segment in context.Input.Partitions[i].Segments)
            {
                var file = context.Input.Files[segment.File];

                // Text takes a byte a value and one between values, and the row that a range ends in may reach into the next.
                var extent = segment.Range.End - segment.Range.Start;
                var rows = file.RowCount is not null ? extent : file.CanSeek ? (extent / d) + 1 : MostUncountedValues / d;
                bytes += rows * ((d * sizeof(float)) + sizeof(double));
            }

            bytes += 16;
        }

        return bytes;
    }
}
