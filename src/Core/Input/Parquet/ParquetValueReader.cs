using System.Globalization;
using KMeans.Input.Parquet.Columns;
using KMeans.Input.Parquet.Pages;

namespace KMeans.Input.Parquet;

/// <summary>Reads columns of a Parquet file as values to copy.</summary>
internal sealed class ParquetValueReader : IValueReader
{
    private readonly ParquetInputFile file;
    private readonly PageDecompressor decompressor = new();
    private readonly ColumnCursor[] cursors;
    private readonly ValueKind[] kinds;
    private long left;

    /// <summary>Creates a reader; nothing is read yet.</summary>
    /// <param name="file">The file.</param>
    /// <param name="range">Rows within it.</param>
    /// <param name="ordinals">Columns that can be copied.</param>
    public ParquetValueReader(ParquetInputFile file, FileRange range, IReadOnlyList<int> ordinals)
    {
        this.file = file;
        left = range.End - range.Start;
        cursors = new ColumnCursor[ordinals.Count];
        kinds = new ValueKind[ordinals.Count];
        for (var i = 0; i < cursors.Length; i++)
        {
            var column = file.ColumnAt(ordinals[i]);
            cursors[i] = ColumnCursors.Create(file, column, 1, range, decompressor, ParquetRowReader.Window(cursors.Length));
            kinds[i] = column.Kind switch
            {
                // Half of the unsigned 64-bit integers fit neither a signed one nor a double; their digits are exact.
                ColumnKind.Text or ColumnKind.UInt64 => ValueKind.Text,
                ColumnKind.Int32 or ColumnKind.UInt32 or ColumnKind.Int64 or ColumnKind.Boolean => ValueKind.Whole,
                _ => ValueKind.Real,
            };
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<ValueKind> Kinds => kinds;

    /// <inheritdoc/>
    public int Read(IReadOnlyList<ValueColumn> columns, int maxRows)
    {
        var rows = (int)Math.Min(maxRows, left);
        for (var i = 0; i < cursors.Length; i++)
        {
            try
            {
                Copy(cursors[i], columns[i], rows);
            }
            catch (Exception e) when (ParquetInputFile.IsDamage(e))
            {
                throw file.Damaged(cursors[i].Column, cursors[i].Group, e);
            }
        }

        left -= rows;
        return rows;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var cursor in cursors)
        {
            cursor.Dispose();
        }

        decompressor.Dispose();
    }

    private static void Copy(ColumnCursor cursor, ValueColumn column, int rows)
    {
        switch (cursor)
        {
            case FlatCursor<int> numbers:
                Copy(numbers, column, column.Wholes, rows, static value => value);
                break;
            case FlatCursor<uint> numbers:
                Copy(numbers, column, column.Wholes, rows, static value => value);
                break;
            case FlatCursor<long> numbers:
                Copy(numbers, column, column.Wholes, rows, static value => value);
                break;
            case FlatCursor<ulong> numbers:
                Copy(numbers, column, column.Texts, rows, static value => value.ToString(CultureInfo.InvariantCulture));
                break;
            case FlatCursor<float> numbers:
                Copy(numbers, column, column.Reals, rows, static value => value);
                break;
            case FlatCursor<double> numbers:
                Copy(numbers, column, column.Reals, rows, static value => value);
                break;
            case FlatCursor<string> texts:
                Copy(texts, column, column.Texts, rows, static value => value);
                break;
        }
    }

    private static void Copy<TValue, TKept>(FlatCursor<TValue> cursor, ValueColumn column, TKept?[] target, int rows, Func<TValue, TKept> convert)
    {
        for (var done = 0; done < rows;)
        {
            var values = cursor.Next(rows - done, out var present, out var count);
            var max = cursor.Column.MaxDefinition;
            for (int i = 0, next = 0; i < count; i++, done++)
            {
                var missing = present.Length > 0 && present[i] != max;
                column.Missing[done] = missing;
                target[done] = missing ? default : convert(values[next++]);
            }
        }
    }
}
