namespace KMeans.Preparation;

/// <summary>Count, mean and squared deviations of each cell over the rows of a partition, and of merged partitions.</summary>
/// <param name="cellCount">Cells a row.</param>
/// <remarks>Welford's update and Chan's merge: no digits are lost where the mean is large beside the spread.</remarks>
internal sealed class CellMoments(int cellCount)
{
    private readonly double[] means = new double[cellCount];
    private readonly double[] squares = new double[cellCount];
    private readonly long[] counts = new long[cellCount];

    /// <summary>Rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds a row.</summary>
    /// <param name="cells">NaN where missing.</param>
    public void Add(ReadOnlySpan<double> cells)
    {
        Rows++;
        for (var i = 0; i < cells.Length; i++)
        {
            if (double.IsNaN(cells[i]))
            {
                continue;
            }

            var difference = cells[i] - means[i];
            means[i] += difference / ++counts[i];
            squares[i] += difference * (cells[i] - means[i]);
        }
    }

    /// <summary>Takes later rows in.</summary>
    /// <param name="later">The others.</param>
    public void Merge(CellMoments later)
    {
        Rows += later.Rows;
        for (var i = 0; i < cellCount; i++)
        {
            if (later.counts[i] > 0)
            {
                (counts[i], means[i], squares[i]) = Join((counts[i], means[i], squares[i]), (later.counts[i], later.means[i], later.squares[i]));
            }
        }
    }

    /// <summary>Count and mean of the values of a cell that are there.</summary>
    /// <param name="cell">Its position.</param>
    /// <returns>The mean of no values is 0.</returns>
    public (long Count, double Mean) Of(int cell) => (counts[cell], means[cell]);

    /// <summary>Mean and standard deviation of a cell after something was put where values are missing.</summary>
    /// <param name="cell">Its position.</param>
    /// <param name="fill">What stands for a missing value; null where missing ones do not count.</param>
    /// <returns>The deviation of the rows as the whole population.</returns>
    public (double Mean, double Deviation) Filled(int cell, double? fill)
    {
        var own = (counts[cell], means[cell], squares[cell]);
        var missing = Rows - counts[cell];
        var (count, mean, square) = fill is { } value && missing > 0 ? Join(own, (missing, value, 0)) : own;
        return (mean, count > 0 ? Math.Sqrt(square / count) : 0);
    }

    private static (long Count, double Mean, double Square) Join((long Count, double Mean, double Square) a, (long Count, double Mean, double Square) b)
    {
        var count = a.Count + b.Count;
        var difference = b.Mean - a.Mean;
        return (count, a.Mean + (difference * ((double)b.Count / count)), a.Square + b.Square + (difference * difference * ((double)a.Count * b.Count / count)));
    }
}
