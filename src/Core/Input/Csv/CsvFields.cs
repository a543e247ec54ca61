using System.Buffers;
using System.Text;

namespace KMeans.Input.Csv;

/// <summary>Where fields end, and what they hold. A field is quoted where its first byte other than a space is a quote; elsewhere a quote is text.</summary>
internal static class CsvFields
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    /// <summary>Writes a text as a field of comma-separated values.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The text, in quotes where it needs them. Spaces at the ends are kept by quotes too: some readers trim what stands bare.</returns>
    public static string Quote(string text) => text.AsSpan().ContainsAny(Special) || text.StartsWith(' ') || text.EndsWith(' ')
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : text;

    /// <summary>Finds the end of a field.</summary>
    /// <param name="text">Ends with a line end that may be the window's own.</param>
    /// <param name="start">Where the field begins.</param>
    /// <param name="delimiter">What separates fields.</param>
    /// <param name="lastBreak">In/out: index of the last quoted line end in this row, or -1.</param>
    /// <returns>Index of the delimiter or line end after the field, or -1 where a quote is not closed.</returns>
    public static int End(ReadOnlySpan<byte> text, int start, byte delimiter, ref int lastBreak)
    {
        var i = start;
        while (text[i] == ' ' && delimiter != ' ')
        {
            i++;
        }

        if (text[i] == '"')
        {
            var open = i++;
            while (true)
            {
                var quote = text[i..^1].IndexOf((byte)'"');
                if (quote < 0)
                {
                    return -1;
                }

                i += quote + 1;
                if (text[i] != '"')
                {
                    break;
                }

                i++;
            }

            var lineEnd = text[open..i].LastIndexOf((byte)'\n');
            lastBreak = lineEnd < 0 ? lastBreak : open + lineEnd;
        }

        return i + text[i..].IndexOfAny(delimiter, (byte)'\n');
    }

    /// <summary>Whether a field ends at a byte; moves from the first byte of CRLF to the second.</summary>
    /// <param name="text">Ends with a line end.</param>
    /// <param name="delimiter">What separates fields.</param>
    /// <param name="end">In/out: index in the text.</param>
    /// <returns>True at a delimiter or a line end.</returns>
    public static bool IsEnd(ReadOnlySpan<byte> text, byte delimiter, ref int end)
    {
        if (text[end] == delimiter || text[end] == '\n')
        {
            return true;
        }

        return text[end] == '\r' && text[++end] == '\n';
    }

    /// <summary>Reads a field whose end is known.</summary>
    /// <param name="text">Ends with a line end.</param>
    /// <param name="start">Where the field begins.</param>
    /// <param name="end">What <see cref="End"/> gave.</param>
    /// <param name="value">Out: NaN where the field is text.</param>
    /// <returns>What the field says.</returns>
    public static FieldContent Read(ReadOnlySpan<byte> text, int start, int end, out double value)
    {
        var field = Trim(text[start..end]);
        return field.Length > 0 && text.Overlaps(field, out var offset) && CsvNumber.ReadPrefix(text[offset..], out value) == field.Length
            ? FieldContent.Number
            : CsvNumber.Read(field, out value);
    }

    /// <summary>A field for an error message: what it holds, shortened.</summary>
    /// <param name="field">As it stands between the delimiters.</param>
    /// <returns>At most 43 characters, none of them a control character.</returns>
    public static string Excerpt(ReadOnlySpan<byte> field)
    {
        const int Shown = 40;
        var content = Decode(field[..Math.Min(field.Length, 16 * Shown)]);
        return string.Concat(content.Take(Shown).Select(c => char.IsControl(c) ? ' ' : c)) + (content.Length > Shown ? "..." : "");
    }

    /// <summary>The content of a field that has no doubled quotes: without spaces and quotes around it.</summary>
    /// <param name="field">As it stands between the delimiters.</param>
    /// <returns>A part of the field.</returns>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> field)
    {
        field = field.Trim(" \t\r"u8);
        return field.Length >= 2 && field[0] == '"' && field[^1] == '"' ? field[1..^1].Trim(" \t\r"u8) : field;
    }

    /// <summary>The content of a field as text.</summary>
    /// <param name="field">As it stands between the delimiters.</param>
    /// <returns>Unquoted text where it is quoted, else the field without spaces around it.</returns>
    public static string Decode(ReadOnlySpan<byte> field)
    {
        field = field.Trim(" \t\r"u8);
        if (field.Length < 2 || field[0] != '"' || field[^1] != '"')
        {
            return Encoding.UTF8.GetString(field);
        }

        var text = Encoding.UTF8.GetString(field[1..^1]);
        return text.Contains('"', StringComparison.Ordinal) ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
    }
}
