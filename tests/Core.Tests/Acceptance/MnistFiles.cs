using System.Buffers.Binary;
using System.Globalization;
using KMeans.Input.Parquet;
using KMeans.Tests.Support;

namespace KMeans.Tests.Acceptance;

/// <summary>MNIST's 60,000 training images in every format, written once for all tests.</summary>
public sealed class MnistFiles : IDisposable
{
    public const int RowCount = 60_000;
    public const int FeatureCount = 784;
    private readonly TemporaryFolder folder = new();
    private readonly Lazy<byte[]> pixels = new(() => File.ReadAllBytes(IdxPath)[16..]);

    public static string IdxPath => Path.Combine(Prerequisite.Get(Prerequisite.Mnist), "train-images-idx3-ubyte");

    public byte[] Pixels => pixels.Value;

    public void Dispose() => folder.Dispose();

    /// <summary>The file of one format: "idx", "npy", "recordio", "parquet", "parquet-int64" (1e9 added to every value) or "csv".</summary>
    public string Get(string format)
    {
        if (format == "idx")
        {
            return IdxPath;
        }

        lock (folder)
        {
            var path = folder.File(format + format switch { "npy" => ".npy", "recordio" => ".pbr", "csv" => ".csv", _ => ".parquet" });
            if (!File.Exists(path))
            {
                using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
                Write(format, stream);
            }

            return path;
        }
    }

    private void Write(string format, Stream stream)
    {
        switch (format)
        {
            case "npy":
                WriteNpy(stream);
                break;
            case "recordio":
                WriteRecordIO(stream);
                break;
            case "csv":
                WriteCsv(stream);
                break;
            default:
                WriteParquet(stream, format == "parquet-int64");
                break;
        }
    }

    private void WriteNpy(Stream stream)
    {
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({RowCount}, {FeatureCount}), }}".PadRight(117) + "\n";
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(header)]);
        ForEachRow(row => stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(row)));
    }

    private void WriteRecordIO(Stream stream)
    {
        // One dense record: features { "values": float32_tensor { values } }, with the lengths of each enclosing message.
        const int values = FeatureCount * sizeof(float);
        byte[] tensor = [0x0a, .. Varint(values)];
        byte[] value = [0x12, .. Varint(tensor.Length + values)];
        byte[] entry = [0x0a, 6, .. "values"u8, 0x12, .. Varint(value.Length + tensor.Length + values)];
        byte[] record = [0x0a, .. Varint(entry.Length + value.Length + tensor.Length + values), .. entry, .. value, .. tensor];
        var length = record.Length + values;
        var frame = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, 0xCED7230A);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), length);
        var padding = new byte[(4 - (length % 4)) % 4];
        ForEachRow(row =>
        {
            stream.Write(frame);
            stream.Write(record);
            stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(row));
            stream.Write(padding);
        });
    }

    private void WriteCsv(Stream stream)
    {
        using var writer = new StreamWriter(stream);
        writer.NewLine = "\n";
        for (var i = 0; i < RowCount; i++)
        {
            for (var f = 0; f < FeatureCount; f++)
            {
                if (f > 0)
                {
                    writer.Write(',');
                }

                writer.Write(Pixels[(i * FeatureCount) + f].ToString(CultureInfo.InvariantCulture));
            }

            writer.WriteLine();
        }
    }

    private void WriteParquet(Stream stream, bool asInt64)
    {
        // Row groups of an odd size, so that none begins where a partition does.
        const int groupRows = 7_777;
        var columns = Enumerable.Range(0, FeatureCount).Select(f => new ParquetWriterColumn($"p{f}", asInt64 ? ParquetWriterType.Whole64 : ParquetWriterType.Real32)).ToArray();
        using var writer = new ParquetWriter(stream, columns, compress: true);
        for (var first = 0; first < RowCount; first += groupRows)
        {
            var rows = Math.Min(groupRows, RowCount - first);
            writer.WriteRowGroup(rows, Enumerable.Range(0, FeatureCount).Select(f => asInt64 ? ParquetColumnData.Of(Column(f, first, rows, x => 1_000_000_000L + x)) : ParquetColumnData.Of(Column(f, first, rows, x => (float)x))).ToArray());
        }

        writer.Finish();
    }

    private T[] Column<T>(int feature, int first, int rows, Func<byte, T> convert)
    {
        var values = new T[rows];
        for (var i = 0; i < rows; i++)
        {
            values[i] = convert(Pixels[((first + i) * FeatureCount) + feature]);
        }

        return values;
    }

    private void ForEachRow(Action<float[]> write)
    {
        var row = new float[FeatureCount];
        for (var i = 0; i < RowCount; i++)
        {
            for (var f = 0; f < FeatureCount; f++)
            {
                row[f] = Pixels[(i * FeatureCount) + f];
            }

            write(row);
        }
    }

    private static byte[] Varint(int value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
