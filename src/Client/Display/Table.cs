using Spectre.Console;

namespace KMeans.Client.Display;

/// <summary>A table on standard output: drawn in a terminal, aligned plain text that is never cut in a pipe.</summary>
/// <param name="headings">One a column.</param>
internal sealed class Table(params Heading[] headings)
{
    private const string Gap = "  ";
    private readonly List<string[]> rows = [];

    /// <summary>Adds a row.</summary>
    /// <param name="cells">One a column.</param>
    public void Add(params string[] cells) => rows.Add(cells);

    /// <summary>Prints it.</summary>
    public void Print()
    {
        if (Console.IsOutputRedirected)
        {
            PrintPlain(Console.Out);
        }
        else
        {
            AnsiConsole.Write(Draw());
        }
    }

    private void PrintPlain(TextWriter output)
    {
        var widths = headings.Select((heading, i) => rows.Select(row => row[i].Length).Append(heading.Name.Length).Max()).ToArray();
        PrintLine(headings.Select(heading => heading.Name).ToArray());
        foreach (var row in rows)
        {
            PrintLine(row);
        }

        void PrintLine(string[] cells) =>
            output.WriteLine(string.Join(Gap, cells.Select((cell, i) => headings[i].IsNumber ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd());
    }

    private Spectre.Console.Table Draw()
    {
        var table = new Spectre.Console.Table().Border(TableBorder.Simple).BorderColor(Color.Grey);
        foreach (var heading in headings)
        {
            var column = new TableColumn(new Markup($"[bold]{Markup.Escape(heading.Name)}[/]"));
            table.AddColumn(heading.IsNumber ? column.RightAligned().NoWrap() : column.LeftAligned());
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        return table;
    }
}

/// <summary>The head of a table's column.</summary>
/// <param name="Name">What it says.</param>
/// <param name="IsNumber">Whether the cells are numbers, which are aligned at the right.</param>
internal readonly record struct Heading(string Name, bool IsNumber = false);
