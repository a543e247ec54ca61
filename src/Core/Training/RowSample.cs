using System.Buffers;
using KMeans.Models;

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
    private readonly double firstThreshold;
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
        firstThreshold = threshold;
        Threshold = threshold;
    }

    /// <summary>Every row in the sample has a priority below this.</summary>
    public double Threshold { get; private set; }

    /// <summary>How many rows it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Empties the sample and keeps its memory.</summary>
    public void Clear()
    {
        Count = 0;
        Threshold = firstThreshold;
    }

    /// <summary>Offers a row.</summary>
    /// <param name="key">The row's key.</param>
    /// <param name="unit">The row's keyed number in [0, 1).</param>
    /// <param name="sensitivity">s, positive.</param>
    /// <param name="weight">The row's weight.</param>
    /// <param name="label">The center of the same summary that the row was assigned to.</param>
    /// <param name="row">Length d.</param>
    public void Offer(long key, double unit, double sensitivity, double weight, int label, ReadOnlySpan<float> row)
    {
        var priority = unit / sensitivity;
        if (priority >= Threshold)
        {
            return;
        }

        // Twice the limit before shrinking makes the cost of shrinking constant a row.
        if (Count >= 2 * (long)limit)
        {
            Shrink();
            if (priority >= Threshold)
            {
                return;
            }
        }

        Append(new Entry(key, priority, sensitivity, weight, label, Count), row);
    }

    /// <summary>Follows the centers to where they went.</summary>
    /// <param name="map">The new index of each center, which for a closed one is that of the center that took its rows.</param>
    public void Relabel(ReadOnlySpan<int> map)
    {
        foreach (ref var entry in entries.AsSpan(0, Count))
        {
            entry = entry with { Label = map[entry.Label] };
        }
    }

    /// <summary>Gives every row another center.</summary>
    /// <param name="label">The center of the row at an index.</param>
    public void SetLabels(Func<int, int> label)
    {
        for (var i = 0; i < Count; i++)
        {
            entries[i] = entries[i] with { Label = label(i) };
        }
    }

    /// <summary>Takes in the rows of another sample.</summary>
    /// <param name="other">Of other rows, with the same limit and labels of the same centers; left as it is.</param>
    public void Merge(RowSample other)
    {
        Threshold = Math.Min(Threshold, other.Threshold);
        for (var i = 0; i < other.Count; i++)
        {
            if (other.entries[i].Priority < Threshold)
            {
                Append(other.entries[i] with { Slot = Count }, other.Row(i));
            }
        }

        if (Count > limit)
        {
            Shrink();
        }
    }

    /// <summary>Ends the sampling: drops what is over the limit or the threshold and puts the rows in the order of their keys. What is sealed stays as it is.</summary>
    public void Seal()
    {
        Shrink();
        if (IsInOrder())
        {
            return;
        }

        var keys = new long[Count];
        var order = new int[Count];
        for (var i = 0; i < Count; i++)
        {
            (keys[i], order[i]) = (entries[i].Key, i);
        }

        Array.Sort(keys, order);
        var ordered = GC.AllocateUninitializedArray<float>(Count * featureCount);
        var sorted = new Entry[Count];
        for (var i = 0; i < Count; i++)
        {
            Row(order[i]).CopyTo(ordered.AsSpan(i * featureCount));
            sorted[i] = entries[order[i]] with { Slot = i };
        }

        // Both are full then, so that a row that is appended later has them grown together.
        (values, entries) = (ordered, sorted);
    }

    /// <summary>One row.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>Length d.</returns>
    public ReadOnlySpan<float> Row(int index) => values.AsSpan(entries[index].Slot * featureCount, featureCount);

    /// <summary>All rows, row-major (Count, d), after <see cref="Seal"/>.</summary>
    /// <returns>In the order of their keys.</returns>
    public ReadOnlySpan<float> Rows() => values.AsSpan(0, Count * featureCount);

    /// <summary>All rows in an array of their own, after <see cref="Seal"/>; not to be written to.</summary>
    /// <returns>Row-major (Count, d).</returns>
    public float[] RowArray() => values.Length == Count * featureCount ? values : Rows().ToArray();

    /// <summary>A row's own weight.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>As read.</returns>
    public double Weight(int index) => entries[index].Weight;

    /// <summary>The weight of all the rows that a kept row stands for: its own over its probability of being kept.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>Summed over the sample, an unbiased estimate of the total weight.</returns>
    public double ExpandedWeight(int index) => entries[index].Weight / Math.Min(1, entries[index].Sensitivity * Threshold);

    /// <summary>A smaller sample out of this one, as if its limit had been lower from the start.</summary>
    /// <param name="count">The most rows.</param>
    /// <returns>Sealed, like this one.</returns>
    public RowSample Thin(int count)
    {
        var thin = new RowSample(featureCount, count, Threshold);
        for (var i = 0; i < Count; i++)
        {
            thin.Append(entries[i] with { Slot = i }, Row(i));
        }

        thin.Seal();
        return thin;
    }

    /// <summary>The center of the same summary that a row was assigned to.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>The center's index.</returns>
    public int Label(int index) => entries[index].Label;

    /// <summary>A row's key.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>As offered.</returns>
    public long Key(int index) => entries[index].Key;

    /// <summary>Whether a row was certain to be kept, as all rows like it were: then it stands for itself alone.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>Whether s is at or above 1 / threshold.</returns>
    public bool IsCertain(int index) => entries[index].Sensitivity * Threshold >= 1;

    /// <summary>Everything about a row that decides its fate when samples are merged.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>The row's key, priority, sensitivity, weight and label.</returns>
    public (long Key, double Priority, double Sensitivity, double Weight, int Label) Details(int index) =>
        (entries[index].Key, entries[index].Priority, entries[index].Sensitivity, entries[index].Weight, entries[index].Label);

    /// <summary>Puts the sample into the state of another one: a threshold now, and then its rows, one by one.</summary>
    /// <param name="threshold">The other's.</param>
    public void BeginRestore(double threshold)
    {
        Clear();
        Threshold = threshold;
    }

    /// <summary>Adds a row of another sample without asking whether it would be kept.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="priority">Its priority.</param>
    /// <param name="sensitivity">Its sensitivity.</param>
    /// <param name="weight">Its weight.</param>
    /// <param name="label">The center of the same summary that it was assigned to.</param>
    /// <param name="row">Length d.</param>
    public void Restore(long key, double priority, double sensitivity, double weight, int label, ReadOnlySpan<float> row) =>
        Append(new Entry(key, priority, sensitivity, weight, label, Count), row);

    /// <summary>A sample of rows that were kept before, over their own memory: to be read, and to make unions of.</summary>
    /// <param name="rows">In the order of their keys.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="limit">The most rows that a union keeps.</param>
    /// <returns>Sealed.</returns>
    public static RowSample Of(KeptRows rows, int featureCount, int limit)
    {
        var sample = new RowSample(featureCount, limit, rows.Threshold) { entries = new Entry[rows.Count], values = rows.Rows, Count = rows.Count };
        for (var i = 0; i < rows.Count; i++)
        {
            sample.entries[i] = new Entry(rows.Keys[i], rows.Priorities[i], rows.Sensitivities[i], rows.Weights[i], rows.Labels[i], i);
        }

        return sample;
    }

    /// <summary>The sample of the rows of both: what <see cref="Merge"/> and <see cref="Seal"/> give, in one copy. O(m d + m log m).</summary>
    /// <param name="other">Of other rows, with labels of the same centers. Both are left as they are.</param>
    /// <returns>Sealed, with this one's limit.</returns>
    public RowSample Union(RowSample other)
    {
        var threshold = Math.Min(Threshold, other.Threshold);
        var places = new int[Count + other.Count];
        var priorities = new double[places.Length];
        var kept = 0;
        for (var i = 0; i < places.Length; i++)
        {
            (places[kept], priorities[kept]) = (i, At(i).Priority);
            kept += priorities[kept] < threshold ? 1 : 0;
        }

        if (kept > limit)
        {
            var bound = threshold = OrderStatistic.Select(priorities.AsSpan(0, kept), limit);
            places = Array.FindAll(places[..kept], i => At(i).Priority < bound);
            kept = places.Length;
        }

        var keys = new long[kept];
        for (var i = 0; i < kept; i++)
        {
            keys[i] = At(places[i]).Key;
        }

        Array.Sort(keys, places, 0, kept);
        var union = new RowSample(featureCount, limit, firstThreshold) { Threshold = threshold, Count = kept, entries = new Entry[kept], values = GC.AllocateUninitializedArray<float>(kept * featureCount) };
        for (var i = 0; i < kept; i++)
        {
            var place = places[i];
            (place < Count ? Row(place) : other.Row(place - Count)).CopyTo(union.values.AsSpan(i * featureCount));
            union.entries[i] = At(place) with { Slot = i };
        }

        return union;

        ref readonly Entry At(int place) => ref place < Count ? ref entries[place] : ref other.entries[place - Count];
    }

    private void Append(Entry entry, ReadOnlySpan<float> row)
    {
        if (Count == entries.Length)
        {
            var capacity = Math.Max(16, entries.Length * 2);
            Array.Resize(ref entries, capacity);
            Array.Resize(ref values, checked(capacity * featureCount));
        }

        row.CopyTo(values.AsSpan(Count * featureCount));
        entries[Count++] = entry;
    }

    private bool IsInOrder()
    {
        var isFull = entries.Length == Count && values.Length == Count * featureCount;
        for (var i = 0; i < Count && isFull; i++)
        {
            isFull = entries[i].Slot == i && (i == 0 || entries[i - 1].Key < entries[i].Key);
        }

        return isFull;
    }

    /// <summary>Keeps the rows with the least priorities, in place: a sample is merged hundreds of times, and fresh arrays each time would be most of a job's memory. O(m).</summary>
    private void Shrink()
    {
        if (Count > limit)
        {
            var priorities = ArrayPool<double>.Shared.Rent(Count);
            for (var i = 0; i < Count; i++)
            {
                priorities[i] = entries[i].Priority;
            }

            Threshold = Math.Min(Threshold, OrderStatistic.Select(priorities.AsSpan(0, Count), limit));
            ArrayPool<double>.Shared.Return(priorities);
        }

        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (entries[i].Priority < Threshold)
            {
                (entries[kept], entries[i]) = (entries[i], entries[kept]);
                kept++;
            }
        }

        // Rows that lie beyond the new end move into the places of those that were dropped: there are as many.
        for (int i = 0, dropped = kept; i < kept; i++)
        {
            if (entries[i].Slot < kept)
            {
                continue;
            }

            while (entries[dropped].Slot >= kept)
            {
                dropped++;
            }

            var free = entries[dropped++].Slot;
            Row(i).CopyTo(values.AsSpan(free * featureCount));
            entries[i] = entries[i] with { Slot = free };
        }

        Count = kept;
    }

    private readonly record struct Entry(long Key, double Priority, double Sensitivity, double Weight, int Label, int Slot);
}
