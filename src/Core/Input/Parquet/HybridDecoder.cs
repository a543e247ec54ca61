using System.Numerics;
using System.Runtime.CompilerServices;

namespace KMeans.Input.Parquet;

/// <summary>Decodes Parquet's mixture of runs and bit-packed groups: levels, dictionary indices, booleans.</summary>
/// <remarks>
/// Bounded by the page: it fails with <see cref="InvalidDataException"/> where bytes run out. The array must go on for <see cref="PageBuffers.Slack"/>
/// bytes behind the end, since bits are fetched eight bytes at a time.
/// </remarks>
internal sealed class HybridDecoder
{
    private byte[] data = [];
    private int position;
    private int end;
    private int bitWidth;
    private ulong mask;
    private int runLength;
    private int runValue;
    private int packedLength;
    private long packedBit;

    /// <summary>Starts a sequence.</summary>
    /// <param name="bytes">The page.</param>
    /// <param name="start">First byte.</param>
    /// <param name="stop">One past the last.</param>
    /// <param name="bits">Bits a value, 0 to 32.</param>
    public void Begin(byte[] bytes, int start, int stop, int bits)
    {
        if (bits > 32)
        {
            throw new InvalidDataException($"values of {bits} bits");
        }

        data = bytes;
        position = start;
        end = stop;
        bitWidth = bits;
        mask = (1UL << bits) - 1;
        runLength = 0;
        packedLength = 0;
    }

    /// <summary>Reads values.</summary>
    /// <typeparam name="T">byte for levels, int for indices.</typeparam>
    /// <param name="values">Out, filled whole.</param>
    public void Read<T>(Span<T> values)
        where T : unmanaged, IBinaryInteger<T>
    {
        while (values.Length > 0)
        {
            if (runLength > 0)
            {
                var count = Math.Min(runLength, values.Length);
                values[..count].Fill(T.CreateTruncating(runValue));
                runLength -= count;
                values = values[count..];
            }
            else if (packedLength > 0)
            {
                var count = Math.Min(packedLength, values.Length);
                Unpack(values[..count]);
                packedLength -= count;
                values = values[count..];
            }
            else
            {
                NextRun();
            }
        }
    }

    /// <summary>Passes over values. O(runs).</summary>
    /// <param name="count">How many.</param>
    public void Skip(int count)
    {
        while (count > 0)
        {
            var skipped = Math.Min(count, Math.Max(runLength, packedLength));
            if (runLength > 0)
            {
                runLength -= skipped;
            }
            else if (packedLength > 0)
            {
                packedLength -= skipped;
                packedBit += (long)skipped * bitWidth;
            }
            else
            {
                NextRun();
            }

            count -= skipped;
        }
    }

    private void Unpack<T>(Span<T> values)
        where T : unmanaged, IBinaryInteger<T>
    {
        var bit = packedBit;
        ref var first = ref data[0];
        for (var i = 0; i < values.Length; i++)
        {
            // The run was cut to the page when it began, and the array has slack behind the page.
            var word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, (nint)(bit >> 3)));
            values[i] = T.CreateTruncating((word >> (int)(bit & 7)) & mask);
            bit += bitWidth;
        }

        packedBit = bit;
    }

    private void NextRun()
    {
        var header = ReadVarint();
        if ((header & 1) == 0)
        {
            runLength = (int)(header >> 1);
            var bytes = (bitWidth + 7) / 8;
            if (end - position < bytes)
            {
                throw new InvalidDataException("a run ends behind its page");
            }

            var value = 0U;
            for (var i = 0; i < bytes; i++)
            {
                value |= (uint)data[position++] << (8 * i);
            }

            runValue = (int)(value & mask);
            return;
        }

        var groups = (long)(header >> 1);
        var available = end - position;
        packedBit = (long)position * 8;
        if (groups * bitWidth <= available)
        {
            position += (int)(groups * bitWidth);
            packedLength = (int)Math.Min(groups * 8, int.MaxValue);
            return;
        }

        // Some writers cut the last group to the values in it.
        packedLength = (int)((long)available * 8 / bitWidth);
        position = end;
    }

    private uint ReadVarint()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (position >= end)
            {
                throw new InvalidDataException("a page has fewer values than it declares");
            }

            var part = data[position++];
            value |= (uint)(part & 127) << shift;
            if (part < 128)
            {
                return value;
            }
        }

        throw new InvalidDataException("a run is too long");
    }
}
