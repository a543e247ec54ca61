using Parquet;

namespace KMeans.Input.ParquetNet;

/// <summary>Walks a range of rows, one row group's chosen columns in memory at a time. Each cursor has a stream and a Parquet.Net reader of its own.</summary>
internal sealed class RowGroupCursor : IDisposable
{
    private readonly SourceStream stream;
    private readonly ParquetReader reader;
    private readonly FileRange range;
    private int group = -1;
    private bool loaded;
    private long groupStart;
    private long groupEnd;

    /// <summary>Stands at the first row of a range.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <param name="range">Rows.</param>
    /// <param name="leaves">What to read of them.</param>
    public RowGroupCursor(ByteSource source, FileRange range, Leaf[] leaves)
    {
        stream = new SourceStream(source);
        reader = ParquetNetInputFile.OpenReader(stream);
        this.range = range;
        Row = range.Start;
        Leaves = leaves;
        Columns = Array.ConvertAll(leaves, RowGroupColumn.Create);
    }

    /// <summary>What is read.</summary>
    public Leaf[] Leaves { get; }

    /// <summary>The loaded values, in the order of <see cref="Leaves"/>.</summary>
    public RowGroupColumn[] Columns { get; }

    /// <summary>The next row's index in the file.</summary>
    public long Row { get; private set; }

    /// <summary>The next row's index in the loaded row group.</summary>
    public int RowInGroup => (int)(Row - groupStart);

    /// <summary>Loads what the next rows need.</summary>
    /// <param name="most">The most rows wanted.</param>
    /// <returns>How many rows are ready from <see cref="RowInGroup"/> on; 0 at the end of the range.</returns>
    /// <exception cref="InputException">The row group is damaged.</exception>
    public int Ready(int most)
    {
        var left = range.End - Row;
        if (left <= 0 || most <= 0 || !Reach())
        {
            return 0;
        }

        if (!loaded)
        {
            Load();
            loaded = true;
        }

        return (int)Math.Min(Math.Min(most, left), groupEnd - Row);
    }

    /// <summary>Moves on.</summary>
    /// <param name="rows">Not negative.</param>
    /// <returns>Rows passed: fewer only at the end of the range.</returns>
    public long Advance(long rows)
    {
        var passed = Math.Min(rows, Math.Max(0, range.End - Row));
        Row += passed;
        return passed;
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    /// <summary>Finds the row group of the next row.</summary>
    private bool Reach()
    {
        while (Row >= groupEnd)
        {
            if (++group >= reader.RowGroupCount)
            {
                return false;
            }

            groupStart = groupEnd;
            groupEnd += reader.RowGroups[group].RowCount;
            loaded = false;
        }

        return true;
    }

    private void Load()
    {
        for (var i = 0; i < Columns.Length; i++)
        {
            try
            {
                Columns[i].Load(reader.RowGroups[group], stream, groupStart);
            }
            catch (Exception e) when (e is not InputException)
            {
                // Parquet.Net reports damage by whatever its decoders run into.
                var reason = e.Message.ReplaceLineEndings(" ").TrimEnd('.');
                throw new InputException(
                    $"{stream.Path}: rows {groupStart + 1} to {groupEnd}, column '{Leaves[i].Column.Name}': {reason}; " +
                    "the file is damaged or uses a form that cannot be read, so write it again.",
                    e);
            }
        }
    }
}
