using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace KMeans.Coordination;

/// <summary>Reads a frame of <see cref="WireWriter"/>. Nothing is taken on trust: whoever reads a count says how large it may be, before memory is taken for it.</summary>
/// <remarks>Reads ahead within the frame, never behind it. Not thread-safe.</remarks>
internal sealed class WireReader
{
    private const int BufferBytes = 64 << 10;
    private const int PieceBytes = 256 << 10;

    private readonly Stream stream;
    private readonly byte[] buffer = new byte[BufferBytes];
    private readonly ContentHash hash = new();
    private readonly string what;
    private int start;
    private int end;

    /// <summary>Bytes of content that were not read from the stream yet.</summary>
    private long unread;

    /// <summary>Begins a frame.</summary>
    /// <param name="stream">Read from; stays open.</param>
    /// <param name="magic">What the content must be.</param>
    /// <param name="version">The layout that is understood.</param>
    /// <param name="mostBytes">The most that the content may have.</param>
    /// <param name="what">What it is, for messages: "the summary".</param>
    /// <exception cref="SummaryFormatException">It is something else, or too large.</exception>
    public WireReader(Stream stream, uint magic, int version, long mostBytes, string what)
    {
        this.stream = stream;
        this.what = what;
        Span<byte> header = stackalloc byte[WireWriter.HeaderBytes];
        Fill(header);
        hash.Append(header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != magic)
        {
            throw Wrong("begins with other bytes; it is something else or damaged");
        }

        var found = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        if (found != version)
        {
            throw Wrong($"has version {found} where {version} is understood; run the same release everywhere");
        }

        unread = BinaryPrimitives.ReadInt64LittleEndian(header[8..]);
        if (unread < 0 || unread > mostBytes)
        {
            throw Wrong($"says that it has {unread} bytes where at most {mostBytes} are possible");
        }
    }

    /// <summary>Bytes of content left.</summary>
    public long Left => unread + end - start;

    /// <summary>Makes an error about this frame.</summary>
    /// <param name="problem">What is wrong with it.</param>
    /// <returns>The error.</returns>
    public SummaryFormatException Wrong(string problem) => new($"{what} {problem}.");

    /// <summary>Reads a number of one byte.</summary>
    /// <returns>The number.</returns>
    public byte Byte()
    {
        Span<byte> bytes = stackalloc byte[1];
        Take(bytes);
        return bytes[0];
    }

