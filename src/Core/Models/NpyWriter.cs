using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace KMeans.Models;

/// <summary>Writes a matrix as a NumPy array file (.npy, version 1.0), row by row: shape (n, d), C order, little-endian.</summary>
/// <typeparam name="T">The element type: <see cref="float"/>, <see cref="double"/> or <see cref="long"/>.</typeparam>
/// <remarks>
/// The header leaves room for any row count, so a writer that is told n later gives the same bytes as one that knew it; its end falls on a
/// multiple of 64 bytes, as NumPy's own does, so that the file can be mapped into memory. Source: NEP 1. Not thread-safe.
/// </remarks>
public sealed class NpyWriter<T>
    where T : unmanaged
{
    private const int PreambleLength = 10;
    private const int Alignment = 64;

    private readonly Stream stream;
    private readonly long start;
    private readonly int columnCount;
    private readonly long? declaredRowCount;
    private long valueCount;

    /// <summary>Begins a file.</summary>
    /// <param name="stream">Written to from its current position; not disposed. Must be seekable where the row count is not known.</param>
    /// <param name="columnCount">d, 1 or more.</param>
    /// <param name="rowCount">n, or null where only <see cref="Complete"/> will know it.</param>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the three types.</exception>
    public NpyWriter(Stream stream, int columnCount, long? rowCount = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columnCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount ?? 0, nameof(rowCount));
        this.stream = stream;
        this.columnCount = columnCount;
        declaredRowCount = rowCount;
        start = rowCount is null ? stream.Position : 0;
        stream.Write(Header(rowCount ?? 0));
    }

    /// <summary>Writes the next values; they need not end where a row does.</summary>
    /// <param name="values">In row-major order.</param>
    public void Append(ReadOnlySpan<T> values)
    {
        LittleEndian.Write(stream, values);
        valueCount += values.Length;
    }

    /// <summary>Ends the file: checks the number of values, and fills in the row count where it was not known.</summary>
    /// <exception cref="InvalidOperationException">The values are not whole rows, or not as many as declared.</exception>
    public void Complete()
    {
        var rowCount = valueCount / columnCount;
        if (valueCount % columnCount != 0 || rowCount != (declaredRowCount ?? rowCount))
        {
            throw new InvalidOperationException($"{valueCount} values were written where {declaredRowCount?.ToString(CultureInfo.InvariantCulture) ?? "whole"} rows of {columnCount} were declared.");
        }

        if (declaredRowCount is null)
        {
            var end = stream.Position;
            stream.Position = start;
            stream.Write(Header(rowCount));
            stream.Position = end;
        }
    }

    private byte[] Header(long rowCount)
    {
        var longest = PreambleLength + Dictionary(long.MaxValue).Length + 1;
        var header = new byte[(longest + Alignment - 1) / Alignment * Alignment];
        header.AsSpan().Fill((byte)' ');
        header[0] = 0x93;
        "NUMPY"u8.CopyTo(header.AsSpan(1));
        header[6] = 1;
        header[7] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(header.Length - PreambleLength));
        Encoding.ASCII.GetBytes(Dictionary(rowCount), header.AsSpan(PreambleLength));
        header[^1] = (byte)'\n';
        return header;
    }

    private string Dictionary(long rowCount) => string.Create(
        CultureInfo.InvariantCulture, $"{{'descr': '{Descr()}', 'fortran_order': False, 'shape': ({rowCount}, {columnCount}), }}");

    private static string Descr() => default(T) switch
    {
        float => "<f4",
        double => "<f8",
        long => "<i8",
        _ => throw new NotSupportedException($"Elements of type {typeof(T)} are not supported; use float, double or long."),
    };
}

/// <summary>Writes a matrix that is in memory as a .npy file.</summary>
internal static class NpyWriter
{
    /// <summary>Writes it.</summary>
    /// <typeparam name="T">The element type, as for <see cref="NpyWriter{T}"/>.</typeparam>
    /// <param name="stream">Written to; not disposed.</param>
    /// <param name="values">Row-major (n, d).</param>
    /// <param name="columnCount">d.</param>
    public static void Write<T>(Stream stream, ReadOnlySpan<T> values, int columnCount)
        where T : unmanaged
    {
        var writer = new NpyWriter<T>(stream, columnCount, values.Length / columnCount);
        writer.Append(values);
        writer.Complete();
    }
}
