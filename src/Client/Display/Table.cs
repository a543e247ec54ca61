namespace KMeans.Client.Display;

/// <summary>A table on standard output: aligned text that is never cut, with a line and a bold head in a terminal.</summary>
/// <param name="headings">One a column.</param>
internal sealed class Table(params Heading[] headings)
{
    private const string Gap = "  ";
    private readonly List<string[]> rows = [];

    /// <summary>Columns of text that the widest line takes.</summary>
    public int Width => Widths().Sum() + (Gap.Length * (headings.Length - 1));

    /// <summary>Adds a row.</summary>
    /// <param name="cells">One a column.</param>
    public void Add(params string[] cells) => rows.Add(cells);

    /// <summary>Prints it.</summary>
    public void Print()
    {
        var widths = Widths();
        var head = Line(widths, headings.Select(heading => heading.Name));
        if (Console.IsOutputRedirected)
        {
            Console.Out.WriteLine(head);
        }
        else
        {
            Console.Out.WriteLine(Styles.Bold(head));
            Console.Out.WriteLine(Styles.Dim(new string('─', Math.Min(Width, Math.Max(1, Console.WindowWidth)))));
        }

        foreach (var row in rows)
        {
            Console.Out.WriteLine(Line(widths, row));
        }
    }

    private int[] Widths() => headings.Select((heading, i) => rows.Select(row => row[i].Length).Append(heading.Name.Length).Max()).ToArray();

    private string Line(int[] widths, IEnumerable<string> cells) =>
        string.Join(Gap, cells.Select((cell, i) => headings[i].IsNumber ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd();
}

/// <summary>The head of a table's column.</summary>
/// <param name="Name">What it says.</param>
/// <param name="IsNumber">Whether the cells are numbers, which are aligned at the right.</param>
internal readonly record struct Heading(string Name, bool IsNumber = false);
