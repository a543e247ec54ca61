using System.Buffers.Binary;

namespace KMeans.Input.Parquet.Values;

/// <summary>PLAIN byte strings: each behind its length, or all of one length.</summary>
/// <typeparam name="TValue">What values become.</typeparam>
/// <typeparam name="TConverter">What their bytes mean.</typeparam>
/// <param name="converter">What their bytes mean.</param>
/// <param name="fixedLength">Bytes a value, or 0 where each has its own length.</param>
internal sealed class PlainBytesDecoder<TValue, TConverter>(TConverter converter, int fixedLength) : ValueDecoder<TValue>
    where TConverter : struct, IBytesConverter<TValue>
{
    private byte[] page = [];
    private int position;
    private int stop;

    /// <inheritdoc/>
    public override void Begin(byte[] data, int start, int end)
    {
        page = data;
        position = start;
        stop = end;
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<TValue> Read(int count)
    {
        var values = Scratch(count);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = converter.Convert(Next());
        }

        return values;
    }

    /// <inheritdoc/>
    public override void Skip(int count)
    {
        for (; count > 0; count--)
        {
            Next();
        }
    }

    private ReadOnlySpan<byte> Next()
    {
        long length = fixedLength;
        if (length == 0)
        {
            if (stop - position < 4)
            {
                throw TooShort();
            }

            length = BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(position));
            position += 4;
        }

        if (length > stop - position)
        {
            throw TooShort();
        }

        var bytes = page.AsSpan(position, (int)length);
        position += (int)length;
        return bytes;
    }
}

/// <summary>DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY: lengths as differences, then all bytes; the latter leaves out what a value shares with the one before.</summary>
/// <typeparam name="TValue">What values become.</typeparam>
/// <typeparam name="TConverter">What their bytes mean.</typeparam>
/// <param name="converter">What their bytes mean.</param>
/// <param name="fixedLength">Bytes that every value must have, or 0.</param>
/// <param name="sharesPrefixes">DELTA_BYTE_ARRAY.</param>
internal sealed class DeltaBytesDecoder<TValue, TConverter>(TConverter converter, int fixedLength, bool sharesPrefixes) : ValueDecoder<TValue>
    where TConverter : struct, IBytesConverter<TValue>
{
    private readonly DeltaDecoder<int> prefixes = new();
    private readonly DeltaDecoder<int> lengths = new();
    private byte[] page = [];
    private int position;
    private int stop;
    private byte[] value = [];
    private int valueLength;

    /// <inheritdoc/>
    public override void Begin(byte[] data, int start, int end)
    {
        page = data;
        stop = end;
        valueLength = 0;
        if (sharesPrefixes)
        {
            start = BeginLengths(prefixes, data, start, end);
        }

        position = BeginLengths(lengths, data, start, end);
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<TValue> Read(int count)
    {
        var values = Scratch(count);
        for (var i = 0; i < values.Length; i++)
        {
            Next();
            values[i] = converter.Convert(value.AsSpan(0, valueLength));
        }

        return values;
    }

    /// <inheritdoc/>
    public override void Skip(int count)
    {
        for (; count > 0; count--)
        {
            Next();
        }
    }

    /// <summary>Reads lengths once to find what is behind them, then starts them afresh: twice the work, but no memory by a declared count.</summary>
    private static int BeginLengths(DeltaDecoder<int> decoder, byte[] data, int start, int end)
    {
        decoder.Begin(data, start, end);
        decoder.Skip(decoder.Left);
        var behind = decoder.Position;
        decoder.Begin(data, start, end);
        return behind;
    }

    private void Next()
    {
        var prefix = sharesPrefixes ? prefixes.Read(1)[0] : 0;
        var suffix = lengths.Read(1)[0];
        if (prefix < 0 || prefix > valueLength || suffix < 0 || suffix > stop - position)
        {
            throw TooShort();
        }

        var length = prefix + suffix;
        if (fixedLength > 0 && length != fixedLength)
        {
            throw new InvalidDataException($"a value of {length} bytes instead of {fixedLength}");
        }

        if (value.Length < length)
        {
            Array.Resize(ref value, Math.Max(length, 2 * value.Length));
        }

        page.AsSpan(position, suffix).CopyTo(value.AsSpan(prefix));
        position += suffix;
        valueLength = length;
    }
}
