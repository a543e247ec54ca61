using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>Writes a summary as one binary payload and reads it back with the same bits, those of its samples included: merging a summary that travelled gives what merging it at home would.</summary>
/// <remarks>
/// Little-endian; ids of the broadcast centers do not travel, since both sides have them. Reading allocates nothing that the pass does not allow, checks every count and number, and
/// takes its memory from the pass's pool. O(K d).
/// </remarks>
internal static class SummaryCodec
{
    /// <summary>"KMsu".</summary>
    private const uint Magic = 0x75734D4B;

    private const int Version = 1;
    private const int FixedBytes = (6 * sizeof(int)) + (7 * sizeof(double));
    private const int SampleFixedBytes = sizeof(double) + sizeof(int);
    private const int EntryBytes = (4 * sizeof(double)) + sizeof(int);
    private const int BlockFixedBytes = sizeof(int) + 1;

    /// <summary>The bytes that a summary takes.</summary>
    /// <param name="summary">The summary.</param>
    /// <param name="context">What every partition of the pass was given.</param>
    /// <returns>Header and trailer included.</returns>
    public static long Bytes(PartitionSummary summary, PassContext context) => WireWriter.HeaderBytes + ContentBytes(summary, context) + WireWriter.TrailerBytes;

    /// <summary>Writes a summary.</summary>
    /// <param name="stream">Written to; stays open.</param>
    /// <param name="summary">Of any run of partitions; left as it is.</param>
    /// <param name="context">What every partition of the pass was given.</param>
    /// <param name="pass">The pass's <see cref="Pass.Id"/>.</param>
    public static void Write(Stream stream, PartitionSummary summary, PassContext context, ulong pass)
    {
        var broadcastCount = context.Broadcast.Count;
        var centers = summary.Centers;
        var writer = new WireWriter(stream, Magic, Version, ContentBytes(summary, context));
        writer.Int64((long)pass);
        writer.Int32(summary.First);
        writer.Int32(summary.End);
        writer.Int32(context.FeatureCount);
        writer.Int32(broadcastCount);
        writer.Int32(centers.Count - broadcastCount);
        writer.Int32(summary.Rows.Count);
        writer.Int64(summary.RowCount);
        writer.Int64(summary.SkippedRows);
        writer.Double(summary.TotalWeight);
        writer.Double(summary.PassSquaredDistances);
        writer.Double(summary.OpeningCost);
        writer.Int64(summary.NearTies);
        foreach (var id in centers.Ids[broadcastCount..])
        {
            writer.Int64(id.Partition);
            writer.Int64(id.Row);
        }

        writer.Values<double>(centers.Weights);
        writer.Values<double>(centers.SquaredErrors);
        writer.Values<double>(centers.Means);
        Write(writer, summary.Sample);
        Write(writer, summary.CostSample);
        foreach (var block in summary.Rows)
        {
            writer.Int32(block.Count);
            writer.Byte(block.SampleWeights is null ? (byte)0 : (byte)1);
            writer.Values<float>(block.Samples.AsSpan(0, block.Count * context.FeatureCount));
            writer.Values(block.Weights(0, block.Count));
        }

        writer.Complete();
    }

    /// <summary>Reads a summary.</summary>
    /// <param name="stream">Read from, exactly to the payload's end; stays open.</param>
    /// <param name="context">What every partition of the pass was given.</param>
    /// <param name="pass">The pass's <see cref="Pass.Id"/>.</param>
    /// <param name="block">The partitions that it must cover.</param>
    /// <returns>The summary, with the memory of the pass's pool.</returns>
    /// <exception cref="SummaryFormatException">It is cut off, damaged, of another pass or block, or holds what no summary of this pass can.</exception>
    public static PartitionSummary Read(Stream stream, PassContext context, ulong pass, BlockRange block)
    {
        var reader = new WireReader(stream, Magic, Version, SummaryLimits.Bytes(context, block), $"the summary of block {block}");
        if (reader.Int64() != (long)pass)
        {
            throw reader.Wrong("is of another pass");
        }

        reader.Count(block.First, block.First, "the first partition");
        reader.Count(block.End, block.End, "the end");
        reader.Count(context.FeatureCount, context.FeatureCount, "the feature count");
        reader.Count(context.Broadcast.Count, context.Broadcast.Count, "the broadcast centers");
        var opened = reader.Count(0, SummaryLimits.OpenedCenters(context), "opened centers");
        var blocks = context.KeepsAllRows ? block.Count : 0;
        reader.Count(blocks, blocks, "blocks of rows");
        var rowCount = reader.Whole(0, long.MaxValue / 4, "the row count");
        var skippedRows = reader.Whole(0, long.MaxValue / 4, "the skipped rows");
        var totalWeight = reader.Real(0, double.MaxValue, "the weight");
        var squaredDistances = reader.Real(0, double.MaxValue, "the squared distances");
        var openingCost = reader.Real(0, double.PositiveInfinity, "the opening cost");
        var nearTies = reader.Whole(0, long.MaxValue / 4, "the near-ties");
        var parts = context.Pool.Rent();
        try
        {
            ReadCenters(reader, parts.Centers, opened, context, block);
            Read(reader, parts.Sample, parts.Centers.Count, context.FeatureCount, context.Retention.SampleLimit);
            Read(reader, parts.CostSample, parts.Centers.Count, context.FeatureCount, context.Retention.CostSampleLimit);
            var summary = new PartitionSummary
            {
                First = block.First,
                End = block.End,
                Centers = parts.Centers,
                RowCount = rowCount,
                SkippedRows = skippedRows,
                TotalWeight = totalWeight,
                PassSquaredDistances = squaredDistances,
                OpeningCost = openingCost,
                NearTies = nearTies,
                Sample = parts.Sample,
                CostSample = parts.CostSample,
                Rows = ReadRows(reader, blocks, rowCount, context.FeatureCount),
            };
            reader.Complete();
            return summary;
        }
        catch
        {
            context.Pool.Return(parts);
            throw;
        }
    }

