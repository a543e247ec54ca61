using KMeans.Input;
using KMeans.Prediction;

namespace KMeans.Preparation;

/// <summary>Files, and in them the raw columns that a recipe uses and those that are kept as they are.</summary>
internal sealed class RawInput : IDisposable
{
    private RawInput(InputSet set, KeptColumns values)
    {
        Set = set;
        Values = values;
    }

    /// <summary>The rows, with the numbers as features.</summary>
    public InputSet Set { get; }

    /// <summary>The texts that the recipe uses, then the kept columns that are none of them.</summary>
    public KeptColumns Values { get; }

    /// <summary>Finds the columns.</summary>
    /// <param name="files">In order; taken over, and disposed if this fails.</param>
    /// <param name="program">The recipe.</param>
    /// <param name="kept">Columns to copy.</param>
    /// <param name="weightColumn">The column of weights, or null.</param>
    /// <returns>The input.</returns>
    /// <exception cref="InputException">A file lacks a column, or it is no number where one is needed.</exception>
    public static RawInput Open(IReadOnlyList<InputFile> files, RecipeProgram program, IReadOnlyList<string> kept, string? weightColumn = null)
    {
        // Rows of text alone still are rows: one number is read to count them.
        var numbers = program.Schema.Numbers;
        if (numbers.Count == 0)
        {
            numbers = files[0].Columns.Where(column => column.IsNumeric && column.Width == 1).Take(1).Select(column => column.Name).ToList();
        }

        if (numbers.Count == 0)
        {
            var path = files[0].Path;
            foreach (var file in files)
            {
                file.Dispose();
            }

            throw new InputException($"{path}: has no column of numbers; a row needs at least one.");
        }

        var set = InputSet.Match(files, [.. numbers.Select(name => new FeatureColumn(name, 1))], columnsAreNamed: true, new ColumnChoice(WeightColumn: weightColumn));
        try
        {
            var texts = program.Schema.Texts;
            return new RawInput(set, KeptColumns.Find(set, [.. texts, .. kept.Where(name => !texts.Contains(name))]));
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Set.Dispose();
}

/// <summary>Reads raw rows, numbers and values in step. Not thread-safe.</summary>
/// <param name="input">The input.</param>
/// <param name="capacity">The most rows of a batch.</param>
internal sealed class RawReader(RawInput input, int capacity) : IDisposable
{
    private readonly ColumnTransform identity = ColumnTransform.Identity(input.Set.FeatureCount);
    private readonly KeptValueReader values = new(input.Set, input.Values, capacity);
    private PartitionSegment segment;
    private IRowReader? rows;

    /// <summary>The rows of the last read.</summary>
    public RawBatch Batch { get; } = new(capacity, input.Set.FeatureCount, input.Values.Columns, input.Set.IsWeighted);

    /// <summary>Begins a part of a file.</summary>
    /// <param name="part">The part.</param>
    public void Open(PartitionSegment part)
    {
        Close();
        segment = part;
        rows = input.Set.OpenRows(part, identity);
    }

    /// <summary>Reads the next rows of the part.</summary>
    /// <param name="maxRows">At most so many.</param>
    /// <returns>Rows read; 0 at the end.</returns>
    public int Read(int maxRows)
    {
        Batch.Numbers.Count = 0;
        var count = rows!.Read(Batch.Numbers, Math.Min(maxRows, capacity));
        if (count > 0)
        {
            values.Read(segment, Batch.Values, count);
        }

        return count;
    }

    /// <summary>Passes over rows.</summary>
    /// <param name="count">How many.</param>
    /// <returns>Rows passed over.</returns>
    public long Skip(long count)
    {
        if (input.Values.Columns.Count == 0)
        {
            return rows!.Skip(count);
        }

        // Values have no shorter way: they are read and left.
        var passed = 0L;
        while (passed < count && Read((int)Math.Min(count - passed, capacity)) is > 0 and var read)
        {
            passed += read;
        }

        return passed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        values.Dispose();
    }

    private void Close()
    {
        rows?.Dispose();
        rows = null;
        values.Dispose();
    }
}
