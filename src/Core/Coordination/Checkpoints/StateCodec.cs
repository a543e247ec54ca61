using KMeans.Input;
using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>Writes and reads the parts of a checkpoint that are no blocks, each as one checked frame.</summary>
internal static class StateCodec
{
    /// <summary>Of every part: raised whenever a part's layout, or the bits that a job gives, change.</summary>
    public const int Version = 2;

    private const uint StartMagic = 0x7473634B;
    private const uint EpochMagic = 0x7065634B;
    private const uint EntriesMagic = 0x656C634B;
    private const long MostBytes = 1L << 40;
    private const int MostTextBytes = 1 << 16;

    /// <summary>Writes a start.</summary>
    /// <param name="stream">Written to.</param>
    /// <param name="start">The start.</param>
    public static void Write(Stream stream, JobStart start)
    {
        var initial = start.Initial;
        var (k, d) = (initial.Centers.Count, initial.Centers.FeatureCount);
        var length = (4L * sizeof(int)) + (3 * sizeof(long)) + 1 + WireWriter.TextBytes(start.Note ?? "") + (d * ((3L * sizeof(double)) + sizeof(float))) + ((long)k * sizeof(double)) + CentersBytes(initial.Centers);
        var writer = new WireWriter(stream, StartMagic, Version, length);
        writer.Int32(k);
        writer.Int32(d);
        writer.Int32(initial.RowCount);
        writer.Int32(start.BatchCount);
        writer.Int64(start.RowsRead);
        writer.Int64(start.EstimatedRowCount);
        writer.Double(initial.Msd);
        writer.Byte(start.Note is null ? (byte)0 : (byte)1);
        writer.Text(start.Note ?? "");
        writer.Values<double>(initial.Transform.Shifts);
        writer.Values<double>(initial.Transform.Factors);
        writer.Values<float>(initial.Fill);
        writer.Values<double>(initial.ColumnVariances);
        writer.Values<double>(initial.ClusterCounts);
        Centers(writer, initial.Centers);
        writer.Complete();
    }

    /// <summary>Reads a start.</summary>
    /// <param name="stream">Read from.</param>
    /// <param name="featureCount">d that it must have.</param>
    /// <returns>The start.</returns>
    /// <exception cref="SummaryFormatException">It is damaged or of another version.</exception>
    public static JobStart ReadStart(Stream stream, int featureCount)
    {
        var reader = new WireReader(stream, StartMagic, Version, MostBytes, "the start");
        var k = reader.Count(1, Fitting(reader, sizeof(double) * featureCount), "the center count");
        var d = reader.Count(featureCount, featureCount, "the feature count");
        var (rows, batch) = (reader.Count(0, int.MaxValue, "the row count"), reader.Count(0, int.MaxValue, "the batch's rows"));
        var (rowsRead, estimate) = (reader.Whole(0, long.MaxValue, "the rows read"), reader.Whole(0, long.MaxValue, "the rows"));
        var msd = reader.Real(0, double.MaxValue, "the msd");
        var (hasNote, note) = (reader.Flag("whether there is a note"), reader.Text(MostTextBytes, "the note"));
        var transform = new ColumnTransform(Finite(reader, d), Finite(reader, d));
        var fill = new float[d];
        reader.Finite(fill, "fills");
        var initial = new InitialCenters
        {
            Transform = transform,
            Fill = fill,
            ColumnVariances = Finite(reader, d),
            ClusterCounts = Finite(reader, k),
            Centers = ReadCenters(reader, d),
            Msd = msd,
            RowCount = rows,
        };
        reader.Complete();
        return new JobStart(initial, batch, rowsRead, estimate, hasNote ? note : null);
    }

    /// <summary>Writes where a job is.</summary>
    /// <param name="stream">Written to.</param>
    /// <param name="state">The state.</param>
    public static void Write(Stream stream, EpochState state)
    {
        var length = (3L * sizeof(int)) + (2 * sizeof(long)) + WireWriter.TextBytes(state.LedgerHash) + CentersBytes(state.Broadcast);
        var writer = new WireWriter(stream, EpochMagic, Version, length);
        writer.Int32(state.Epoch);
        writer.Int32(state.Opened);
        writer.Int32(state.Dropped);
        writer.Double(state.ReadSeconds);
        writer.Int64(state.Retries);
        writer.Text(state.LedgerHash);
        Centers(writer, state.Broadcast);
        writer.Complete();
    }

