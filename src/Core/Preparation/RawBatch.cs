using System.Globalization;
using KMeans.Input;
using KMeans.Prediction;

namespace KMeans.Preparation;

/// <summary>A raw column that a recipe uses.</summary>
/// <param name="IsText">Whether it is read as text.</param>
/// <param name="Index">Its place among the numbers or among the texts.</param>
internal readonly record struct RawColumn(bool IsText, int Index);

/// <summary>The raw columns that a recipe uses, in the order in which it first names them.</summary>
/// <param name="isText">Tells which are read as text.</param>
internal sealed class RawSchema(Func<string, bool> isText)
{
    private readonly Dictionary<string, RawColumn> columns = [];

    /// <summary>The names of the columns that are numbers.</summary>
    public List<string> Numbers { get; } = [];

    /// <summary>The names of the columns that are text.</summary>
    public List<string> Texts { get; } = [];

    /// <summary>Finds a column's place; one that was not named before is added.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The place.</returns>
    public RawColumn Resolve(string name)
    {
        if (!columns.TryGetValue(name, out var column))
        {
            var names = isText(name) ? Texts : Numbers;
            column = new RawColumn(isText(name), names.Count);
            names.Add(name);
            columns[name] = column;
        }

        return column;
    }
}

/// <summary>Raw rows: numbers, and beside them values as they stand in the file. Reused.</summary>
internal sealed class RawBatch
{
    /// <summary>Creates an empty batch.</summary>
    /// <param name="capacity">The most rows it holds.</param>
    /// <param name="numberCount">Numbers a row.</param>
    /// <param name="values">The columns that are copied: texts first, then whatever else is kept.</param>
    /// <param name="weighted">Whether rows have weights.</param>
    public RawBatch(int capacity, int numberCount, IReadOnlyList<KeptColumn> values, bool weighted)
    {
        Numbers = new RowBatch<double>(capacity, numberCount, weighted);
        Values = new PredictionBatch(capacity, values);
    }

    /// <summary>The numbers, NaN where missing.</summary>
    public RowBatch<double> Numbers { get; }

    /// <summary>Carries the copied columns.</summary>
    public PredictionBatch Values { get; }

    /// <summary>Rows.</summary>
    public int Count => Numbers.Count;

    /// <summary>A number of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="index">Its place among the numbers.</param>
    /// <returns>NaN where it is missing or not finite.</returns>
    public double Number(int row, int index)
    {
        var value = Numbers.Samples[(row * Numbers.FeatureCount) + index];
        return double.IsFinite(value) ? value : double.NaN;
    }

    /// <summary>A text of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="index">Its place among the texts.</param>
    /// <returns>Null where it is missing.</returns>
    public string? Text(int row, int index)
    {
        var column = Values.Kept[index];
        return column.Missing[row] ? null : column.Kind switch
        {
            ValueKind.Text => column.Texts[row],
            ValueKind.Whole => column.Wholes[row].ToString(CultureInfo.InvariantCulture),
            _ => column.Reals[row].ToString("R", CultureInfo.InvariantCulture),
        };
    }
}
