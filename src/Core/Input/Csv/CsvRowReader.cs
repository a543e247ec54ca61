using System.Numerics;
using System.Runtime.InteropServices;
using KMeans.Input.Elements;

namespace KMeans.Input.Csv;

/// <summary>Reads CSV rows into batches. Usual numbers are read where they lie, without looking for the field's end first.</summary>
internal sealed class CsvRowReader : IRowReader
{
    private readonly CsvFile file;
    private readonly CsvCursor cursor;
    private readonly byte delimiter;
    private readonly bool[] isNeeded;
    private readonly double[] values;
    private readonly ElementRowWriter writer;

    /// <summary>Creates a reader.</summary>
    /// <param name="file">The file.</param>
    /// <param name="range">Bytes.</param>
    /// <param name="selection">Columns in feature order.</param>
    /// <param name="transform">Length d.</param>
    public CsvRowReader(CsvFile file, FileRange range, ColumnSelection selection, ColumnTransform transform)
    {
        this.file = file;
        delimiter = file.Dialect.Delimiter;
        values = new double[file.Columns.Count];
        writer = new ElementRowWriter(ElementType.Float64, values.Length, selection, transform);
        isNeeded = new bool[values.Length];
        foreach (var ordinal in selection.Ordinals)
        {
            isNeeded[ordinal] = true;
        }

        if (selection.WeightOrdinal >= 0)
        {
            isNeeded[selection.WeightOrdinal] = true;
        }

        cursor = new CsvCursor(file, range);
    }

    /// <inheritdoc/>
    public int Read<T>(RowBatch<T> batch, int maxRows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = 0;
        var most = Math.Min(maxRows, batch.Free);
        while (count < most && cursor.MoveToRow())
        {
            int lineEnd;
            int lastBreak;
            do
            {
                lineEnd = Parse(out lastBreak);
            }
            while (cursor.NeedsMore(lineEnd));

            writer.Append(MemoryMarshal.AsBytes(values.AsSpan()), cursor.Next, batch);
            cursor.Advance(lineEnd, lastBreak);
            count++;
        }

        return count;
    }

    /// <inheritdoc/>
    public long Skip(long rows) => cursor.Skip(rows);

    /// <inheritdoc/>
    public void Dispose() => cursor.Dispose();

    /// <summary>Parses the next row into the values.</summary>
    /// <param name="lastBreak">Out: index of the last quoted line end, or -1.</param>
    /// <returns>Index of the row's line end, or -1 where a quote is not closed; where it is the window's own, the values are not valid.</returns>
    private int Parse(out int lastBreak)
    {
        lastBreak = -1;
        var text = cursor.Window.Text;
        var start = cursor.Window.Position;
        for (var column = 0; ; column++)
        {
            var isWanted = column < isNeeded.Length && isNeeded[column];
            var end = start;
            if (isWanted)
            {
                end += CsvNumber.ReadPrefix(text[start..], out values[column]);
            }

            if (end == start || !CsvFields.IsEnd(text, delimiter, ref end))
            {
                end = CsvFields.End(text, start, delimiter, ref lastBreak);
                if (end < 0 || IsWindowEnd(end))
                {
                    return end;
                }

                if (isWanted)
                {
                    values[column] = ReadField(text, start, end, column);
                }
            }

            if (text[end] == '\n')
            {
                return column + 1 == values.Length || IsWindowEnd(end) ? end : throw file.WrongFieldCount(cursor.Window.Offset, column + 1);
            }

            start = end + 1;
        }
    }

    private bool IsWindowEnd(int end) => end == cursor.Window.Limit && !cursor.Window.IsAtEnd;

    private double ReadField(ReadOnlySpan<byte> text, int start, int end, int column) =>
        CsvFields.Read(text, start, end, out var value) == FieldContent.Text ? throw NotANumber(text[start..end], column) : value;

    private InputException NotANumber(ReadOnlySpan<byte> field, int column)
    {
        return new InputException(
            $"{file.Path}: line {file.LineAt(cursor.Window.Offset)}, column {file.Columns[column].Name}: '{CsvFields.Excerpt(field)}' is not a number; "
            + "correct it, leave it empty, or leave the column out with --exclude.");
    }
}
