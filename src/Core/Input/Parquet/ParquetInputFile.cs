using System.Collections.Concurrent;
using KMeans.Input.Parquet.Columns;
using KMeans.Input.Parquet.Pages;
using KMeans.Preparation;

namespace KMeans.Input.Parquet;

/// <summary>A Parquet file: numbers, lists of numbers of one length, and text to copy.</summary>
/// <remarks>
/// Reads int, float, double, boolean, decimal, float16, date and time columns, required or optional, in every encoding that the format defines for
/// them, uncompressed or in Snappy, gzip, Brotli and (through the system's libzstd) Zstandard. Whatever else a file has is an obstacle of its column,
/// refused by name and only when it is asked for. Opening reads the footer. A reader's memory is a few pages for each column. Where rows are skipped, no
/// more than page headers is read; of pages that are PLAIN and uncompressed only the rows asked for are, and the page's checksum is then not compared.
/// Source: the Apache Parquet format specification.
/// </remarks>
public sealed class ParquetInputFile : InputFile
{
    private const string Unreadable = "and cannot be read; exclude it, or write the file again in the encoding PLAIN with SNAPPY or no compression";

    private readonly List<ParquetColumn> columns;
    private readonly InputColumn[] inputColumns;
    private Recipe? recipe;
    private readonly ConcurrentDictionary<(int Group, int Leaf), PageIndex> pages = new();

    /// <summary>Opens a file and reads its footer.</summary>
    /// <param name="source">The file's bytes; disposed with this.</param>
    /// <exception cref="InputException">It is no Parquet file, or it is encrypted, truncated or damaged.</exception>
    public ParquetInputFile(ByteSource source)
        : base(source, "parquet")
    {
        Metadata = FooterReader.Read(source);
        try
        {
            var described = SchemaReader.Read(Metadata.Schema, out var leafCount);
            foreach (var group in Metadata.RowGroups)
            {
                if (group.Chunks.Length != leafCount)
                {
                    throw new InvalidDataException($"a row group has {group.Chunks.Length} columns and the schema {leafCount}");
                }
            }

            columns = described.ConvertAll(column => PageObstacles.Find(column, Metadata.RowGroups) is { } obstacle ? column with { Obstacle = obstacle, PageObstacle = obstacle } : column);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{source.Path}: the footer is damaged ({e.Message}); write the file again.", e);
        }

        inputColumns = [.. columns.Select(Describe)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<InputColumn> Columns => inputColumns;

    /// <inheritdoc/>
    public override bool HasColumnNames => true;

    /// <inheritdoc/>
    public override long? RowCount => Metadata.RowCount;

    /// <inheritdoc/>
    public override Recipe? Recipe => recipe ??= Metadata.Pairs.FirstOrDefault(pair => pair.Key == RecipeText.MetadataKey) is { Key: not null } pair ? RecipeText.Read(pair.Value, Path) : null;

    /// <summary>The footer.</summary>
    internal FileMetadata Metadata { get; }

    /// <inheritdoc/>
    public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform)
    {
        CheckRange(range);
        foreach (var ordinal in selection.WeightOrdinal < 0 ? selection.Ordinals : [.. selection.Ordinals, selection.WeightOrdinal])
        {
            if (inputColumns[ordinal].Obstacle is { } obstacle)
            {
                throw Refuse(columns[ordinal], columns[ordinal].PageObstacle is null ? $"{obstacle} and cannot be a feature; exclude it" : $"{obstacle} {Unreadable}");
            }
        }

        return new ParquetRowReader(this, range, selection, transform);
    }

    /// <inheritdoc/>
    public override void Prefetch(FileRange range, ColumnSelection selection) => ChunkPrefetch.Run(this, range, selection);

    /// <inheritdoc/>
    public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals)
    {
        CheckRange(range);
        foreach (var ordinal in ordinals)
        {
            if (columns[ordinal].CopyObstacle is { } obstacle)
            {
                throw Refuse(columns[ordinal], columns[ordinal].PageObstacle == obstacle ? $"{obstacle} {Unreadable}" : $"{obstacle} and cannot be copied; leave it out");
            }
        }

        return new ParquetValueReader(this, range, ordinals);
    }

