using System.Collections;

namespace KMeans.Input;

/// <summary>The columns of a format without names: "c0", "c1", ..., all of one type. Made when asked for, so that a declared width costs no memory.</summary>
internal sealed class NumberedColumns : IReadOnlyList<InputColumn>
{
    /// <summary>The widest row that is read, 16 Mi columns: a bound for widths that a header declares.</summary>
    public const int MaxCount = 1 << 24;

    private readonly string type;

    /// <summary>Creates the list.</summary>
    /// <param name="count">How many columns.</param>
    /// <param name="type">Their type for people.</param>
    public NumberedColumns(int count, string type)
    {
        Count = count;
        this.type = type;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public InputColumn this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return new InputColumn(Name(index), type);
        }
    }

    /// <summary>The name of a column that has none of its own.</summary>
    /// <param name="index">0-based position.</param>
    /// <returns>"c" and the position.</returns>
    public static string Name(int index) => $"c{index}";

    /// <inheritdoc/>
    public IEnumerator<InputColumn> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
