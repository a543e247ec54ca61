using System.Text;
using System.Text.Json;
using KMeans.Inspection;

namespace KMeans.Client.Display;

/// <summary>Prints what an inspection found.</summary>
internal static class InspectionOutput
{
    private const int MostColumns = 50;
    private const string Nothing = "-";

    /// <summary>Prints it for people.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="firstPath">The first file's path.</param>
    public static void Print(InputProfile profile, string firstPath)
    {
        var name = profile.FileCount == 1 ? firstPath : $"{Readable.Count(profile.FileCount)} files from {firstPath} on";
        var rows = profile.Rows is { } count ? $"{Readable.Count(count)} rows" : "rows not counted";
        var partitions = profile.PartitionCount == 1 ? "1 partition" : $"{Readable.Count(profile.PartitionCount)} partitions";
        Console.Out.WriteLine($"{name}: {string.Join(", ", profile.Formats)}, {Readable.Bytes(profile.Bytes)}, {rows}, {Readable.Count(profile.Columns.Count)} columns, {partitions}");
        if (profile.RowsRead != profile.Rows && profile.RowsRead > 0)
        {
            Console.Out.WriteLine($"The numbers below are of the first {Readable.Count(profile.RowsRead)} rows.");
        }

        Console.Out.WriteLine();
        var remarks = profile.Columns.Any(column => Remark(column).Length > 0);
        Heading[] headings = [new("column"), new("type"), new("missing", true), new("min", true), new("max", true), new("mean", true)];
        var table = new Table(remarks ? [.. headings, new Heading("remark")] : headings);
        foreach (var column in profile.Columns.Take(MostColumns))
        {
            var values = column.Values;
            string[] cells =
            [
                column.Column.Name, column.Column.Type, values is null ? Nothing : Readable.Count(values.Missing), Number(values?.Min), Number(values?.Max), Number(values?.Mean),
            ];
            table.Add(remarks ? [.. cells, Remark(column)] : cells);
        }

        table.Print();
        if (profile.Columns.Count > MostColumns)
        {
            Console.Out.WriteLine($"... and {Readable.Count(profile.Columns.Count - MostColumns)} more: choose with --columns, or print all with --json");
        }
    }

    /// <summary>Prints it for programs.</summary>
    /// <param name="profile">The profile.</param>
    public static void PrintJson(InputProfile profile)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("files", profile.FileCount);
            writer.WriteNumber("bytes", profile.Bytes);
            writer.WriteStartArray("formats");
            foreach (var format in profile.Formats)
            {
                writer.WriteStringValue(format);
            }

            writer.WriteEndArray();
            Write(writer, "rows", profile.Rows);
            writer.WriteNumber("rowsRead", profile.RowsRead);
            writer.WriteNumber("partitions", profile.PartitionCount);
            writer.WriteStartArray("columns");
            foreach (var column in profile.Columns)
            {
                Write(writer, column);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        Console.Out.WriteLine(Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static void Write(Utf8JsonWriter writer, ColumnProfile column)
    {
        writer.WriteStartObject();
        writer.WriteString("name", column.Column.Name);
        writer.WriteString("type", column.Column.Type);
        writer.WriteBoolean("numeric", column.Column.IsNumeric);
        writer.WriteString("obstacle", column.Column.Obstacle);
        writer.WriteNumber("width", column.Column.Width);
        Write(writer, "missing", column.Values?.Missing);
        Write(writer, "infinite", column.Values?.Infinite);
        Write(writer, "min", column.Values?.Min);
        Write(writer, "max", column.Values?.Max);
        Write(writer, "mean", column.Values?.Mean);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static string Number(double? value) => value is { } number && !double.IsNaN(number) ? Readable.Quantity(number) : Nothing;

    private static string Remark(ColumnProfile column)
    {
        if (column.Column.Obstacle is { } obstacle)
        {
            return $"no feature: {obstacle}";
        }

        return column.Values is { Infinite: > 0 } values ? $"{Readable.Count(values.Infinite)} infinite" : "";
    }
}
