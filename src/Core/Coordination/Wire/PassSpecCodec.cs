using KMeans.Input;
using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>Writes the description of a pass as one binary payload and reads it back, bit for bit.</summary>
internal static class PassSpecCodec
{
    /// <summary>"KMps".</summary>
    private const uint Magic = 0x73704D4B;

    private const int Version = 3;

    /// <summary>Writes a description.</summary>
    /// <param name="stream">Written to; stays open. <see cref="Stream.Null"/> for the key alone.</param>
    /// <param name="spec">The description.</param>
    /// <returns>The pass's key: the hash of what was written. O(K d).</returns>
    public static ulong Write(Stream stream, PassSpec spec)
    {
        var writer = new WireWriter(stream, Magic, Version, ContentBytes(spec));
        writer.Int64((long)spec.PassId);
        InputSpecCodec.Write(writer, spec.Input);
        writer.Int32(spec.Transform.FeatureCount);
        writer.Values<double>(spec.Transform.Shifts);
        writer.Values<double>(spec.Transform.Factors);
        writer.Values<float>(spec.Fill);
        writer.Byte((byte)spec.Missing);
        writer.Int64(spec.Seed);
        writer.Int64(spec.FirstKey);
        writer.Int32(spec.Epoch);
        writer.Int32(spec.MiniBatchSize);
        writer.Int32(spec.FirstMiniBatchSize);
        writer.Int64(spec.HalfLife);
        writer.Double(spec.Opening.Cost);
        writer.Int32(spec.Opening.MostOpened);
        writer.Byte(spec.KeepsAllRows ? (byte)1 : (byte)0);
        writer.Int32(spec.Retention.SampleLimit);
        writer.Int32(spec.Retention.CostSampleLimit);
        writer.Int64(spec.Retention.RowCount);
        writer.Double(spec.Retention.DistanceFactor);
        writer.Double(spec.Retention.SampleThreshold);
        writer.Double(spec.Retention.CostThreshold);
        writer.Int32(spec.Retention.ClusterTerms.Length);
        writer.Values<double>(spec.Retention.ClusterTerms);
        writer.Int32(spec.Broadcast.Count);
        foreach (var id in spec.Broadcast.Ids)
        {
            writer.Int64(id.Partition);
            writer.Int64(id.Row);
        }

        writer.Values<double>(spec.Broadcast.Weights);
        writer.Values<double>(spec.Broadcast.SquaredErrors);
        writer.Values<double>(spec.Broadcast.Means);
        return writer.Complete();
    }

    /// <summary>The bytes that a description takes.</summary>
    /// <param name="spec">The description.</param>
    /// <returns>Header and trailer included.</returns>
    public static long Bytes(PassSpec spec) => WireWriter.HeaderBytes + ContentBytes(spec) + WireWriter.TrailerBytes;

