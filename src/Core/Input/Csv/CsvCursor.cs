namespace KMeans.Input.Csv;

/// <summary>Walks the rows that begin in a range of bytes. Rows are what both readers of a file agree on; blank lines are none.</summary>
internal sealed class CsvCursor : IDisposable
{
    private readonly CsvFile file;
    private readonly long end;
    private readonly byte delimiter;

    /// <summary>Stands before the first row that begins in a range.</summary>
    /// <param name="file">The file.</param>
    /// <param name="range">Bytes; all of them where the file cannot be seeked.</param>
    public CsvCursor(CsvFile file, FileRange range)
    {
        this.file = file;
        delimiter = file.Dialect.Delimiter;
        end = file.CanSeek && range.End < file.Source.Length ? range.End : long.MaxValue;
        if (range.Start <= file.Dialect.DataStart)
        {
            Window = file.OpenWindow(file.Dialect.DataStart, end);
        }
        else
        {
            // A row begins where a line end is before it, so the search begins one byte early.
            Window = file.OpenWindow(range.Start - 1, end);
            MoveToLineEnd();
        }
    }

    /// <summary>The text around the next row.</summary>
    public CsvWindow Window { get; }

    /// <summary>Rows passed since the range's start: the next row's index.</summary>
    public long Next { get; private set; }

    /// <summary>Moves over blank lines to the next row.</summary>
    /// <returns>False at the end of the range; else the window holds the row's first byte.</returns>
    public bool MoveToRow()
    {
        while (true)
        {
            if (Window.Offset >= end)
            {
                return false;
            }

            var text = Window.Text;
            var position = Window.Position;
            var isReturn = position < Window.Limit && text[position] == '\r';
            if (position + (isReturn ? 1 : 0) >= Window.Limit && Window.Fill())
            {
                continue;
            }

            text = Window.Text;
            position = Window.Position;
            if (position >= Window.Limit)
            {
                return false;
            }

            var length = text[position] == '\n' ? 1 : text[position] == '\r' && text[position + 1] == '\n' ? 2 : 0;
            if (length == 0)
            {
                return true;
            }

            Window.Position = Math.Min(position + length, Window.Limit);
        }
    }

    /// <summary>Passes the row that was parsed.</summary>
    /// <param name="lineEnd">Index of its line end in the window.</param>
    /// <param name="lastBreak">Index of the last quoted line end in it, or -1.</param>
    /// <exception cref="InputException">The reader of the next range takes a quoted line end of this row for a row's end.</exception>
    public void Advance(int lineEnd, int lastBreak)
    {
        if (lastBreak >= 0 && Window.OffsetOf(lastBreak) >= end - 1)
        {
            throw new InputException(
                $"{file.Path}: line {file.LineAt(Window.Offset)} has a line break in quotes where the file is cut into parts, which is not supported; "
                + "remove line breaks from fields or pack the file with gzip.");
        }

        Window.Position = Math.Min(lineEnd + 1, Window.Limit);
        Next++;
    }

    /// <summary>Whether a line end that was found is only the window's own, so that the row must be parsed again after more was read.</summary>
    /// <param name="lineEnd">Index in the window, or -1 where a quote is not closed in it.</param>
    /// <returns>True after the window was filled; at the end of the text the line end is real.</returns>
    /// <exception cref="InputException">A quote is not closed in the file.</exception>
    public bool NeedsMore(int lineEnd)
    {
        if (lineEnd >= 0 && lineEnd < Window.Limit)
        {
            return false;
        }

        if (!Window.IsAtEnd)
        {
            _ = Window.Fill();
            return true;
        }

        return lineEnd < 0 ? throw new InputException($"{file.Path}: line {file.LineAt(Window.Offset)} has a quote that is not closed; close it or double it.") : false;
    }

    /// <summary>Passes over rows.</summary>
    /// <param name="rows">How many.</param>
    /// <returns>Rows passed over: less only at the end of the range.</returns>
    public long Skip(long rows)
    {
        var skipped = 0L;
        while (skipped < rows && MoveToRow())
        {
            int lineEnd;
            int lastBreak;
            do
            {
                lineEnd = FindLineEnd(out lastBreak);
            }
            while (NeedsMore(lineEnd));

            Advance(lineEnd, lastBreak);
            skipped++;
        }

        return skipped;
    }

    /// <inheritdoc/>
    public void Dispose() => Window.Dispose();

    private int FindLineEnd(out int lastBreak)
    {
        lastBreak = -1;
        var text = Window.Text;
        var position = Window.Position;
        var end = position + text[position..].IndexOfAny((byte)'\n', (byte)'"');
        if (text[end] == '\n')
        {
            return end;
        }

        // Only fields tell whether the quote is one.
        end = position - 1;
        do
        {
            end = CsvFields.End(text, end + 1, delimiter, ref lastBreak);
        }
        while (end >= 0 && text[end] != '\n');
        return end;
    }

    private void MoveToLineEnd()
    {
        while (true)
        {
            var lineEnd = Window.Position + Window.Text[Window.Position..].IndexOf((byte)'\n');
            Window.Position = Math.Min(lineEnd + 1, Window.Limit);
            if (lineEnd < Window.Limit || !Window.Fill())
            {
                return;
            }
        }
    }
}
