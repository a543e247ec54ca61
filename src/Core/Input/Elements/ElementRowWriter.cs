using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KMeans.Input.Elements;

/// <summary>Writes the selected features of stored rows into a batch: (x - shift) * factor in double, rounded once. One for each reader; not thread-safe.</summary>
/// <remarks>
/// The formula is <see cref="ColumnTransform.Apply(double, int)"/>, vectorised; int64 elements go through <see cref="ColumnTransform.Apply(long, int)"/>, and so do uint64
/// elements that fit. Where nothing is shifted or scaled and the types are equal, the bytes are copied.
/// </remarks>
internal sealed class ElementRowWriter
{
    /// <summary>Features converted at a time: 8 KiB of doubles stay in the first-level cache.</summary>
    private const int ChunkLength = 1024;

    private readonly ElementType type;
    private readonly ColumnTransform transform;
    private readonly int[] ordinals;
    private readonly bool changesNothing;
    private readonly double[] chunk;

    /// <summary>Creates a writer.</summary>
    /// <param name="type">The rows' element type.</param>
    /// <param name="columnCount">Elements a row.</param>
    /// <param name="selection">Which of them, each below the column count.</param>
    /// <param name="transform">As many features as the selection has ordinals.</param>
    public ElementRowWriter(ElementType type, int columnCount, ColumnSelection selection, ColumnTransform transform)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(transform.FeatureCount, selection.Ordinals.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(selection.WeightOrdinal, columnCount);
        this.type = type;
        this.transform = transform;
        ordinals = [.. selection.Ordinals];
        WeightOrdinal = selection.WeightOrdinal;
        TakesWholeRows = ordinals.Length == columnCount;
        for (var i = 0; i < ordinals.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(ordinals[i]);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ordinals[i], columnCount);
            TakesWholeRows &= ordinals[i] == i;
        }

        changesNothing = !transform.Shifts.AsSpan().ContainsAnyExcept(0.0) && !transform.Factors.AsSpan().ContainsAnyExcept(1.0);
        chunk = new double[Math.Min(ChunkLength, ordinals.Length)];
    }

    /// <summary>Whether the features are all columns in file order.</summary>
    public bool TakesWholeRows { get; }

    /// <summary>Which column holds the weights, or -1.</summary>
    public int WeightOrdinal { get; }

    /// <summary>Whether rows can be copied to a batch as they are stored.</summary>
    /// <typeparam name="T">The batch's type.</typeparam>
    /// <returns>True for whole, unchanged rows of that very type.</returns>
    public bool Copies<T>() => TakesWholeRows && changesNothing && type == (typeof(T) == typeof(float) ? ElementType.Float32 : ElementType.Float64);

    /// <summary>Writes one row's features. O(d).</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="row">All elements of the row, in this machine's byte order.</param>
    /// <param name="features">Length d out.</param>
    public void Write<T>(ReadOnlySpan<byte> row, Span<T> features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Debug.Assert(features.Length == ordinals.Length, "One slot a feature.");
        if (Copies<T>())
        {
            row.CopyTo(MemoryMarshal.AsBytes(features));
            return;
        }

        if (type is ElementType.Int64 or ElementType.UInt64)
        {
            WriteLongs(MemoryMarshal.Cast<byte, long>(row), features);
            return;
        }

        if (typeof(T) == typeof(float) && type == ElementType.Float32 && TakesWholeRows)
        {
            FloatConversion.Run(MemoryMarshal.Cast<byte, float>(row)[..features.Length], transform.Shifts, transform.Factors, MemoryMarshal.Cast<T, float>(features));
            return;
        }

        var size = type.Size();
        for (var first = 0; first < features.Length; first += ChunkLength)
        {
            var values = chunk.AsSpan(0, Math.Min(ChunkLength, features.Length - first));
            if (typeof(T) == typeof(double) && changesNothing)
            {
                values = MemoryMarshal.Cast<T, double>(features.Slice(first, values.Length));
            }

            if (TakesWholeRows)
            {
                ElementConverter.Convert(type, row.Slice(first * size, values.Length * size), values);
            }
            else
            {
                ElementConverter.Gather(type, row, ordinals.AsSpan(first, values.Length), values);
            }

            if (typeof(T) == typeof(float))
            {
                Transform(values, first, MemoryMarshal.Cast<T, float>(features.Slice(first, values.Length)));
            }
            else if (!changesNothing)
            {
                Transform(values, first, MemoryMarshal.Cast<T, double>(features.Slice(first, values.Length)));
            }
        }
    }

    /// <summary>Writes one row into a batch, its weight and index included, and counts it.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="row">All elements of the row, in this machine's byte order.</param>
    /// <param name="index">The row's index.</param>
    /// <param name="batch">In/out; has room for the row.</param>
    public void Append<T>(ReadOnlySpan<byte> row, long index, RowBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var slot = batch.Count;
        Write(row, batch.Samples.AsSpan(slot * batch.FeatureCount, batch.FeatureCount));
        batch.Rows[slot] = index;
        if (batch.SampleWeights is { } weights)
        {
            weights[slot] = WeightOrdinal < 0 ? 1.0 : Value(row, WeightOrdinal);
        }

        batch.Count = slot + 1;
    }

    /// <summary>One element as it is stored, not transformed: a weight.</summary>
    /// <param name="row">All elements of the row.</param>
    /// <param name="ordinal">Which one.</param>
    /// <returns>Its value in double.</returns>
    public double Value(ReadOnlySpan<byte> row, int ordinal)
    {
        var value = 0.0;
        ElementConverter.Convert(type, row.Slice(ordinal * type.Size(), type.Size()), new Span<double>(ref value));
        return value;
    }

    private void WriteLongs<T>(ReadOnlySpan<long> row, Span<T> features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < features.Length; i++)
        {
            var value = row[ordinals[i]];
            var fits = type == ElementType.Int64 || value >= 0;
            features[i] = T.CreateTruncating(fits ? transform.Apply(value, i) : transform.Apply((double)(ulong)value, i));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(ReadOnlySpan<double> values, int first, Span<float> features)
    {
        var shifts = transform.Shifts.AsSpan(first, values.Length);
        var factors = transform.Factors.AsSpan(first, values.Length);
        var i = 0;
        var width = Vector<double>.Count;
        for (; i <= values.Length - (2 * width); i += 2 * width)
        {
            var low = (new Vector<double>(values[i..]) - new Vector<double>(shifts[i..])) * new Vector<double>(factors[i..]);
            var high = (new Vector<double>(values[(i + width)..]) - new Vector<double>(shifts[(i + width)..])) * new Vector<double>(factors[(i + width)..]);
            Vector.Narrow(low, high).CopyTo(features[i..]);
        }

        for (; i < values.Length; i++)
        {
            features[i] = (float)((values[i] - shifts[i]) * factors[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(ReadOnlySpan<double> values, int first, Span<double> features)
    {
        var shifts = transform.Shifts.AsSpan(first, values.Length);
        var factors = transform.Factors.AsSpan(first, values.Length);
        var i = 0;
        var width = Vector<double>.Count;
        for (; i <= values.Length - width; i += width)
        {
            ((new Vector<double>(values[i..]) - new Vector<double>(shifts[i..])) * new Vector<double>(factors[i..])).CopyTo(features[i..]);
        }

        for (; i < values.Length; i++)
        {
            features[i] = (values[i] - shifts[i]) * factors[i];
        }
    }
}
