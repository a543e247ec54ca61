namespace KMeans.Input.Parquet.Values;

/// <summary>BYTE_STREAM_SPLIT: all first bytes of the values, then all second bytes, and so on. Puts them together and lets a PLAIN decoder go on.</summary>
/// <typeparam name="TValue">What values become.</typeparam>
/// <param name="plain">Decodes the values put together.</param>
/// <param name="width">Bytes a value.</param>
internal sealed class SplitDecoder<TValue>(ValueDecoder<TValue> plain, int width) : ValueDecoder<TValue>
{
    private byte[] page = [];
    private byte[] joined = [];
    private int position;
    private int stride;
    private int left;

    /// <inheritdoc/>
    public override void Begin(byte[] data, int start, int end)
    {
        if ((end - start) % width != 0)
        {
            throw new InvalidDataException($"{end - start} bytes are not a whole number of values of {width} bytes");
        }

        page = data;
        position = start;
        stride = (end - start) / width;
        left = stride;
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<TValue> Read(int count)
    {
        var first = position;
        Skip(count);
        var bytes = count * width;
        if (joined.Length < bytes + PageBuffers.Slack)
        {
            joined = new byte[Math.Max(bytes, 4096) + PageBuffers.Slack];
        }

        for (var b = 0; b < width; b++)
        {
            var source = page.AsSpan(first + (b * stride), count);
            var target = joined.AsSpan(b);
            for (int i = 0, t = 0; i < source.Length; i++, t += width)
            {
                target[t] = source[i];
            }
        }

        plain.Begin(joined, 0, bytes);
        return plain.Read(count);
    }

    /// <inheritdoc/>
    public override void Skip(int count)
    {
        if (count > left)
        {
            throw TooShort();
        }

        left -= count;
        position += count;
    }
}