    /// <summary>Reads a number.</summary>
    /// <returns>The number.</returns>
    public int Int32()
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        Take(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    /// <summary>Reads a number.</summary>
    /// <returns>The number.</returns>
    public long Int64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        Take(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>Reads a number, bit for bit; any.</summary>
    /// <returns>The number.</returns>
    public double Double() => BitConverter.Int64BitsToDouble(Int64());

    /// <summary>Reads a whole number within limits.</summary>
    /// <param name="least">The least allowed.</param>
    /// <param name="most">The greatest allowed.</param>
    /// <param name="name">What it is, for the message.</param>
    /// <returns>The number.</returns>
    public int Count(int least, int most, string name)
    {
        var value = Int32();
        return value >= least && value <= most ? value : throw Wrong($"has {name} {value} where {least} to {most} are possible");
    }

    /// <summary>Reads a whole number within limits.</summary>
    /// <param name="least">The least allowed.</param>
    /// <param name="most">The greatest allowed.</param>
    /// <param name="name">What it is, for the message.</param>
    /// <returns>The number.</returns>
    public long Whole(long least, long most, string name)
    {
        var value = Int64();
        return value >= least && value <= most ? value : throw Wrong($"has {name} {value} where {least} to {most} are possible");
    }

    /// <summary>Reads a number within limits.</summary>
    /// <param name="least">The least allowed.</param>
    /// <param name="most">The greatest allowed.</param>
    /// <param name="name">What it is, for the message.</param>
    /// <returns>The number; never NaN.</returns>
    public double Real(double least, double most, string name)
    {
        var value = Double();
        return value >= least && value <= most ? value : throw Wrong($"has {name} {value} where {least} to {most} are possible");
    }

    /// <summary>Reads a yes or no.</summary>
    /// <param name="name">What it is, for the message.</param>
    /// <returns>The answer.</returns>
    public bool Flag(string name) => Byte() switch
    {
        0 => false,
        1 => true,
        var other => throw Wrong($"has {name} {other} where 0 or 1 is possible"),
    };

    /// <summary>Reads a text.</summary>
    /// <param name="mostBytes">The most of its UTF-8.</param>
    /// <param name="name">What it is, for the message.</param>
    /// <returns>The text.</returns>
    public string Text(int mostBytes, string name)
    {
        var length = Count(0, (int)Math.Min(mostBytes, Math.Max(0, Left)), $"{name} of length");
        var bytes = new byte[length];
        Take(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Reads finite numbers.</summary>
    /// <param name="values">Out; filled whole.</param>
    /// <param name="name">What they are, for the message.</param>
    /// <exception cref="SummaryFormatException">One is not finite.</exception>
    public void Finite(Span<double> values, string name)
    {
        Values(values);
        if (!FiniteNumbers.All(values))
        {
            throw Wrong($"has {name} that are not finite");
        }
    }

    /// <summary>Reads finite numbers.</summary>
    /// <param name="values">Out; filled whole.</param>
    /// <param name="name">What they are, for the message.</param>
    /// <exception cref="SummaryFormatException">One is not finite.</exception>
    public void Finite(Span<float> values, string name)
    {
        Values(values);
        if (!FiniteNumbers.All(values))
        {
            throw Wrong($"has {name} that are not finite");
        }
    }

    /// <summary>Reads numbers, bit for bit.</summary>
    /// <typeparam name="T">double, float or long.</typeparam>
    /// <param name="values">Out; filled whole.</param>
    public void Values<T>(Span<T> values)
        where T : unmanaged
    {
        Take(MemoryMarshal.AsBytes(values));
        if (!BitConverter.IsLittleEndian)
        {
            for (var i = 0; i < values.Length; i++)
            {
                MemoryMarshal.AsBytes(values.Slice(i, 1)).Reverse();
            }
        }
    }

    /// <summary>Ends the frame: all of the content was read, and its hash is right.</summary>
    /// <returns>The hash of header and content.</returns>
    /// <exception cref="SummaryFormatException">It is longer than its parts, or damaged.</exception>
    public ulong Complete()
    {
        if (Left != 0)
        {
            throw Wrong($"has {Left} bytes behind its last part");
        }

        Span<byte> trailer = stackalloc byte[WireWriter.TrailerBytes];
        Fill(trailer);
        if (BinaryPrimitives.ReadUInt64LittleEndian(trailer) != hash.Value)
        {
            throw Wrong("does not match its checksum; it was damaged on its way or where it was kept");
        }

        return hash.Value;
    }

    private void Take(Span<byte> bytes)
    {
        if (bytes.Length > Left)
        {
            throw Wrong($"ends inside its parts: {bytes.Length} bytes are needed and {Left} are left");
        }

        while (bytes.Length > 0)
        {
            if (start == end)
            {
                if (bytes.Length >= BufferBytes)
                {
                    // Large arrays are read where they belong, not through the buffer.
                    // In pieces, so that the hash finds them in the cache.
                    var piece = bytes[..Math.Min(bytes.Length, PieceBytes)];
                    Fill(piece);
                    hash.Append(piece);
                    unread -= piece.Length;
                    bytes = bytes[piece.Length..];
                    continue;
                }

                (start, end) = (0, (int)Math.Min(BufferBytes, unread));
                Fill(buffer.AsSpan(0, end));
                hash.Append(buffer.AsSpan(0, end));
                unread -= end;
            }

            var taken = Math.Min(bytes.Length, end - start);
            buffer.AsSpan(start, taken).CopyTo(bytes);
            start += taken;
            bytes = bytes[taken..];
        }
    }

    private void Fill(Span<byte> bytes)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) != bytes.Length)
        {
            throw Wrong("is cut off");
        }
    }
}
