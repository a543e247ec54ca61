using KMeans.Input.Parquet.Pages;

namespace KMeans.Input.Parquet.Values;

/// <summary>PLAIN values of one length in an uncompressed page, of which only those that are read are fetched from the file.</summary>
/// <typeparam name="TValue">What values become.</typeparam>
/// <param name="pages">The column's pages; the current one is read.</param>
/// <param name="plain">Decodes the values fetched: any decoder for which they are independent of those before them.</param>
/// <param name="width">Bytes a value.</param>
internal sealed class PartDecoder<TValue>(PageReader pages, ValueDecoder<TValue> plain, int width) : ValueDecoder<TValue>
{
    private long position;
    private long stop;

    /// <summary>Starts a page of which only the levels are loaded.</summary>
    /// <param name="data">The levels; not used.</param>
    /// <param name="start">Where in the page the values begin.</param>
    /// <param name="end">One past the levels; not used.</param>
    public override void Begin(byte[] data, int start, int end)
    {
        position = pages.BodyOffset + start;
        stop = pages.BodyOffset + pages.Header.CompressedBytes;
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<TValue> Read(int count)
    {
        if (count == 0)
        {
            return [];
        }

        var first = position;
        Skip(count);
        var bytes = (int)(position - first);
        var data = pages.FetchValues(first, bytes, out var start);
        plain.Begin(data, start, start + bytes);
        return plain.Read(count);
    }

    /// <inheritdoc/>
    public override byte[]? Origin(out int start) => plain.Origin(out start);

    /// <inheritdoc/>
    public override void Skip(int count)
    {
        if (count > (stop - position) / width)
        {
            throw TooShort();
        }

        position += (long)count * width;
    }
}
