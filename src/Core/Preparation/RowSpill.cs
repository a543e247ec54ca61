using System.Runtime.InteropServices;
using System.Security.Cryptography;
using KMeans.Input;
using KMeans.Prediction;
using KMeans.Storage;

namespace KMeans.Preparation;

/// <summary>Keeps rows on the disk between the pass that selects them and the writing: because their statistics are not known before, or because their order is another.</summary>
/// <remarks>
/// Shuffled rows are dealt into buckets by their random numbers, and each bucket is sorted in memory: the output is all rows in the order of their numbers, whatever the buckets. The files have no
/// name while they are used, where the system allows that, so that nothing is left of a process that is killed.
/// </remarks>
internal sealed class RowSpill : IPreparedSink, IDisposable
{
    private const long BytesPerBucket = 64 << 20;
    private const int MostBuckets = 1024;
    private const int BufferBytes = 64 << 10;

    private readonly List<FileStream> buckets = [];
    private readonly IReadOnlyList<KeptColumn> kept;
    private readonly int cellCount;
    private readonly bool shuffles;
    private readonly MemoryStream record = new();
    private readonly BinaryWriter writer;

    /// <summary>Creates empty files.</summary>
    /// <param name="output">They lie beside it; where it is in a store of objects, in the system's folder for such files.</param>
    /// <param name="cellCount">Cells a row.</param>
    /// <param name="kept">The copied columns.</param>
    /// <param name="shuffles">Whether rows come back in the order of their random numbers.</param>
    /// <param name="expectedBytes">About how many bytes will come.</param>
    public RowSpill(string output, int cellCount, IReadOnlyList<KeptColumn> kept, bool shuffles, long expectedBytes)
    {
        this.cellCount = cellCount;
        this.kept = kept;
        this.shuffles = shuffles;
        writer = new BinaryWriter(record);
        var folder = ObjectPath.Is(output) ? Path.GetTempPath() : Path.GetDirectoryName(Path.GetFullPath(output))!;
        var count = shuffles ? (int)Math.Clamp(expectedBytes / BytesPerBucket, 1, MostBuckets) : 1;
        try
        {
            for (var i = 0; i < count; i++)
            {
                buckets.Add(Create(Path.Combine(folder, $".{Path.GetFileName(output)}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}.spill")));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Write(PreparedRows rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            record.SetLength(0);
            writer.Write(rows.Orders[i]);
            writer.Write(rows.IsTest[i]);
            writer.Write(MemoryMarshal.AsBytes(rows.CellsOf(i)));
            foreach (var column in rows.Kept)
            {
                Write(column, i);
            }

            var bucket = shuffles ? buckets[(int)Math.BigMul(rows.Orders[i], (ulong)buckets.Count, out _)] : buckets[0];
            var length = (int)record.Length;
            bucket.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in length)));
            bucket.Write(record.GetBuffer().AsSpan(0, length));
        }
    }

    /// <summary>Gives the rows back.</summary>
    /// <param name="sink">Takes them.</param>
    /// <param name="rows">For reuse.</param>
    /// <param name="capacity">The most rows that it holds.</param>
    /// <param name="advanced">Told the rows of each batch, or null.</param>
    /// <param name="cancellation">Stops it.</param>
    public void Replay(IPreparedSink sink, PreparedRows rows, int capacity, Action<int>? advanced, CancellationToken cancellation)
    {
        foreach (var bucket in buckets)
        {
            bucket.Flush();
            bucket.Position = 0;
            foreach (var reader in shuffles ? Sorted(bucket) : InOrder(bucket))
            {
                Read(reader, rows, rows.Count++);
                if (rows.Count == capacity)
                {
                    Give();
                }
            }

            // Its space is free at once.
            bucket.Dispose();
        }

        Give();

        void Give()
        {
            cancellation.ThrowIfCancellationRequested();
            sink.Write(rows);
            advanced?.Invoke(rows.Count);
            rows.Count = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        buckets.ForEach(bucket => bucket.Dispose());
        writer.Dispose();
    }

    private static FileStream Create(string path)
    {
        // Windows deletes an open file when it is closed; elsewhere its name goes now and its content with the last handle.
        var options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None;
        var stream = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferBytes, options);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }

        return stream;
    }

    private static IEnumerable<BinaryReader> InOrder(FileStream bucket)
    {
        using var reader = new BinaryReader(bucket);
        while (bucket.Position < bucket.Length)
        {
            _ = reader.ReadInt32();
            yield return reader;
        }
    }

    private static IEnumerable<BinaryReader> Sorted(FileStream bucket)
    {
        if (bucket.Length > Array.MaxLength)
        {
            throw new InputException($"--shuffle: {bucket.Length:#,0} bytes of rows fall into one of {MostBuckets} parts, more than can be sorted in memory; shuffle fewer files at a time.");
        }

        var bytes = new byte[bucket.Length];
        bucket.ReadExactly(bytes);
        var records = new List<(ulong Order, int Start)>();
        for (var at = 0; at < bytes.Length;)
        {
            records.Add((MemoryMarshal.Read<ulong>(bytes.AsSpan(at + sizeof(int))), at + sizeof(int)));
            at += sizeof(int) + MemoryMarshal.Read<int>(bytes.AsSpan(at));
        }

        records.Sort();
        using var stream = new MemoryStream(bytes);
        using var reader = new BinaryReader(stream);
        foreach (var (_, start) in records)
        {
            stream.Position = start;
            yield return reader;
        }
    }

    private void Write(ValueColumn column, int row)
    {
        writer.Write(column.Missing[row]);
        if (column.Missing[row])
        {
            return;
        }

        switch (column.Kind)
        {
            case ValueKind.Whole:
                writer.Write(column.Wholes[row]);
                break;
            case ValueKind.Real:
                writer.Write(column.Reals[row]);
                break;
            default:
                writer.Write(column.Texts[row]!);
                break;
        }
    }

    private void Read(BinaryReader reader, PreparedRows rows, int row)
    {
        rows.Orders[row] = reader.ReadUInt64();
        rows.IsTest[row] = reader.ReadBoolean();
        var cells = rows.CellsOf(row);
        for (var i = 0; i < cellCount; i++)
        {
            cells[i] = reader.ReadDouble();
        }

        for (var j = 0; j < kept.Count; j++)
        {
            var column = rows.Kept[j];
            column.Missing[row] = reader.ReadBoolean();
            if (column.Missing[row])
            {
                continue;
            }

            switch (column.Kind)
            {
                case ValueKind.Whole:
                    column.Wholes[row] = reader.ReadInt64();
                    break;
                case ValueKind.Real:
                    column.Reals[row] = reader.ReadDouble();
                    break;
                default:
                    column.Texts[row] = reader.ReadString();
                    break;
            }
        }
    }
}
