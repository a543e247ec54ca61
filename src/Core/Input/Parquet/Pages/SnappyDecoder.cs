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
            var tag = source[read++];
            if ((tag & 3) == 0)
            {
                var length = LiteralLength(source, tag, ref read);
                if (length > source.Length - read || length > target.Length - written)
                {
                    throw Damaged();
                }

                Literal(source, read, target, written, (int)length);
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

    private static void Literal(ReadOnlySpan<byte> source, int read, Span<byte> target, int written, int length)
    {
        if (length <= Stride && source.Length - read >= Stride && target.Length - written >= Stride)
        {
            Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(source), (nuint)read).StoreUnsafe(ref MemoryMarshal.GetReference(target), (nuint)written);
            return;
        }

        source.Slice(read, length).CopyTo(target[written..]);
    }

    private static void Repeat(Span<byte> target, int written, int distance, int length)
    {
        ref var first = ref MemoryMarshal.GetReference(target);
        if (distance >= Stride && target.Length - written >= length + Stride)
        {
            for (var i = 0; i < length; i += Stride)
            {
                Vector128.LoadUnsafe(ref first, (nuint)(written - distance + i)).StoreUnsafe(ref first, (nuint)(written + i));
            }
        }
        else if (distance >= length)
        {
            target.Slice(written - distance, length).CopyTo(target[written..]);
        }
        else
        {
            // The copy reads what it has just written: a pattern that repeats.
            for (var i = 0; i < length; i++)
            {
                target[written + i] = target[written + i - distance];
            }
        }
    }
}
