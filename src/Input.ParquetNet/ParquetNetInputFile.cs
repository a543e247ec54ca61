using Parquet;

namespace KMeans.Input.ParquetNet;

/// <summary>A Parquet file read through Parquet.Net: every leaf of its schema is a column, one in a list as wide as its lists.</summary>
internal sealed class ParquetNetInputFile : InputFile
{
    private readonly Leaf[] leaves;
    private readonly InputColumn[] columns;

    private ParquetNetInputFile(ByteSource source, Leaf[] leaves, long rowCount)
        : base(source, "parquet")
    {
        this.leaves = leaves;
        columns = Array.ConvertAll(leaves, leaf => leaf.Column);
        RowCount = rowCount;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<InputColumn> Columns => columns;

    /// <inheritdoc/>
    public override bool HasColumnNames => true;

    /// <inheritdoc/>
    public override long? RowCount { get; }

    /// <summary>Opens a file, which takes over the source. Reads the first row group of every list column, for its width.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <returns>The file, or null where Parquet.Net cannot make sense of its footer.</returns>
    public static ParquetNetInputFile? TryOpen(ByteSource source)
    {
        using var stream = new SourceStream(source);
        try
        {
            var reader = OpenReader(stream);
            if (reader.RowGroups.Any(group => group.RowCount < 0))
            {
                return null;
            }

            var leaves = reader.Schema.Fields
                .SelectMany(field => Leaf.Under(field.Name, field))
                .Select(leaf => Measured(Leaf.Create(leaf.Name, leaf.Field, reader.RowGroups), reader, stream));
            return new ParquetNetInputFile(source, [.. leaves], reader.RowGroups.Sum(group => group.RowCount));
        }
        catch (Exception e) when (e is not InputException and not OutOfMemoryException)
        {
            return null;
        }
    }

    /// <summary>Opens Parquet.Net's reader over a stream.</summary>
    /// <param name="stream">Over the file; the reader keeps it.</param>
    /// <returns>The reader; disposing it would only dispose the stream.</returns>
    public static ParquetReader OpenReader(SourceStream stream)
    {
        stream.Allow((2 * stream.Length) + (1 << 20));
        var options = new ParquetOptions { TreatByteArrayAsString = true };
        return ParquetReader.CreateAsync(stream, options, leaveStreamOpen: true).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform) =>
        new ParquetNetRowReader(
            Cursor(range, [.. selection.Ordinals.Select(ordinal => leaves[ordinal]), .. Weight(selection)]),
            selection.WeightOrdinal >= 0,
            transform);

    /// <inheritdoc/>
    public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals)
    {
        var chosen = ordinals.Select(ordinal => leaves[ordinal]).ToArray();
        foreach (var leaf in chosen)
        {
            if (leaf.IsRepeated || (leaf.Kind != ValueKind.Text && !leaf.Column.IsNumeric))
            {
                var reason = leaf.IsRepeated ? "holds lists" : leaf.Column.Obstacle;
                throw new InputException($"{Path}: column '{leaf.Column.Name}' {reason}, so it cannot be kept; leave it out.");
            }
        }

        return new ParquetNetValueReader(Cursor(range, chosen));
    }

    private Leaf[] Weight(ColumnSelection selection)
    {
        if (selection.WeightOrdinal < 0)
        {
            return [];
        }

        var leaf = leaves[selection.WeightOrdinal];
        return leaf.Column.Width == 1
            ? [leaf]
            : throw new InputException(
                $"{Path}: column '{leaf.Column.Name}' holds lists, so it cannot hold the weights; name a column with one number a row.");
    }

    private RowGroupCursor Cursor(FileRange range, Leaf[] chosen) => new(Source, range, chosen);

    private static Leaf Measured(Leaf leaf, ParquetReader reader, SourceStream stream)
    {
        if (!leaf.IsRepeated || !leaf.Column.IsNumeric)
        {
            return leaf;
        }

        var group = reader.RowGroups.FirstOrDefault(candidate => candidate.RowCount > 0);
        var width = group is null ? 0 : RowGroupColumn.Create(leaf).MeasureWidth(group, stream);
        return leaf with
        {
            Column = width == 0
                ? leaf.Column with { Width = 0, Obstacle = "has no values in the first row group, which would tell how long its lists are" }
                : leaf.Column with { Width = width, Type = $"list of {leaf.Column.Type}, {width} long" },
        };
    }
}