    /// <summary>One column's schema.</summary>
    /// <param name="ordinal">Position in <see cref="Columns"/>.</param>
    /// <returns>The column.</returns>
    internal ParquetColumn ColumnAt(int ordinal) => columns[ordinal];

    /// <summary>Finds the row group that holds a row. O(log groups).</summary>
    /// <param name="row">Index of the row.</param>
    /// <returns>Index of the first group that ends behind it; the number of groups for the end of the file.</returns>
    internal int FindRowGroup(long row)
    {
        int low = 0, high = Metadata.RowGroups.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Metadata.RowGroups[middle].EndRow <= row)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>The pages that readers have come by, shared among them.</summary>
    /// <param name="group">Index of the row group.</param>
    /// <param name="leaf">Index of the leaf.</param>
    /// <returns>The index of that chunk.</returns>
    internal PageIndex PagesOf(int group, int leaf) => pages.GetOrAdd((group, leaf), static _ => new PageIndex());

    /// <summary>Checks what the footer says about a chunk before its pages are read.</summary>
    /// <param name="column">The column.</param>
    /// <param name="group">Index of the row group.</param>
    internal void CheckChunk(ParquetColumn column, int group)
    {
        ref readonly var chunk = ref Metadata.RowGroups[group].Chunks[column.Leaf];
        if (chunk.Type != column.Physical)
        {
            throw new InvalidDataException("its type differs from the schema's");
        }

        var rows = Metadata.RowGroups[group].RowCount;
        if (column.IsList ? chunk.ValueCount < rows : chunk.ValueCount != rows)
        {
            throw new InvalidDataException($"it has {chunk.ValueCount} values for {rows} rows");
        }
    }

    /// <summary>The failure of a column that cannot be read.</summary>
    /// <param name="column">The column.</param>
    /// <param name="reason">What is in the way and what to do, without a full stop.</param>
    /// <returns>The exception to throw.</returns>
    internal InputException Refuse(ParquetColumn column, string reason) => new($"{Path}: column '{column.Name}' {reason}.");

    /// <summary>The failure of bytes that cannot be right.</summary>
    /// <param name="column">The column.</param>
    /// <param name="group">Index of the row group.</param>
    /// <param name="cause">What a decoder found.</param>
    /// <returns>The exception to throw.</returns>
    internal InputException Damaged(ParquetColumn column, int group, Exception cause)
    {
        var what = cause is InvalidDataException ? cause.Message : "its pages are not valid";
        return new InputException($"{Path}: column '{column.Name}', row group {group + 1}: {what}; the file is damaged, so write it again.", cause);
    }

    /// <summary>Whether an exception is what damaged bytes cause: found out by a decoder, or by a bounds check underneath.</summary>
    /// <param name="e">The exception.</param>
    /// <returns>False for failures of the machine.</returns>
    internal static bool IsDamage(Exception e) =>
        e is InvalidDataException or EndOfStreamException or IndexOutOfRangeException or ArgumentException or OverflowException;

    private void CheckRange(FileRange range)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(range.Start, nameof(range));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(range.End, Metadata.RowCount, nameof(range));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(range.Start, range.End, nameof(range));
    }

    private InputColumn Describe(ParquetColumn column)
    {
        if (!column.IsList)
        {
            return new InputColumn(column.Name, column.TypeName, column.Obstacle is null ? 1 : 0, column.Obstacle);
        }

        var (width, obstacle) = column.Obstacle is null ? ListWidth.Find(Source, Metadata, column) : (0, column.Obstacle);
        return obstacle is null
            ? new InputColumn(column.Name, $"list of {column.TypeName}, {width} long", width)
            : new InputColumn(column.Name, $"list of {column.TypeName}", 0, obstacle);
    }
}
