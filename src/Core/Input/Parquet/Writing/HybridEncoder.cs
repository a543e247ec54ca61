using System.Buffers.Binary;
using System.Numerics;

namespace KMeans.Input.Parquet.Writing;

/// <summary>Encodes levels and dictionary indices as runs and bit-packed groups.</summary>
internal static class HybridEncoder
{
    /// <summary>Shorter runs are packed: a run costs some three bytes.</summary>
    private const int ShortestRun = 8;

    /// <summary>Bits that the values from 0 to a maximum need.</summary>
    /// <param name="max">Not negative.</param>
    /// <returns>0 to 31.</returns>
    public static int BitWidth(int max) => 32 - BitOperations.LeadingZeroCount((uint)max);

    /// <summary>Writes levels behind their length, as version 1 pages want them.</summary>
    /// <param name="levels">In.</param>
    /// <param name="max">The highest level.</param>
    /// <param name="output">Out.</param>
    public static void WriteLevels(ReadOnlySpan<int> levels, int max, MemoryStream output)
    {
        var start = (int)output.Length;
        Span<byte> length = stackalloc byte[4];
        output.Write(length);
        Write(levels, BitWidth(max), output);
        BinaryPrimitives.WriteInt32LittleEndian(output.GetBuffer().AsSpan(start), (int)output.Length - start - 4);
    }

    /// <summary>Writes values.</summary>
    /// <param name="values">In.</param>
    /// <param name="bitWidth">Bits a value.</param>
    /// <param name="output">Out.</param>
    public static void Write(ReadOnlySpan<int> values, int bitWidth, MemoryStream output)
    {
        for (var i = 0; i < values.Length;)
        {
            var run = RunLength(values[i..]);
            if (run >= ShortestRun)
            {
                WriteRun(values[i], run, bitWidth, output);
                i += run;
                continue;
            }

            var packed = PackedLength(values[i..]);
            WritePacked(values.Slice(i, packed), bitWidth, output);
            i += packed;
        }
    }

    private static int RunLength(ReadOnlySpan<int> values)
    {
        var end = values.IndexOfAnyExcept(values[0]);
        return end < 0 ? values.Length : end;
    }

    /// <summary>Values to pack before the next long run: a multiple of eight, or all that are left.</summary>
    private static int PackedLength(ReadOnlySpan<int> values)
    {
        for (var i = 8; i < values.Length; i += 8)
        {
            if (RunLength(values[i..]) >= ShortestRun)
            {
                return i;
            }
        }

        return values.Length;
    }

    private static void WriteRun(int value, int length, int bitWidth, MemoryStream output)
    {
        Varint((uint)length << 1, output);
        for (var bits = 0; bits < bitWidth; bits += 8)
        {
            output.WriteByte((byte)(value >> bits));
        }
    }

    private static void WritePacked(ReadOnlySpan<int> values, int bitWidth, MemoryStream output)
    {
        var groups = (values.Length + 7) / 8;
        Varint(((uint)groups << 1) | 1, output);
        ulong pending = 0;
        var bits = 0;
        for (var i = 0; i < groups * 8; i++)
        {
            pending |= (ulong)(i < values.Length ? (uint)values[i] : 0) << bits;
            for (bits += bitWidth; bits >= 8; bits -= 8)
            {
                output.WriteByte((byte)pending);
                pending >>= 8;
            }
        }
    }

    private static void Varint(uint value, MemoryStream output)
    {
        for (; value > 127; value >>= 7)
        {
            output.WriteByte((byte)(value | 128));
        }

        output.WriteByte((byte)value);
    }
}
