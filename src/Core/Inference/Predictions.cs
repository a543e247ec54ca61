using System.Buffers;

namespace KMeans.Inference;

/// <summary>The clusters of the rows of one request, in arrays of the pool; disposing gives them back.</summary>
public sealed class Predictions : IDisposable
{
    private const int LeastCapacity = 64;

    private static readonly Comparer<(int Row, int Start, int Length)> ByRow = Comparer<(int Row, int Start, int Length)>.Create((a, b) => a.Row.CompareTo(b.Row));

    private int[] labels = [];
    private double[] distances = [];
    private ArrayBufferWriter<byte>? notes;
    private List<(int Row, int Start, int Length)>? noteRanges;

    /// <summary>n: rows.</summary>
    public int Count { get; private set; }

    /// <summary>Length n: the closest cluster of each row, 0 to k - 1.</summary>
    public ReadOnlySpan<int> Labels => labels.AsSpan(0, Count);

    /// <summary>Length n: Euclidean distances in the model's space, not squared.</summary>
    public ReadOnlySpan<double> Distances => distances.AsSpan(0, Count);

    /// <inheritdoc/>
    public void Dispose()
    {
        Grow(0);
        Count = 0;
    }

    /// <summary>Makes room for more rows and counts them.</summary>
    /// <param name="count">How many.</param>
    /// <param name="newLabels">Out: where their labels go.</param>
    /// <param name="newDistances">Out: where their distances go.</param>
    internal void Add(int count, out Span<int> newLabels, out Span<double> newDistances)
    {
        if (Count + count > Math.Min(labels.Length, distances.Length))
        {
            Grow(Math.Max(Math.Max(LeastCapacity, 2 * Count), Count + count));
        }

        newLabels = labels.AsSpan(Count, count);
        newDistances = distances.AsSpan(Count, count);
        Count += count;
    }

    /// <summary>Keeps bytes of a row that its answer repeats.</summary>
    /// <param name="row">The row, 0-based; rows come in order.</param>
    /// <param name="note">Any bytes.</param>
    internal void Note(int row, ReadOnlySpan<byte> note)
    {
        notes ??= new ArrayBufferWriter<byte>();
        noteRanges ??= [];
        noteRanges.Add((row, notes.WrittenCount, note.Length));
        notes.Write(note);
    }

    /// <summary>The bytes that were kept of a row. O(log of how many have some).</summary>
    /// <param name="row">The row, 0-based.</param>
    /// <returns>Empty where there are none.</returns>
    internal ReadOnlySpan<byte> NoteOf(int row)
    {
        if (notes is null || noteRanges is null)
        {
            return default;
        }

        var index = noteRanges.BinarySearch((row, 0, 0), ByRow);
        return index < 0 ? default : notes.WrittenSpan.Slice(noteRanges[index].Start, noteRanges[index].Length);
    }

    private void Grow(int capacity)
    {
        labels = Replace(labels, capacity);
        distances = Replace(distances, capacity);
    }

    private T[] Replace<T>(T[] old, int capacity)
    {
        var replacement = capacity == 0 ? [] : ArrayPool<T>.Shared.Rent(capacity);
        if (old.Length > 0)
        {
            old.AsSpan(0, Math.Min(Count, replacement.Length)).CopyTo(replacement);
            ArrayPool<T>.Shared.Return(old);
        }

        return replacement;
    }
}
