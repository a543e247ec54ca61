namespace KMeans.Input.Csv;

/// <summary>Reads chosen columns of CSV rows as the text that stands there, unquoted. An empty field is missing.</summary>
internal sealed class CsvValueReader : IValueReader
{
    private readonly CsvFile file;
    private readonly CsvCursor cursor;
    private readonly int[] ordinals;

    /// <summary>Where each field of a row begins in the window; one more than the last field ends with its line end.</summary>
    private readonly int[] starts;

    /// <summary>Creates a reader.</summary>
    /// <param name="file">The file.</param>
    /// <param name="range">Bytes.</param>
    /// <param name="ordinals">Which columns.</param>
    public CsvValueReader(CsvFile file, FileRange range, IReadOnlyList<int> ordinals)
    {
        this.file = file;
        this.ordinals = [.. ordinals];
        starts = new int[file.Columns.Count + 1];
        var kinds = new ValueKind[this.ordinals.Length];
        Array.Fill(kinds, ValueKind.Text);
        Kinds = kinds;
        cursor = new CsvCursor(file, range);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ValueKind> Kinds { get; }

    /// <inheritdoc/>
    public int Read(IReadOnlyList<ValueColumn> columns, int maxRows)
    {
        var count = 0;
        while (count < maxRows && cursor.MoveToRow())
        {
            int lineEnd;
            int lastBreak;
            int fieldCount;
            do
            {
                lineEnd = Parse(out lastBreak, out fieldCount);
            }
            while (cursor.NeedsMore(lineEnd));

            if (fieldCount != file.Columns.Count)
            {
                throw file.WrongFieldCount(cursor.Window.Offset, fieldCount);
            }

            for (var j = 0; j < ordinals.Length; j++)
            {
                var text = CsvFields.Decode(cursor.Window.Text[starts[ordinals[j]]..(starts[ordinals[j] + 1] - 1)]);
                columns[j].Missing[count] = text.Length == 0;
                columns[j].Texts[count] = text.Length == 0 ? null : text;
            }

            cursor.Advance(lineEnd, lastBreak);
            count++;
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => cursor.Dispose();

    private int Parse(out int lastBreak, out int fieldCount)
    {
        lastBreak = -1;
        fieldCount = 0;
        var text = cursor.Window.Text;
        var end = cursor.Window.Position - 1;
        do
        {
            var start = end + 1;
            end = CsvFields.End(text, start, file.Dialect.Delimiter, ref lastBreak);
            if (fieldCount < file.Columns.Count)
            {
                starts[fieldCount] = start;
                starts[fieldCount + 1] = end + 1;
            }

            fieldCount++;
        }
        while (end >= 0 && text[end] != '\n');
        return end;
    }
}
