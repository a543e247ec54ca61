using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KMeans.Input.Parquet.Pages;

/// <summary>Decompresses Snappy's raw format into a buffer of known size.</summary>
/// <remarks>Every length and distance is checked before it is followed. O(output), nothing allocated. Source: Snappy's format description.</remarks>
internal static class SnappyDecoder
{
    /// <summary>Short copies move whole vectors where both sides have room for them.</summary>
    private const int Stride = 16;

    /// <summary>No short element reads or writes further than this, vectors included.</summary>
    private const int Room = 96;

    /// <summary>Decompresses.</summary>
    /// <param name="source">The compressed bytes, whole.</param>
    /// <param name="target">Out, filled whole.</param>
    /// <exception cref="InvalidDataException">The bytes are damaged or do not give that many.</exception>
    public static void Decode(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var read = ReadLength(source, target.Length);
        var written = 0;
        while (read < source.Length)
        {
            Quickly(source, ref read, target, ref written);
            if (read >= source.Length)
            {
                break;
            }

            var tag = source[read++];
            if ((tag & 3) == 0)
            {
                var length = LiteralLength(source, tag, ref read);
                if (length > source.Length - read || length > target.Length - written)
                {
                    throw Damaged();
                }

                source.Slice(read, (int)length).CopyTo(target[written..]);
                read += (int)length;
                written += (int)length;
            }
            else
            {
                var (length, distance) = Copy(source, tag, ref read);
                if (distance == 0 || distance > (uint)written || length > target.Length - written)
                {
                    throw Damaged();
                }

                Repeat(target, written, (int)distance, length);
                written += length;
            }
        }

        if (written != target.Length)
        {
            throw Damaged();
        }
    }

    private static InvalidDataException Damaged() => new("a page does not decompress");

    private static int ReadLength(ReadOnlySpan<byte> source, int expected)
    {
        ulong length = 0;
        for (var i = 0; i < Math.Min(source.Length, 5); i++)
        {
            length |= (ulong)(source[i] & 127) << (7 * i);
            if (source[i] < 128)
            {
                return length == (ulong)expected ? i + 1 : throw Damaged();
            }
        }

        throw Damaged();
    }

    private static long LiteralLength(ReadOnlySpan<byte> source, int tag, ref int read)
    {
        var length = tag >> 2;
        if (length < 60)
        {
            return length + 1;
        }

        var bytes = length - 59;
        if (bytes > source.Length - read)
        {
            throw Damaged();
        }

        uint value = 0;
        for (var i = 0; i < bytes; i++)
        {
            value |= (uint)source[read + i] << (8 * i);
        }

        read += bytes;
        return value + 1L;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int Length, uint Distance) Copy(ReadOnlySpan<byte> source, int tag, ref int read)
    {
        switch (tag & 3)
        {
            case 1 when read < source.Length:
                return (4 + ((tag >> 2) & 7), ((uint)(tag >> 5) << 8) | source[read++]);
            case 2 when source.Length - read >= 2:
                var near = BinaryPrimitives.ReadUInt16LittleEndian(source[read..]);
                read += 2;
                return (1 + (tag >> 2), near);
            case 3 when source.Length - read >= 4:
                var far = BinaryPrimitives.ReadUInt32LittleEndian(source[read..]);
                read += 4;
                return (1 + (tag >> 2), far);
            default:
                throw Damaged();
        }
    }

    /// <summary>Follows the short, common elements while there is so much room on both sides that only distances need a check; stops at any other.</summary>
    private static void Quickly(ReadOnlySpan<byte> source, ref int read, Span<byte> target, ref int written)
    {
        ref var input = ref MemoryMarshal.GetReference(source);
        ref var output = ref MemoryMarshal.GetReference(target);
        var r = read;
        var w = written;
        var lastRead = source.Length - Room;
        var lastWritten = target.Length - Room;
        while (r <= lastRead && w <= lastWritten)
        {
            var word = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref input, r));
            var length = (int)((word & 0xFF) >> 2) + 1;
            var kind = word & 3;
            if (kind == 0)
            {
                if (length > Stride)
                {
                    break;
                }

                Vector128.LoadUnsafe(ref input, (nuint)(r + 1)).StoreUnsafe(ref output, (nuint)w);
                r += 1 + length;
                w += length;
                continue;
            }

            int distance;
            if (kind == 1)
            {
                length = 4 + (int)((word >> 2) & 7);
                distance = (int)(((word & 0xE0) << 3) | ((word >> 8) & 0xFF));
                r += 2;
            }
            else
            {
                distance = (int)((word >> 8) & 0xFFFF);
                r += 3;
            }

            if (kind == 3 || distance < Stride || distance > w)
            {
                r -= kind == 1 ? 2 : 3;
                break;
            }

            Vector128.LoadUnsafe(ref output, (nuint)(w - distance)).StoreUnsafe(ref output, (nuint)w);
            for (var i = Stride; i < length; i += Stride)
            {
                Vector128.LoadUnsafe(ref output, (nuint)(w - distance + i)).StoreUnsafe(ref output, (nuint)(w + i));
            }

            w += length;
        }

        read = r;
        written = w;
    }

    /// <summary>Copies from what is written. A copy that overlaps itself repeats a pattern, which doubles with each step.</summary>
    private static void Repeat(Span<byte> target, int written, int distance, int length)
    {
        var from = written - distance;
        while (length > 0)
        {
            var count = Math.Min(length, written - from);
            target.Slice(from, count).CopyTo(target[written..]);
            written += count;
            length -= count;
        }
    }
}
