using KMeans.Input;
using KMeans.Prediction;

namespace KMeans.Preparation;

/// <summary>Kept rows on their way from a reader to the output: cells, copied values, where they belong. Reused.</summary>
/// <param name="capacity">The most rows it holds.</param>
/// <param name="cellCount">Cells a row.</param>
/// <param name="kept">The copied columns.</param>
internal sealed class PreparedRows(int capacity, int cellCount, IReadOnlyList<KeptColumn> kept)
{
    /// <summary>Rows.</summary>
    public int Count { get; set; }

    /// <summary>Row-major (capacity, cells).</summary>
    public double[] Cells { get; } = new double[capacity * cellCount];

    /// <summary>Length capacity: each row's place in a shuffled output.</summary>
    public ulong[] Orders { get; } = new ulong[capacity];

    /// <summary>Length capacity: whether the row is set apart.</summary>
    public bool[] IsTest { get; } = new bool[capacity];

    /// <summary>The copied columns.</summary>
    public IReadOnlyList<ValueColumn> Kept { get; } = [.. kept.Select(column => new ValueColumn(column.Kind, capacity))];

    /// <summary>The cells of a row.</summary>
    /// <param name="row">Its position.</param>
    /// <returns>In/out.</returns>
    public Span<double> CellsOf(int row) => Cells.AsSpan(row * cellCount, cellCount);
}

/// <summary>Takes kept rows, from one thread at a time.</summary>
internal interface IPreparedSink
{
    /// <summary>Takes rows.</summary>
    /// <param name="rows">Reused after the call.</param>
    void Write(PreparedRows rows);
}