    private static long ContentBytes(PartitionSummary summary, PassContext context)
    {
        var d = (long)context.FeatureCount;
        var opened = summary.Centers.Count - context.Broadcast.Count;
        var rows = summary.Rows.Sum(block => BlockFixedBytes + (block.Count * ((d * sizeof(float)) + (block.SampleWeights is null ? 0 : sizeof(double)))));
        return FixedBytes + (opened * 2L * sizeof(long)) + (summary.Centers.Count * (2 + d) * sizeof(double)) + (2 * SampleFixedBytes)
            + ((summary.Sample.Count + (long)summary.CostSample.Count) * (EntryBytes + (d * sizeof(float)))) + rows;
    }

    private static void Write(WireWriter writer, RowSample sample)
    {
        writer.Double(sample.Threshold);
        writer.Int32(sample.Count);
        for (var i = 0; i < sample.Count; i++)
        {
            var (key, priority, sensitivity, weight, label) = sample.Details(i);
            writer.Int64(key);
            writer.Double(priority);
            writer.Double(sensitivity);
            writer.Double(weight);
            writer.Int32(label);
            writer.Values(sample.Row(i));
        }
    }

    private static void ReadCenters(WireReader reader, RunningCenters centers, int opened, PassContext context, BlockRange block)
    {
        var broadcastCount = context.Broadcast.Count;
        var ids = new CenterId[opened];
        for (var j = 0; j < opened; j++)
        {
            ids[j] = new CenterId(reader.Whole(block.First, block.End - 1, "an opened center's partition"), reader.Int64());
            if (j > 0 && ids[j].CompareTo(ids[j - 1]) <= 0)
            {
                throw reader.Wrong("has opened centers out of their order");
            }
        }

        var count = broadcastCount + opened;
        var weights = new double[count];
        var squaredErrors = new double[count];
        var mean = new double[context.FeatureCount];
        reader.Finite(weights, "weights");
        reader.Finite(squaredErrors, "squared errors");
        centers.Clear();
        for (var j = 0; j < count; j++)
        {
            if (!(weights[j] >= 0 && squaredErrors[j] >= 0))
            {
                throw reader.Wrong("has a negative weight or squared error");
            }

            reader.Finite(mean, "centers");
            centers.Add(j < broadcastCount ? context.Broadcast.Ids[j] : ids[j - broadcastCount], weights[j], mean, squaredErrors[j]);
        }
    }

    private static void Read(WireReader reader, RowSample sample, int centerCount, int featureCount, int limit)
    {
        sample.Clear();
        var most = sample.Threshold;
        sample.BeginRestore(reader.Real(0, most, "a sample's threshold"));
        var count = reader.Count(0, SummaryLimits.SampleRows(limit), "rows in a sample");
        var row = new float[featureCount];
        for (var i = 0; i < count; i++)
        {
            var key = reader.Int64();
            var priority = reader.Real(0, most, "a sampled row's priority");
            var sensitivity = reader.Real(0, double.PositiveInfinity, "a sampled row's sensitivity");
            var weight = reader.Real(0, double.MaxValue, "a sampled row's weight");
            var label = reader.Count(0, centerCount - 1, "a sampled row's center");
            reader.Finite(row, "sampled rows");
            sample.Restore(new KeptRow(key, priority, sensitivity, weight, label), row);
        }
    }

    private static List<RowBlock> ReadRows(WireReader reader, int blocks, long rowCount, int featureCount)
    {
        var rows = new List<RowBlock>();
        var left = blocks == 0 ? 0 : rowCount;
        for (var i = 0; i < blocks; i++)
        {
            var most = Math.Min(left, reader.Left / (featureCount * (long)sizeof(float)));
            var count = reader.Count(0, (int)Math.Min(most, Array.MaxLength / featureCount), "rows in a block");
            var weighted = reader.Flag("whether rows have weights");
            var samples = new float[count * featureCount];
            reader.Finite(samples, "rows");
            double[]? weights = null;
            if (weighted)
            {
                weights = new double[Math.Min(count, reader.Left / sizeof(double))];
                reader.Finite(weights, "rows' weights");
                if (weights.AsSpan().ContainsAnyExceptInRange(0.0, double.MaxValue))
                {
                    throw reader.Wrong("has rows' weights below 0");
                }
            }

            left -= count;
            rows.Add(new RowBlock(samples, count, weights));
        }

        return left == 0 ? rows : throw reader.Wrong($"has {left} rows fewer than it says");
    }
}
