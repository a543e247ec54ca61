namespace KMeans.Input.ParquetNet;

/// <summary>Reads columns to copy.</summary>
internal sealed class ParquetNetValueReader : IValueReader
{
    private readonly RowGroupCursor cursor;

    /// <summary>Reads from a cursor, which it owns.</summary>
    /// <param name="cursor">Over columns without lists.</param>
    public ParquetNetValueReader(RowGroupCursor cursor)
    {
        this.cursor = cursor;
        Kinds = Array.ConvertAll(cursor.Leaves, leaf => leaf.Kind);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ValueKind> Kinds { get; }

    /// <inheritdoc/>
    public int Read(IReadOnlyList<ValueColumn> columns, int maxRows)
    {
        var done = 0;
        while (done < maxRows)
        {
            var rows = cursor.Ready(maxRows - done);
            if (rows == 0)
            {
                break;
            }

            for (var i = 0; i < columns.Count; i++)
            {
                Copy(cursor.Columns[i], columns[i], rows, done);
            }

            cursor.Advance(rows);
            done += rows;
        }

        return done;
    }

    /// <inheritdoc/>
    public void Dispose() => cursor.Dispose();

    private void Copy(RowGroupColumn from, ValueColumn to, int rows, int done)
    {
        var start = cursor.RowInGroup;
        Array.Copy(from.Missing, start, to.Missing, done, rows);
        switch (to.Kind)
        {
            case ValueKind.Whole:
                Array.Copy(from.Wholes, start, to.Wholes, done, rows);
                break;
            case ValueKind.Real:
                Array.Copy(from.Reals, start, to.Reals, done, rows);
                break;
            default:
                Array.Copy(from.Texts, start, to.Texts, done, rows);
                break;
        }
    }
}
