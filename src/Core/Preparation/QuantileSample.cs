namespace KMeans.Preparation;

/// <summary>A uniform sample of rows that medians and quartiles are taken of: all rows while there are few, then those with the least random numbers. Thread-safe.</summary>
/// <remarks>Which rows are kept depends on their keys alone, not on the order in which they come.</remarks>
internal sealed class QuantileSample
{
    /// <summary>32 MiB of values.</summary>
    private const int MostValues = 1 << 22;
    private const int LeastRows = 1 << 10;
    private const int MostRows = 1 << 18;

    private readonly Lock gate = new();
    private readonly CounterRandom random;
    private readonly int capacity;

    /// <summary>Slots by falling random number: the first to leave comes first.</summary>
    private readonly PriorityQueue<double[], ulong> rows = new(Comparer<ulong>.Create(static (a, b) => b.CompareTo(a)));
    private ulong most = ulong.MaxValue;

    /// <summary>Creates an empty sample.</summary>
    /// <param name="cellCount">Cells a row.</param>
    /// <param name="seed">What it is drawn from.</param>
    public QuantileSample(int cellCount, long seed)
    {
        random = new CounterRandom(seed, RandomPurpose.QuantileSample);
        capacity = Math.Clamp(MostValues / cellCount, LeastRows, MostRows);
    }

    /// <summary>Offers a row.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="cells">NaN where missing; copied if it is kept.</param>
    public void Add(long key, ReadOnlySpan<double> cells)
    {
        var number = random.Bits(key);
        if (number > Volatile.Read(ref most))
        {
            return;
        }

        lock (gate)
        {
            if (rows.Count < capacity)
            {
                rows.Enqueue(cells.ToArray(), number);
            }
            else if (rows.TryPeek(out var row, out var last) && number < last)
            {
                rows.Dequeue();
                cells.CopyTo(row);
                rows.Enqueue(row, number);
                rows.TryPeek(out _, out last);
                Volatile.Write(ref most, last);
            }
        }
    }

    /// <summary>Quartiles of a cell.</summary>
    /// <param name="cell">Its position.</param>
    /// <param name="fill">What stands for missing values; null where they do not count.</param>
    /// <returns>Between two values of the sample in proportion, as NumPy and pandas do; all 0 where there is none.</returns>
    public (double Low, double Median, double High) Quartiles(int cell, double? fill)
    {
        var values = rows.UnorderedItems.Select(item => item.Element[cell]).Select(value => double.IsNaN(value) ? fill ?? double.NaN : value).Where(double.IsFinite).ToArray();
        Array.Sort(values);
        return (At(values, 0.25), At(values, 0.5), At(values, 0.75));
    }

    private static double At(double[] sorted, double share)
    {
        if (sorted.Length == 0)
        {
            return 0;
        }

        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }
}
