using System.Numerics;
using KMeans.Coordination;
using KMeans.Input;

namespace KMeans.Http.Protocol;

/// <summary>Writes a batch of rows as one checked payload and reads it back. A payload of no rows ends a sequence.</summary>
internal static class RowsCodec
{
    /// <summary>"KMrw".</summary>
    private const uint Magic = 0x77724D4B;

    private const int Version = 2;
    private const int FixedBytes = sizeof(int) + sizeof(long) + 2;

    /// <summary>Writes a batch.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="stream">Written to; stays open.</param>
    /// <param name="batch">Its rows, of any number.</param>
    /// <param name="bytesRead">Bytes of the file that were read for it; where the file can only be read from its start, for its last row.</param>
    public static void Write<T>(Stream stream, RowBatch<T> batch, long bytesRead)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = batch.Samples.AsSpan(0, batch.Count * batch.FeatureCount);
        var length = FixedBytes + (batch.Count * (long)sizeof(long)) + (batch.SampleWeights is null ? 0 : batch.Count * (long)sizeof(double)) + (batch.Dropped is null ? 0 : batch.Count) + System.Runtime.InteropServices.MemoryMarshal.AsBytes(values).Length;
        var writer = new WireWriter(stream, Magic, Version, length);
        writer.Int32(batch.Count);
        writer.Int64(bytesRead);
        writer.Byte(batch.SampleWeights is null ? (byte)0 : (byte)1);
        writer.Byte(batch.Dropped is null ? (byte)0 : (byte)1);
        writer.Values<long>(batch.Rows.AsSpan(0, batch.Count));
        if (batch.SampleWeights is { } weights)
        {
            writer.Values<double>(weights.AsSpan(0, batch.Count));
        }

        if (batch.Dropped is { } dropped)
        {
            writer.Values<bool>(dropped.AsSpan(0, batch.Count));
        }

        writer.Values<T>(values);
        writer.Complete();
    }

    /// <summary>Reads a batch.</summary>
    /// <typeparam name="T">float or double, as it was written.</typeparam>
    /// <param name="stream">Read from, exactly to the payload's end.</param>
    /// <param name="batch">Out; emptied first.</param>
    /// <returns>Bytes of the file that were read for it.</returns>
    /// <exception cref="SummaryFormatException">It is cut off, damaged, or does not fit the batch.</exception>
    public static long Read<T>(Stream stream, RowBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var most = FixedBytes + (batch.Capacity * (((batch.FeatureCount + 2L) * sizeof(double)) + 1));
        var reader = new WireReader(stream, Magic, Version, most, "the batch of rows");
        batch.Count = 0;
        var count = reader.Count(0, batch.Capacity, "rows");
        var bytesRead = reader.Whole(0, long.MaxValue / 4, "bytes");
        if (reader.Flag("whether there are weights") != batch.SampleWeights is not null)
        {
            throw reader.Wrong("has weights where none are expected, or none where they are");
        }

        var hasDropped = reader.Flag("whether rows are left out");
        reader.Values(batch.Rows.AsSpan(0, count));
        if (batch.SampleWeights is { } weights)
        {
            reader.Values(weights.AsSpan(0, count));
        }

        for (var i = 0; i < count; i++)
        {
            batch.MarkDropped(i, hasDropped && reader.Flag("whether a row is left out"));
        }

        reader.Values(batch.Samples.AsSpan(0, count * batch.FeatureCount));
        reader.Complete();
        batch.Count = count;
        return bytesRead;
    }
}
