using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace KMeans.Coordination;

/// <summary>Writes numbers and arrays, little-endian, as one checked frame: magic, version, the content's length, the content, and its hash.</summary>
/// <remarks>Writes through one buffer, so that a stream sees large pieces only. Not thread-safe.</remarks>
internal sealed class WireWriter
{
    /// <summary>Bytes before the content: magic, version, length.</summary>
    public const int HeaderBytes = 16;

    /// <summary>Bytes after the content: its hash.</summary>
    public const int TrailerBytes = 8;

    private const int BufferBytes = 64 << 10;
    private const int PieceBytes = 256 << 10;

    private readonly Stream stream;
    private readonly long length;
    private readonly byte[] buffer = new byte[BufferBytes];
    private readonly ContentHash hash = new();
    private int used;
    private long written;

    /// <summary>Begins a frame.</summary>
    /// <param name="stream">Written to; stays open.</param>
    /// <param name="magic">What the content is.</param>
    /// <param name="version">Of its layout.</param>
    /// <param name="length">Bytes of content that will follow, exactly.</param>
    public WireWriter(Stream stream, uint magic, int version, long length)
    {
        this.stream = stream;
        this.length = length;
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, magic);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], version);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], length);

        // The header is hashed too: a flipped version or length does not pass.
        Append(header);
        written = 0;
    }

    /// <summary>The bytes of a text with its length.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Four more than its UTF-8.</returns>
    public static long TextBytes(string text) => sizeof(int) + Encoding.UTF8.GetByteCount(text);

    /// <summary>Writes a number of one byte.</summary>
    /// <param name="value">The number.</param>
    public void Byte(byte value) => Append([value]);

    /// <summary>Writes a number.</summary>
    /// <param name="value">The number.</param>
    public void Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        Append(bytes);
    }

    /// <summary>Writes a number.</summary>
    /// <param name="value">The number.</param>
    public void Int64(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Append(bytes);
    }

    /// <summary>Writes a number, bit for bit.</summary>
    /// <param name="value">The number.</param>
    public void Double(double value) => Int64(BitConverter.DoubleToInt64Bits(value));

    /// <summary>Writes a text: its UTF-8 length and its bytes.</summary>
    /// <param name="text">The text.</param>
    public void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Int32(bytes.Length);
        Append(bytes);
    }

    /// <summary>Writes numbers, bit for bit, without their count.</summary>
    /// <typeparam name="T">double, float, long or bool.</typeparam>
    /// <param name="values">The numbers.</param>
    public void Values<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (BitConverter.IsLittleEndian)
        {
            Append(MemoryMarshal.AsBytes(values));
            return;
        }

        foreach (var value in values)
        {
            var one = value;
            var bytes = MemoryMarshal.AsBytes(new Span<T>(ref one));
            bytes.Reverse();
            Append(bytes);
        }
    }

    /// <summary>Ends the frame.</summary>
    /// <returns>The hash of header and content.</returns>
    /// <exception cref="InvalidOperationException">Not as many bytes were written as were announced.</exception>
    public ulong Complete()
    {
        if (written != length)
        {
            throw new InvalidOperationException($"{written} bytes were written of a content of {length}.");
        }

        // After this the hash is not needed any more, so that taking itself in does no harm.
        var value = hash.Value;
        Int64((long)value);
        Flush();
        return value;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        written += bytes.Length;
        if (bytes.Length >= BufferBytes)
        {
            Flush();
            for (; bytes.Length >= BufferBytes; bytes = bytes[Math.Min(bytes.Length, PieceBytes)..])
            {
                // In pieces, so that the stream finds in the cache what was hashed.
                var piece = bytes[..Math.Min(bytes.Length, PieceBytes)];
                hash.Append(piece);
                stream.Write(piece);
            }
        }

        hash.Append(bytes);
        if (bytes.Length > BufferBytes - used)
        {
            Flush();
        }

        bytes.CopyTo(buffer.AsSpan(used));
        used += bytes.Length;
    }

    private void Flush()
    {
        if (used > 0)
        {
            stream.Write(buffer, 0, used);
            used = 0;
        }
    }
}