    /// <summary>Reads a description.</summary>
    /// <param name="stream">Read from, exactly to the payload's end; stays open.</param>
    /// <param name="mostBytes">The most that its content may have, and so the memory that it may take.</param>
    /// <returns>The description.</returns>
    /// <exception cref="SummaryFormatException">It is cut off, damaged, too large or not well formed.</exception>
    public static PassSpec Read(Stream stream, long mostBytes)
    {
        var reader = new WireReader(stream, Magic, Version, mostBytes, "the pass");
        var passId = (ulong)reader.Int64();
        var input = InputSpecCodec.Read(reader);
        var d = reader.Count(1, (int)Math.Min(Array.MaxLength / sizeof(double), reader.Left / sizeof(double)), "the feature count");
        if (input.Columns.Sum(column => (long)column.Width) != d)
        {
            throw reader.Wrong($"has {d} features, but columns of another number");
        }

        var transform = new ColumnTransform(Doubles(reader, d, "shifts"), Doubles(reader, d, "factors"));
        if (transform.Factors.AsSpan().ContainsAnyExceptInRange(double.Epsilon, double.MaxValue))
        {
            throw reader.Wrong("has factors that are not positive");
        }

        var fill = new float[d];
        reader.Values<float>(fill);
        var spec = new PassSpec
        {
            PassId = passId,
            Input = input,
            Transform = transform,
            Fill = fill,
            Missing = (MissingPolicy)reader.Byte() is var missing && Enum.IsDefined(missing) ? missing : throw reader.Wrong("has an unknown policy about missing values"),
            Seed = reader.Int64(),
            FirstKey = reader.Whole(0, long.MaxValue / 4, "the first key"),
            Epoch = reader.Count(0, int.MaxValue, "the epoch"),
            MiniBatchSize = reader.Count(1, int.MaxValue, "the mini-batch size"),
            FirstMiniBatchSize = reader.Count(1, int.MaxValue, "the first mini-batch's size"),
            HalfLife = reader.Whole(0, long.MaxValue, "the half-life"),
            Opening = new OpeningRule(reader.Real(0, double.PositiveInfinity, "the opening cost"), reader.Count(0, int.MaxValue / 4, "the most opened centers")),
            KeepsAllRows = reader.Flag("whether all rows are kept"),
            Retention = Retention(reader),
            Broadcast = Broadcast(reader, d),
        };
        reader.Complete();
        return spec;
    }

    private static long ContentBytes(PassSpec spec)
    {
        var d = (long)spec.Transform.FeatureCount;
        const int fixedBytes = (9 * sizeof(int)) + (9 * sizeof(long)) + 2;
        return InputSpecCodec.Bytes(spec.Input) + fixedBytes + (d * ((2 * sizeof(double)) + sizeof(float)))
            + (spec.Retention.ClusterTerms.LongLength * sizeof(double)) + (spec.Broadcast.Count * (4 + d) * sizeof(double));
    }

    private static double[] Doubles(WireReader reader, int count, string name)
    {
        var values = new double[count];
        reader.Finite(values, name);
        return values;
    }

    private static RetentionRule Retention(WireReader reader)
    {
        var (sampleLimit, costLimit) = (reader.Count(0, int.MaxValue / 4, "the sample's limit"), reader.Count(0, int.MaxValue / 4, "the cost sample's limit"));
        var rowCount = reader.Whole(0, long.MaxValue / 4, "the row count");
        var factor = reader.Real(0, double.MaxValue, "the sensitivity's factor");
        var (sampleThreshold, costThreshold) = (reader.Real(0, double.MaxValue, "the sample's threshold"), reader.Real(0, double.MaxValue, "the cost sample's threshold"));
        var terms = reader.Count(1, (int)Math.Min(int.MaxValue / 4, reader.Left / sizeof(double)), "the sensitivity's terms");
        return new RetentionRule
        {
            SampleLimit = sampleLimit,
            CostSampleLimit = costLimit,
            RowCount = rowCount,
            DistanceFactor = factor,
            SampleThreshold = sampleThreshold,
            CostThreshold = costThreshold,
            ClusterTerms = Doubles(reader, terms, "the sensitivity's terms"),
        };
    }

    private static RunningCenters Broadcast(WireReader reader, int d)
    {
        var count = reader.Count(1, (int)Math.Min(Array.MaxLength / d, reader.Left / ((4L + d) * sizeof(double))), "the broadcast centers");
        var ids = new long[2 * count];
        reader.Values<long>(ids);
        var weights = Doubles(reader, count, "weights");
        var squaredErrors = Doubles(reader, count, "squared errors");
        if (weights.AsSpan().ContainsAnyExceptInRange(0.0, double.MaxValue))
        {
            throw reader.Wrong("has negative weights");
        }

        var centers = new RunningCenters(count, d);
        var mean = new double[d];
        for (var j = 0; j < count; j++)
        {
            reader.Finite(mean, "centers");
            centers.Add(new CenterId(ids[2 * j], ids[(2 * j) + 1]), weights[j], mean, squaredErrors[j]);
        }

        return centers;
    }
}
