using System.Runtime.InteropServices;

namespace KMeans.Input.Parquet.Writing;

/// <summary>The distinct values of a chunk and each row's index among them.</summary>
/// <param name="Bytes">The distinct values, PLAIN.</param>
/// <param name="Count">How many there are, at least 1.</param>
/// <param name="Indices">Length rows; 0 where the value is missing.</param>
internal sealed record WriterDictionary(byte[] Bytes, int Count, int[] Indices)
{
    private const int LargestBytes = 1 << 20;

    /// <summary>Finds the distinct values. Numbers are alike when their bits are, so that NaN and negative zero stay as they are.</summary>
    /// <param name="data">A column, no list.</param>
    /// <param name="rowCount">Its rows.</param>
    /// <returns>Null where a dictionary does not pay.</returns>
    public static WriterDictionary? Build(ParquetColumnData data, int rowCount) => data.Values switch
    {
        float[] numbers => Numbers<int>(MemoryMarshal.Cast<float, int>(numbers.AsSpan(0, rowCount)), data.Missing, sizeof(int)),
        double[] numbers => Numbers<long>(MemoryMarshal.Cast<double, long>(numbers.AsSpan(0, rowCount)), data.Missing, sizeof(long)),
        int[] numbers => Numbers<int>(numbers.AsSpan(0, rowCount), data.Missing, sizeof(int)),
        long[] numbers => Numbers<long>(numbers.AsSpan(0, rowCount), data.Missing, sizeof(long)),
        string?[] texts => Texts(texts.AsSpan(0, rowCount), data.Missing),
        _ => null,
    };

    private static WriterDictionary? Numbers<T>(ReadOnlySpan<T> values, bool[]? missing, int valueBytes)
        where T : unmanaged
    {
        var (distinct, indices) = Distinct(values, missing);
        return distinct is null || distinct.Length * valueBytes > LargestBytes
            ? null
            : new WriterDictionary(MemoryMarshal.AsBytes<T>(distinct).ToArray(), distinct.Length, indices);
    }

    private static WriterDictionary? Texts(ReadOnlySpan<string?> values, bool[]? missing)
    {
        var filled = new string[values.Length];
        for (var i = 0; i < filled.Length; i++)
        {
            filled[i] = values[i] ?? "";
        }

        var (distinct, indices) = Distinct<string>(filled, missing);
        if (distinct is null)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        foreach (var text in distinct)
        {
            ChunkWriter.WriteText(text, bytes);
        }

        return bytes.Length > LargestBytes ? null : new WriterDictionary(bytes.ToArray(), distinct.Length, indices);
    }

    private static (T[]? Distinct, int[] Indices) Distinct<T>(ReadOnlySpan<T> values, bool[]? missing)
        where T : notnull
    {
        var found = new Dictionary<T, int>();
        var indices = new int[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (missing is not null && missing[i])
            {
                continue;
            }

            if (!found.TryGetValue(values[i], out indices[i]))
            {
                indices[i] = found.Count;
                found.Add(values[i], found.Count);
                if (found.Count > (values.Length / 2) + 1)
                {
                    return (null, indices);
                }
            }
        }

        return (found.Count == 0 ? null : [.. found.Keys], indices);
    }
}
