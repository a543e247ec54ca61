namespace KMeans.Input.Parquet.Values;

/// <summary>Indices into the chunk's dictionary, as runs and bit-packed groups behind one byte with their width.</summary>
/// <typeparam name="TValue">What values become.</typeparam>
internal sealed class DictionaryDecoder<TValue> : ValueDecoder<TValue>
{
    private readonly HybridDecoder indices = new();
    private int[] indexScratch = [];
    private TValue[] dictionary = [];
    private int dictionaryLength;

    /// <summary>Sets the dictionary of the chunk that follows.</summary>
    /// <param name="values">Kept, not copied.</param>
    /// <param name="length">How many are valid.</param>
    public void SetDictionary(TValue[] values, int length)
    {
        dictionary = values;
        dictionaryLength = length;
    }

    /// <inheritdoc/>
    public override void Begin(byte[] data, int start, int end)
    {
        // A page of nulls may lack even the width.
        if (start == end)
        {
            indices.Begin(data, start, end, 0);
        }
        else
        {
            indices.Begin(data, start + 1, end, data[start]);
        }
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<TValue> Read(int count)
    {
        if (indexScratch.Length < count)
        {
            indexScratch = new int[Math.Max(count, 256)];
        }

        var values = Scratch(count);
        var source = indexScratch.AsSpan(0, values.Length);
        indices.Read(source);
        ReadOnlySpan<TValue> lookup = dictionary.AsSpan(0, dictionaryLength);
        for (var i = 0; i < values.Length; i++)
        {
            var index = source[i];
            if ((uint)index >= (uint)lookup.Length)
            {
                throw new InvalidDataException($"an index of {(uint)index} into a dictionary of {lookup.Length}");
            }

            values[i] = lookup[index];
        }

        return values;
    }

    /// <inheritdoc/>
    public override void Skip(int count) => indices.Skip(count);
}
