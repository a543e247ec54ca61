namespace KMeans.Input.Csv;

/// <summary>The first lines of a CSV file, cut into fields.</summary>
internal sealed class CsvSample
{
    /// <summary>Lines looked at.</summary>
    private const int MaxLines = 100;

    private readonly byte[] text;
    private readonly List<int> fieldStarts = [];
    private readonly List<int> lineStarts = [];

    private CsvSample(byte[] text) => this.text = text;

    /// <summary>Complete lines, blank ones left out.</summary>
    public int LineCount { get; private set; }

    /// <summary>Where the second line begins, or the end of the text where there is one line.</summary>
    public int SecondLine { get; private set; }

    /// <summary>Cuts a text.</summary>
    /// <param name="text">Ends with a line end; a last line without its own is complete only at the end of the file.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="isWhole">Whether the text is the whole file.</param>
    /// <param name="delimiter">What separates fields.</param>
    /// <returns>The lines up to the hundredth.</returns>
    public static CsvSample Cut(byte[] text, int start, bool isWhole, byte delimiter)
    {
        var sample = new CsvSample(text);
        sample.CutLines(start, isWhole, delimiter);
        return sample;
    }

    /// <summary>The number of fields in a line.</summary>
    /// <param name="line">0 to <see cref="LineCount"/> - 1.</param>
    /// <returns>At least 1.</returns>
    public int FieldCount(int line) => lineStarts[line + 1] - lineStarts[line] - 1;

    /// <summary>One field as it stands between the delimiters.</summary>
    /// <param name="line">The line.</param>
    /// <param name="field">The field in it.</param>
    /// <returns>Its bytes, quotes and spaces included.</returns>
    public ReadOnlySpan<byte> Field(int line, int field)
    {
        var i = lineStarts[line] + field;
        return text.AsSpan(fieldStarts[i]..(fieldStarts[i + 1] - 1));
    }

    private void CutLines(int start, bool isWhole, byte delimiter)
    {
        lineStarts.Add(0);
        var limit = text.Length - 1;
        while (start < limit && LineCount < MaxLines)
        {
            if (text[start] == '\n' || (text[start] == '\r' && text[start + 1] == '\n'))
            {
                start += text[start] == '\n' ? 1 : 2;
                continue;
            }

            var lastBreak = -1;
            var end = start - 1;
            do
            {
                fieldStarts.Add(end + 1);
                end = CsvFields.End(text, end + 1, delimiter, ref lastBreak);
            }
            while (end >= 0 && text[end] != '\n');

            if (end < 0 || (end == limit && !isWhole))
            {
                return;
            }

            // Each line's list of starts ends with where a further field would begin.
            fieldStarts.Add(end + 1);
            lineStarts.Add(fieldStarts.Count);
            start = Math.Min(end + 1, limit);
            SecondLine = LineCount++ == 0 ? start : SecondLine;
        }
    }
}
