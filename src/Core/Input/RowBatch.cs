using System.Numerics;

namespace KMeans.Input;

/// <summary>Rows on their way from a reader to a kernel: the samples, their weights and where each row came from.</summary>
/// <typeparam name="T">float for training, double for the random batch that decides shifts and factors.</typeparam>
/// <remarks>Reused for every read; nothing in it is allocated after construction. A missing or unreadable-as-number value is NaN.</remarks>
public sealed class RowBatch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates an empty batch.</summary>
    /// <param name="capacity">The most rows it holds.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="weighted">Whether rows have weights.</param>
    public RowBatch(int capacity, int featureCount, bool weighted)
    {
        Capacity = capacity;
        FeatureCount = featureCount;
        Samples = GC.AllocateUninitializedArray<T>(checked(capacity * featureCount), pinned: true);
        Rows = new long[capacity];
        SampleWeights = weighted ? new double[capacity] : null;
    }

    /// <summary>The most rows it holds.</summary>
    public int Capacity { get; }

    /// <summary>d.</summary>
    public int FeatureCount { get; }

    /// <summary>Row-major (capacity, d); the first <see cref="Count"/> rows are valid.</summary>
    public T[] Samples { get; }

    /// <summary>Length capacity, or null where every weight is 1. As read: checked by the caller, NaN where missing.</summary>
    public double[]? SampleWeights { get; }

    /// <summary>Length capacity: each row's index in its file, or, where the file's row count is not known without reading, in the reader's range.</summary>
    public long[] Rows { get; }

    /// <summary>Length capacity once a row was dropped: rows that a recipe leaves out and that only keep their place; null before.</summary>
    internal bool[]? Dropped { get; private set; }

    /// <summary>How many rows are filled. Readers append after them.</summary>
    public int Count { get; set; }

    /// <summary>How many rows can still be appended.</summary>
    public int Free => Capacity - Count;

    /// <summary>Notes whether a row is left out.</summary>
    /// <param name="row">Its position.</param>
    /// <param name="isDropped">Whether it is.</param>
    internal void MarkDropped(int row, bool isDropped)
    {
        if (isDropped || Dropped is not null)
        {
            (Dropped ??= new bool[Capacity])[row] = isDropped;
        }
    }
}
