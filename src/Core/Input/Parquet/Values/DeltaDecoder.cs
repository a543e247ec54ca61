using System.Numerics;
using System.Runtime.CompilerServices;

namespace KMeans.Input.Parquet.Values;

/// <summary>DELTA_BINARY_PACKED integers: blocks of differences, bit-packed above the block's least difference.</summary>
/// <typeparam name="TValue">int, uint, long or ulong: sums wrap around in that type, as the format wants.</typeparam>
internal sealed class DeltaDecoder<TValue> : ValueDecoder<TValue>
    where TValue : unmanaged, IBinaryInteger<TValue>
{
    private const int LargestBlock = 1 << 20;

    private byte[] page = [];
    private int position;
    private int stop;
    private int blockWidths;
    private int groupsInBlock;
    private int groupLength;
    private int groupIndex;
    private int groupLeft;
    private int bitWidth;
    private long bit;
    private long leastDifference;
    private long last;
    private bool atFirst;

    /// <summary>Values not yet read.</summary>
    public int Left { get; private set; }

    /// <summary>Where the next part of the page begins, once <see cref="Left"/> is 0.</summary>
    public int Position => position;

    /// <inheritdoc/>
    public override void Begin(byte[] data, int start, int end)
    {
        page = data;
        position = start;
        stop = end;
        Left = 0;
        if (start == end)
        {
            return;
        }

        var blockLength = ReadVarint();
        var groups = ReadVarint();
        var count = ReadVarint();
        last = ReadZigZag();
        if (blockLength is 0 or > LargestBlock || groups == 0 || groups > blockLength || blockLength % groups != 0 || blockLength / groups % 8 != 0 || count > int.MaxValue)
        {
            throw new InvalidDataException("the header of a page of differences is not valid");
        }

        groupsInBlock = (int)groups;
        groupLength = (int)(blockLength / groups);
        groupIndex = groupsInBlock;
        groupLeft = 0;
        Left = (int)count;
        atFirst = true;
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<TValue> Read(int count)
    {
        if (count > Left)
        {
            throw TooShort();
        }

        var values = Scratch(count);
        Decode(values);
        return values;
    }

    /// <inheritdoc/>
    public override void Skip(int count)
    {
        if (count > Left)
        {
            throw TooShort();
        }

        while (count > 0)
        {
            var step = Math.Min(count, 256);
            Decode(Scratch(step));
            count -= step;
        }
    }

    private void Decode(Span<TValue> values)
    {
        if (values.Length == 0)
        {
            return;
        }

        Left -= values.Length;
        if (atFirst)
        {
            atFirst = false;
            values[0] = TValue.CreateTruncating(last);
            values = values[1..];
        }

        while (values.Length > 0)
        {
            if (groupLeft == 0)
            {
                NextGroup(values.Length + Left);
            }

            var count = Math.Min(groupLeft, values.Length);
            for (var i = 0; i < count; i++)
            {
                last = unchecked(last + leastDifference + (long)NextBits());
                values[i] = TValue.CreateTruncating(last);
            }

            groupLeft -= count;
            values = values[count..];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong NextBits()
    {
        if (bitWidth == 0)
        {
            return 0;
        }

        // Groups were checked against the page when they began, and the array has slack behind the page.
        ref var word = ref Unsafe.Add(ref page[0], (nint)(bit >> 3));
        var shift = (int)(bit & 7);
        var bits = Unsafe.ReadUnaligned<ulong>(ref word) >> shift;
        if (shift + bitWidth > 64)
        {
            bits |= (ulong)Unsafe.Add(ref word, 8) << (64 - shift);
        }

        bit += bitWidth;
        return bitWidth == 64 ? bits : bits & ((1UL << bitWidth) - 1);
    }

    private void NextGroup(int valuesLeft)
    {
        if (groupIndex == groupsInBlock)
        {
            leastDifference = ReadZigZag();
            if (stop - position < groupsInBlock)
            {
                throw TooShort();
            }

            blockWidths = position;
            position += groupsInBlock;
            groupIndex = 0;
        }

        bitWidth = page[blockWidths + groupIndex++];
        if (bitWidth > 64)
        {
            throw new InvalidDataException($"differences of {bitWidth} bits");
        }

        // The format pads groups; some writers cut the last one.
        var needed = (((long)Math.Min(valuesLeft, groupLength) * bitWidth) + 7) / 8;
        if (needed > stop - position)
        {
            throw TooShort();
        }

        bit = position * 8L;
        position = (int)Math.Min(position + ((long)groupLength * bitWidth / 8), stop);
        groupLeft = groupLength;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (position >= stop)
            {
                throw TooShort();
            }

            var part = page[position++];
            value |= (ulong)(part & 127) << shift;
            if (part < 128)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number is longer than 64 bits");
    }

    private long ReadZigZag()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }
}