    /// <summary>Reads where a job is.</summary>
    /// <param name="stream">Read from.</param>
    /// <param name="featureCount">d that it must have.</param>
    /// <returns>The state.</returns>
    /// <exception cref="SummaryFormatException">It is damaged or of another version.</exception>
    public static EpochState ReadEpoch(Stream stream, int featureCount)
    {
        var reader = new WireReader(stream, EpochMagic, Version, MostBytes, "the state");
        var (epoch, opened, dropped) = (reader.Count(0, int.MaxValue, "the epoch"), reader.Int32(), reader.Count(0, int.MaxValue, "the dropped centers"));
        var (seconds, retries) = (reader.Real(0, double.MaxValue, "the seconds"), reader.Whole(0, long.MaxValue, "the retries"));
        var hash = reader.Text(MostTextBytes, "the ledger's hash");
        var state = new EpochState(epoch, ReadCenters(reader, featureCount), opened, dropped, seconds, retries, hash);
        reader.Complete();
        return state;
    }

    /// <summary>Writes ledger entries.</summary>
    /// <param name="stream">Written to.</param>
    /// <param name="entries">Of neighbouring partitions.</param>
    public static void Write(Stream stream, IReadOnlyList<LedgerEntry> entries)
    {
        var length = sizeof(int) + entries.Sum(entry => (2L * sizeof(int)) + (6 * sizeof(long)) + WireWriter.TextBytes(entry.Instance) + WireWriter.TextBytes(entry.Backend));
        var writer = new WireWriter(stream, EntriesMagic, Version, length);
        writer.Int32(entries.Count);
        foreach (var entry in entries)
        {
            writer.Int32(entry.Partition);
            writer.Int64(entry.Rows);
            writer.Int64(entry.SkippedRows);
            writer.Int64(entry.Bytes);
            writer.Int64((long)entry.Hash);
            writer.Text(entry.Instance);
            writer.Int32(entry.Attempts);
            writer.Double(entry.Seconds);
            writer.Double(entry.ReadSeconds);
            writer.Text(entry.Backend);
        }

        writer.Complete();
    }

    /// <summary>Reads ledger entries. What they say is not checked: see <see cref="Ledger.Fault"/>.</summary>
    /// <param name="stream">Read from.</param>
    /// <param name="count">How many there must be.</param>
    /// <returns>The entries.</returns>
    /// <exception cref="SummaryFormatException">They are damaged or of another version.</exception>
    public static List<LedgerEntry> ReadEntries(Stream stream, int count)
    {
        var reader = new WireReader(stream, EntriesMagic, Version, MostBytes, "the ledger");
        reader.Count(count, count, "the entry count");
        var entries = new List<LedgerEntry>(Math.Min(count, Fitting(reader, 64)));
        for (var i = 0; i < count; i++)
        {
            entries.Add(new LedgerEntry(
                reader.Count(0, int.MaxValue, "the partition"), reader.Whole(0, long.MaxValue, "the rows"), reader.Whole(0, long.MaxValue, "the skipped rows"),
                reader.Whole(0, long.MaxValue, "the bytes"), (ulong)reader.Int64(), reader.Text(MostTextBytes, "the instance"), reader.Count(1, int.MaxValue, "the attempts"),
                reader.Real(0, double.MaxValue, "the seconds"), reader.Real(0, double.MaxValue, "the seconds of reading"))
            {
                Backend = reader.Text(LedgerEntry.MostBackendBytes, "the backend"),
            });
        }

        reader.Complete();
        return entries;
    }

    private static int Fitting(WireReader reader, int leastBytes) => (int)Math.Min(Array.MaxLength, reader.Left / leastBytes);

    private static double[] Finite(WireReader reader, int count)
    {
        var values = new double[count];
        reader.Finite(values, "numbers");
        return values;
    }

    private static long CentersBytes(RunningCenters centers) => sizeof(int) + (centers.Count * (4L + centers.FeatureCount) * sizeof(double));

    private static void Centers(WireWriter writer, RunningCenters centers)
    {
        writer.Int32(centers.Count);
        foreach (var id in centers.Ids)
        {
            writer.Int64(id.Partition);
            writer.Int64(id.Row);
        }

        writer.Values<double>(centers.Weights);
        writer.Values<double>(centers.SquaredErrors);
        writer.Values<double>(centers.Means);
    }

    private static RunningCenters ReadCenters(WireReader reader, int d)
    {
        var count = reader.Count(1, Fitting(reader, (4 + d) * sizeof(double)), "the centers");
        var ids = new long[2 * count];
        reader.Values<long>(ids);
        var (weights, errors) = (Finite(reader, count), Finite(reader, count));
        var centers = new RunningCenters(count, d);
        for (var j = 0; j < count; j++)
        {
            centers.Add(new CenterId(ids[2 * j], ids[(2 * j) + 1]), weights[j], Finite(reader, d), errors[j]);
        }

        return centers;
    }
}
