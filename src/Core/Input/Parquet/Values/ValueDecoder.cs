namespace KMeans.Input.Parquet.Values;

/// <summary>Decodes the values of pages in one encoding. Nulls are not stored, so every value is there.</summary>
/// <typeparam name="TValue">What values become.</typeparam>
/// <remarks>Called once a block, never once a value. Bad bytes are an <see cref="InvalidDataException"/>.</remarks>
internal abstract class ValueDecoder<TValue>
{
    private TValue[] scratch = [];

    /// <summary>Starts a page.</summary>
    /// <param name="data">The page, with <see cref="PageBuffers.Slack"/> bytes behind its end.</param>
    /// <param name="start">The first byte of the values.</param>
    /// <param name="end">One past the last.</param>
    public abstract void Begin(byte[] data, int start, int end);

    /// <summary>Decodes the next values.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The values, valid until the next call: a view into the page where it holds them as they are.</returns>
    public abstract ReadOnlySpan<TValue> Read(int count);

    /// <summary>Passes over values.</summary>
    /// <param name="count">How many.</param>
    public abstract void Skip(int count);

    /// <summary>Where the values read last are in an array of bytes, as memory has them: a caller may keep that over a read of another column.</summary>
    /// <param name="start">The byte at which they begin.</param>
    /// <returns>The array; null where they were decoded.</returns>
    public virtual byte[]? Origin(out int start)
    {
        start = 0;
        return null;
    }

    /// <summary>The failure of a page that is too short.</summary>
    /// <returns>The exception to throw.</returns>
    protected static InvalidDataException TooShort() => new("a page has fewer values than it declares");

    /// <summary>Room for decoded values, reused between calls.</summary>
    /// <param name="count">How many.</param>
    /// <returns>Of that length, its content undefined.</returns>
    protected Span<TValue> Scratch(int count)
    {
        if (scratch.Length < count)
        {
            scratch = new TValue[Math.Max(count, 256)];
        }

        return scratch.AsSpan(0, count);
    }
}
