using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using KMeans.Input.Parquet;
using KMeans.Models;

namespace KMeans.Input.S3.Tests.Support;

/// <summary>The same rows in every format: three clusters of mostly zeros, as sparse data is.</summary>
internal static class RowFiles
{
    public const int FeatureCount = 12;

    /// <summary>Row-major (n, 12).</summary>
    public static float[] Rows(int rowCount)
    {
        var random = new Random(11);
        var rows = new float[rowCount * FeatureCount];
        for (var i = 0; i < rowCount; i++)
        {
            var cluster = i % 3;
            for (var f = cluster * 4; f < (cluster * 4) + 4; f++)
            {
                rows[(i * FeatureCount) + f] = MathF.Round((10 * (cluster + 1)) + (float)random.NextDouble(), 4);
            }
        }

        return rows;
    }

    /// <summary>Rows in a format.</summary>
    /// <param name="format">parquet, npy, csv, gz, fvecs, dense or sparse.</param>
    /// <param name="rows">Row-major (n, 12).</param>
    public static byte[] Write(string format, float[] rows)
    {
        using var stream = new MemoryStream();
        switch (format)
        {
            case "parquet":
                WriteParquet(stream, rows);
                break;
            case "npy":
                NpyWriterOf(stream, rows);
                break;
            case "csv":
                stream.Write(Csv(rows));
                break;
            case "gz":
                using (var packed = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
                {
                    packed.Write(Csv(rows));
                }

                break;
            case "fvecs":
                foreach (var row in rows.Chunk(FeatureCount))
                {
                    stream.Write([FeatureCount, 0, 0, 0]);
                    stream.Write(Floats(row));
                }

                break;
            default:
                foreach (var row in rows.Chunk(FeatureCount))
                {
                    WriteRecord(stream, row, format == "sparse");
                }

                break;
        }

        return stream.ToArray();
    }

    private static void NpyWriterOf(Stream stream, float[] rows)
    {
        var writer = new NpyWriter<float>(stream, FeatureCount, rows.Length / FeatureCount);
        writer.Append(rows);
        writer.Complete();
    }

    private static void WriteParquet(Stream stream, float[] rows)
    {
        var kept = new MemoryStream();
        using var writer = new ParquetWriter(kept, Enumerable.Range(0, FeatureCount).Select(f => new ParquetWriterColumn($"c{f}", ParquetWriterType.Real32)));
        foreach (var group in rows.Chunk(1000 * FeatureCount))
        {
            var count = group.Length / FeatureCount;
            writer.WriteRowGroup(count, [.. Enumerable.Range(0, FeatureCount).Select(f => ParquetColumnData.Of(Enumerable.Range(0, count).Select(i => group[(i * FeatureCount) + f]).ToArray()))]);
        }

        writer.Finish();
        stream.Write(kept.ToArray());
    }

    private static byte[] Csv(float[] rows) =>
        Encoding.UTF8.GetBytes(string.Concat(rows.Chunk(FeatureCount).Select(row => string.Join(',', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture))) + "\n")));

    /// <summary>A protobuf record in a recordIO frame. Source: the reference product's data formats for training.</summary>
    private static void WriteRecord(Stream stream, float[] row, bool sparse)
    {
        var keys = Enumerable.Range(0, row.Length).Where(f => row[f] != 0).ToArray();
        byte[] tensor = sparse
            ? [.. Field(1, Floats([.. keys.Select(f => row[f])])), .. Field(2, [.. keys.Select(f => (byte)f)]), .. Field(3, [FeatureCount])]
            : Field(1, Floats(row));
        var record = Field(1, [.. Field(1, "values"u8), .. Field(2, Field(2, tensor))]);
        Span<byte> header = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xCED7230A);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], record.Length);
        stream.Write(header);
        stream.Write(record);
        stream.Write(new byte[(4 - (record.Length % 4)) % 4]);
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> content) => [(byte)((number << 3) | 2), (byte)content.Length, .. content];

    private static byte[] Floats(float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return bytes;
    }
}
