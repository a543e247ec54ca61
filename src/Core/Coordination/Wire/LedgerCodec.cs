namespace KMeans.Coordination;

/// <summary>Writes what an instance knows of a block's partitions and reads it back. Who it was and which attempt the receiver knows better, so these do not travel.</summary>
internal static class LedgerCodec
{
    /// <summary>"KMle".</summary>
    private const uint Magic = 0x656C4D4B;

    private const int Version = 2;
    private const int MostEntryBytes = (6 * sizeof(long)) + sizeof(int) + LedgerEntry.MostBackendBytes;

    /// <summary>The most bytes that entries take.</summary>
    /// <param name="count">How many.</param>
    /// <returns>Header and trailer included.</returns>
    public static long MostBytes(int count) => WireWriter.HeaderBytes + ((long)count * MostEntryBytes) + WireWriter.TrailerBytes;

    /// <summary>Writes entries.</summary>
    /// <param name="stream">Written to; stays open.</param>
    /// <param name="entries">Of a block's partitions, in order.</param>
    public static void Write(Stream stream, IReadOnlyList<LedgerEntry> entries)
    {
        var writer = new WireWriter(stream, Magic, Version, entries.Sum(entry => (6L * sizeof(long)) + WireWriter.TextBytes(entry.Backend)));
        foreach (var entry in entries)
        {
            writer.Int64(entry.Rows);
            writer.Int64(entry.SkippedRows);
            writer.Int64(entry.Bytes);
            writer.Int64((long)entry.Hash);
            writer.Double(entry.Seconds);
            writer.Double(entry.ReadSeconds);
            writer.Text(entry.Backend);
        }

        writer.Complete();
    }

    /// <summary>Reads entries.</summary>
    /// <param name="stream">Read from, exactly to the payload's end; stays open.</param>
    /// <param name="block">The partitions that they must be of.</param>
    /// <param name="instance">Who ran them.</param>
    /// <returns>One entry a partition, of a first attempt.</returns>
    /// <exception cref="SummaryFormatException">They are cut off, damaged, or of another number of partitions.</exception>
    public static List<LedgerEntry> Read(Stream stream, BlockRange block, string instance)
    {
        var reader = new WireReader(stream, Magic, Version, (long)block.Count * MostEntryBytes, $"the ledger of block {block}");
        var entries = new List<LedgerEntry>(block.Count);
        for (var partition = block.First; partition < block.End; partition++)
        {
            entries.Add(new LedgerEntry(
                partition,
                reader.Whole(0, long.MaxValue / 4, "rows"),
                reader.Whole(0, long.MaxValue / 4, "skipped rows"),
                reader.Whole(0, long.MaxValue / 4, "bytes"),
                (ulong)reader.Int64(),
                instance,
                1,
                reader.Real(0, double.MaxValue, "seconds"),
                reader.Real(0, double.MaxValue, "seconds of reading"))
            {
                Backend = reader.Text(LedgerEntry.MostBackendBytes, "the backend"),
            });
        }

        reader.Complete();
        return entries;
    }
}
