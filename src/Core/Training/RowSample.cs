namespace KMeans.Training;

/// <summary>A bounded random sample of weighted rows that merges by union: the rows with the least priority u / s, where u is the row's keyed number and s its sensitivity.</summary>
/// <remarks>
/// Sequential Poisson sampling (Ohlsson 1998; Duffield, Lund and Thorup's priority sampling 2007): a row is in the sample if its priority is below the
/// threshold, which happens with probability min(1, s x threshold); past the limit the threshold falls to the first priority left out. With s = 1 the sample
/// is uniform. The content depends on the rows and their keys only, not on how they were grouped.
/// </remarks>
internal sealed class RowSample
{
    private readonly int featureCount;
    private readonly int limit;
    private Entry[] entries = [];
    private float[] values = [];

    /// <summary>Creates an empty sample.</summary>
    /// <param name="featureCount">d.</param>
    /// <param name="limit">The most rows that it keeps.</param>
    /// <param name="threshold">Rows with a priority at or above it are never kept.</param>
    public RowSample(int featureCount, int limit, double threshold)
    {
        this.featureCount = featureCount;
        this.limit = limit;
        Threshold = threshold;
    }

    /// <summary>Every row in the sample has a priority below this.</summary>
    public double Threshold { get; private set; }

    /// <summary>How many rows it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Offers a row.</summary>
    /// <param name="key">The row's key.</param>
    /// <param name="unit">The row's keyed number in [0, 1).</param>
    /// <param name="sensitivity">s, positive.</param>
    /// <param name="weight">The row's weight.</param>
    /// <param name="row">Length d.</param>
    public void Offer(long key, double unit, double sensitivity, double weight, ReadOnlySpan<float> row)
    {
        var priority = unit / sensitivity;
        if (priority >= Threshold)
        {
            return;
        }

        // Twice the limit before truncating makes the cost of truncating constant a row.
        if (Count >= 2 * (long)limit)
        {
            Truncate();
            if (priority >= Threshold)
            {
                return;
            }
        }

        Reserve(Count + 1);
        row.CopyTo(values.AsSpan(Count * featureCount));
        entries[Count] = new Entry(key, priority, sensitivity, weight, Count);
        Count++;
    }

    /// <summary>Takes in the rows of another sample.</summary>
    /// <param name="other">Of other rows, with the same limit; not to be used afterwards.</param>
    public void Merge(RowSample other)
    {
        Threshold = Math.Min(Threshold, other.Threshold);
        Reserve(Count + other.Count);
        for (var i = 0; i < other.Count; i++)
        {
            var entry = other.entries[i];
            other.Row(i).CopyTo(values.AsSpan(Count * featureCount));
            entries[Count] = entry with { Slot = Count };
            Count++;
        }

        Truncate();
    }

    /// <summary>Drops what is over the limit and puts the rows in the order of their keys.</summary>
    public void Truncate()
    {
        var kept = entries.AsSpan(0, Count);
        kept.Sort(static (a, b) => (a.Priority, a.Key).CompareTo((b.Priority, b.Key)));
        if (Count > limit)
        {
            Threshold = Math.Min(Threshold, entries[limit].Priority);
        }

        var count = 0;
        while (count < Math.Min(Count, limit) && entries[count].Priority < Threshold)
        {
            count++;
        }

        kept = kept[..count];
        kept.Sort(static (a, b) => a.Key.CompareTo(b.Key));
        var ordered = new float[count * featureCount];
        for (var i = 0; i < count; i++)
        {
            values.AsSpan(kept[i].Slot * featureCount, featureCount).CopyTo(ordered.AsSpan(i * featureCount));
            kept[i] = kept[i] with { Slot = i };
        }

        values = ordered;
        Count = count;
        Array.Resize(ref entries, count);
    }

    /// <summary>One row.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>Length d.</returns>
    public ReadOnlySpan<float> Row(int index) => values.AsSpan(entries[index].Slot * featureCount, featureCount);

    /// <summary>All rows, row-major (Count, d), after <see cref="Truncate"/>.</summary>
    /// <returns>In the order of their keys.</returns>
    public ReadOnlySpan<float> Rows() => values.AsSpan(0, Count * featureCount);

    /// <summary>A row's own weight.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>As read.</returns>
    public double Weight(int index) => entries[index].Weight;

    /// <summary>The weight of all the rows that a kept row stands for: its own over its probability of being kept.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>Summed over the sample, an unbiased estimate of the total weight.</returns>
    public double ExpandedWeight(int index) => entries[index].Weight / Math.Min(1, entries[index].Sensitivity * Threshold);

    private void Reserve(int count)
    {
        if (entries.Length < count)
        {
            var capacity = Math.Max(count, Math.Min(Math.Max(16, entries.Length * 2), 2 * limit));
            Array.Resize(ref entries, capacity);
        }

        if (values.Length < (long)count * featureCount)
        {
            Array.Resize(ref values, checked(entries.Length * featureCount));
        }
    }

    private readonly record struct Entry(long Key, double Priority, double Sensitivity, double Weight, int Slot);
}
