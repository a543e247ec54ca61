using System.Buffers.Binary;

namespace KMeans.Input.Parquet.Values;

/// <summary>Booleans as 0 and 1: PLAIN is one bit a value from the least significant on, RLE is runs behind their length.</summary>
/// <param name="isRle">RLE, not PLAIN.</param>
internal sealed class BooleanDecoder(bool isRle) : ValueDecoder<int>
{
    private readonly HybridDecoder runs = new();
    private byte[] page = [];
    private long bit;
    private long stop;

    /// <inheritdoc/>
    public override void Begin(byte[] data, int start, int end)
    {
        if (!isRle)
        {
            page = data;
            bit = start * 8L;
            stop = end * 8L;
            return;
        }

        // A page of nulls may hold no bytes at all: then reading a value fails as a run that is not there.
        if (end - start >= 4)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(start));
            start += 4;
            if (length > end - start)
            {
                throw TooShort();
            }

            end = start + (int)length;
        }
        else
        {
            end = start;
        }

        runs.Begin(data, start, end, 1);
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<int> Read(int count)
    {
        var values = Scratch(count);
        if (isRle)
        {
            runs.Read(values);
            return values;
        }

        var first = bit;
        Skip(count);
        for (var i = 0; i < values.Length; i++, first++)
        {
            values[i] = (page[first >> 3] >> (int)(first & 7)) & 1;
        }

        return values;
    }

    /// <inheritdoc/>
    public override void Skip(int count)
    {
        if (isRle)
        {
            runs.Skip(count);
            return;
        }

        if (count > stop - bit)
        {
            throw TooShort();
        }

        bit += count;
    }
}
