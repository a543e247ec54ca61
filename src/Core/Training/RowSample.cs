using System.Buffers;
using KMeans.Coordination;
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
    /// <summary>Rows that a thread copies at a time.</summary>
    private const int RowsAtATime = 1024;

    private readonly int featureCount;
    private readonly int limit;
    private readonly double firstThreshold;
    private RowChunks rows;

    /// <summary>Creates an empty sample.</summary>
    /// <param name="featureCount">d.</param>
    /// <param name="limit">The most rows that it keeps.</param>
    /// <param name="threshold">Rows with a priority at or above it are never kept.</param>
    public RowSample(int featureCount, int limit, double threshold)
        : this(featureCount, limit, threshold, new RowChunks(featureCount))
    {
    }

    private RowSample(int featureCount, int limit, double threshold, RowChunks rows)
    {
        this.featureCount = featureCount;
        this.limit = limit;
        this.rows = rows;
        firstThreshold = threshold;
        Threshold = threshold;
    }

    /// <summary>Every row in the sample has a priority below this.</summary>
    public double Threshold { get; private set; }

    /// <summary>How many rows it holds.</summary>
    public int Count => rows.Count;

    /// <summary>Empties the sample and keeps its memory.</summary>
    public void Clear()
    {
        rows.Clear();
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

        rows.Add(new KeptRow(key, priority, sensitivity, weight, label), row);
    }

    /// <summary>Follows the centers to where they went.</summary>
    /// <param name="map">The new index of each center, which for a closed one is that of the center that took its rows.</param>
    public void Relabel(ReadOnlySpan<int> map)
    {
        for (var i = 0; i < Count; i++)
        {
            ref var row = ref rows[i];
            row = row with { Label = map[row.Label] };
        }
    }

    /// <summary>Gives every row another center.</summary>
    /// <param name="label">The center of the row at an index.</param>
    public void SetLabels(Func<int, int> label)
    {
        for (var i = 0; i < Count; i++)
        {
            rows[i] = rows[i] with { Label = label(i) };
        }
    }

    /// <summary>Takes in the rows of another sample. O(m), and O(m d) only where the sum is over the limit.</summary>
    /// <param name="other">Of other rows, with the same limit and labels of the same centers, not sealed; empty afterwards.</param>
    public void Merge(RowSample other)
    {
        Threshold = Math.Min(Threshold, other.Threshold);
        rows.Take(other.rows);
        if (Count > limit)
        {
            Shrink();
        }
    }

    /// <summary>Ends the sampling: drops what is over the limit or the threshold and puts the rows in the order of their keys, in one piece. What is sealed stays as it is.</summary>
    /// <param name="threads">Threads that help to copy, or null.</param>
    public void Seal(ComputeThreads? threads = null)
    {
        if (rows.Whole() is not null)
        {
            return;
        }

        Shrink();
        var (keys, order) = (new long[Count], new int[Count]);
        for (var i = 0; i < Count; i++)
        {
            (keys[i], order[i]) = (rows[i].Key, i);
        }

        Array.Sort(keys, order);
        rows = InOnePiece(order, i => rows[i], i => rows.Row(i), featureCount, threads);
    }

    /// <summary>One row.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>Length d.</returns>
    public ReadOnlySpan<float> Row(int index) => rows.Row(index);

    /// <summary>All rows, row-major (Count, d), after <see cref="Seal"/>.</summary>
    /// <returns>In the order of their keys.</returns>
    public ReadOnlySpan<float> Rows() => RowArray();

    /// <summary>All rows in an array of their own, after <see cref="Seal"/>; not to be written to.</summary>
    /// <returns>Row-major (Count, d).</returns>
    public float[] RowArray() => rows.Whole() ?? throw new InvalidOperationException("The sample is not sealed.");

    /// <summary>A row's own weight.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>As read.</returns>
    public double Weight(int index) => rows[index].Weight;

    /// <summary>The weight of all the rows that a kept row stands for: its own over its probability of being kept.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>Summed over the sample, an unbiased estimate of the total weight.</returns>
    public double ExpandedWeight(int index) => rows[index].Weight / Math.Min(1, rows[index].Sensitivity * Threshold);

    /// <summary>A smaller sample out of this one, as if its limit had been lower from the start.</summary>
    /// <param name="count">The most rows.</param>
    /// <returns>Sealed, like this one.</returns>
    public RowSample Thin(int count)
    {
        var thin = new RowSample(featureCount, count, Threshold);
        for (var i = 0; i < Count; i++)
        {
            thin.rows.Add(rows[i], Row(i));
        }

        thin.Seal();
        return thin;
    }

    /// <summary>The center of the same summary that a row was assigned to.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>The center's index.</returns>
    public int Label(int index) => rows[index].Label;

    /// <summary>A row's key.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>As offered.</returns>
    public long Key(int index) => rows[index].Key;

    /// <summary>Whether a row was certain to be kept, as all rows like it were: then it stands for itself alone.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>Whether s is at or above 1 / threshold.</returns>
    public bool IsCertain(int index) => rows[index].Sensitivity * Threshold >= 1;

    /// <summary>Everything about a row that decides its fate when samples are merged.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>As offered.</returns>
    public KeptRow Details(int index) => rows[index];

    /// <summary>Puts the sample into the state of another one: a threshold now, and then its rows, one by one.</summary>
    /// <param name="threshold">The other's.</param>
    public void BeginRestore(double threshold)
    {
        Clear();
        Threshold = threshold;
    }

    /// <summary>Adds a row of another sample without asking whether it would be kept.</summary>
    /// <param name="kept">As the other one has it.</param>
    /// <param name="row">Length d.</param>
    public void Restore(KeptRow kept, ReadOnlySpan<float> row) => rows.Add(kept, row);

    /// <summary>A sample of rows that were kept before, over their own memory: to be read, and to make unions of.</summary>
    /// <param name="rows">In the order of their keys.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="limit">The most rows that a union keeps.</param>
    /// <returns>Sealed.</returns>
    public static RowSample Of(KeptRows rows, int featureCount, int limit)
    {
        var entries = new KeptRow[rows.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = new KeptRow(rows.Keys[i], rows.Priorities[i], rows.Sensitivities[i], rows.Weights[i], rows.Labels[i]);
        }

        return new RowSample(featureCount, limit, rows.Threshold, RowChunks.Over(entries, rows.Rows, featureCount));
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
        var union = InOnePiece(places[..kept], At, place => place < Count ? Row(place) : other.Row(place - Count), featureCount, null);
        return new RowSample(featureCount, limit, firstThreshold, union) { Threshold = threshold };

        KeptRow At(int place) => place < Count ? rows[place] : other.rows[place - Count];
    }

    private static RowChunks InOnePiece(int[] order, Func<int, KeptRow> entry, Func<int, ReadOnlySpan<float>> row, int featureCount, ComputeThreads? threads)
    {
        var entries = new KeptRow[order.Length];
        var values = GC.AllocateUninitializedArray<float>(checked(order.Length * featureCount));
        ParallelRun.InBlocks(threads, order.Length, RowsAtATime, (_, first, after) =>
        {
            for (var i = first; i < after; i++)
            {
                entries[i] = entry(order[i]);
                row(order[i]).CopyTo(values.AsSpan(i * featureCount));
            }
        }, CancellationToken.None);
        return RowChunks.Over(entries, values, featureCount);
    }

    /// <summary>Keeps the rows with the least priorities, in place. O(m d).</summary>
    private void Shrink()
    {
        if (Count > limit)
        {
            var priorities = ArrayPool<double>.Shared.Rent(Count);
            for (var i = 0; i < Count; i++)
            {
                priorities[i] = rows[i].Priority;
            }

            Threshold = Math.Min(Threshold, OrderStatistic.Select(priorities.AsSpan(0, Count), limit));
            ArrayPool<double>.Shared.Return(priorities);
        }

        rows.DropFrom(Threshold);
    }
}
