using KMeans.Input.Parquet.Pages;

namespace KMeans.Input.Parquet.Columns;

/// <summary>Creates the cursor of a column's type.</summary>
internal static class ColumnCursors
{
    /// <summary>Creates a cursor over a column.</summary>
    /// <param name="file">The file.</param>
    /// <param name="column">A column without an obstacle.</param>
    /// <param name="width">The length of its lists; 1 where it is flat.</param>
    /// <param name="range">Rows to read.</param>
    /// <param name="decompressor">This thread's.</param>
    /// <param name="window">Bytes of the file to hold: see <see cref="PageReader"/>.</param>
    /// <returns>The cursor, for lists of numbers or for single values.</returns>
    public static ColumnCursor Create(ParquetInputFile file, ParquetColumn column, int width, FileRange range, PageDecompressor decompressor, int window)
    {
        return column.Kind switch
        {
            ColumnKind.Int32 or ColumnKind.Boolean => New<int>(),
            ColumnKind.UInt32 => New<uint>(),
            ColumnKind.Int64 => New<long>(),
            ColumnKind.UInt64 => New<ulong>(),
            ColumnKind.Float or ColumnKind.Float16 => New<float>(),
            ColumnKind.Text => new FlatCursor<string>(file, column, range, decompressor, window),
            _ => New<double>(),
        };

        ColumnCursor New<TValue>() => column.IsList
            ? new ListCursor<TValue>(file, column, width, range, decompressor, window)
            : new FlatCursor<TValue>(file, column, range, decompressor, window);
    }
}
