using System.Globalization;
using System.Text.Json;
using KMeans.Preparation;

namespace KMeans.Client.Display;

/// <summary>Prints what a preparation did.</summary>
internal static class PreparationOutput
{
    private const int MostColumns = 20;
    private const int WidestCategories = 60;

    /// <summary>Prints it for people.</summary>
    /// <param name="result">What was done.</param>
    /// <param name="output">Where the rows are.</param>
    public static void Print(PreparationResult result, PreparedOutput output)
    {
        var table = new Table(new Heading("column"), new Heading("features", true), new Heading("steps"));
        foreach (var column in result.Recipe.Columns.Take(MostColumns))
        {
            table.Add(column.Name, Readable.Count(column.FeatureNames().Count()), Steps(column));
        }

        table.Print();
        if (result.Recipe.Columns.Length > MostColumns)
        {
            Console.Out.WriteLine($"... and {Readable.Count(result.Recipe.Columns.Length - MostColumns)} more columns");
        }

        Console.Out.WriteLine();
        string?[] left =
        [
            result.Filtered > 0 ? $"{Readable.Count(result.Filtered)} by --where" : null, result.RareCategories > 0 ? $"{Readable.Count(result.RareCategories)} of other categories" : null,
            result.Incomplete > 0 ? $"{Readable.Count(result.Incomplete)} that lack a value" : null,
        ];
        var reasons = string.Join(", ", left.OfType<string>());
        Console.Out.WriteLine($"{Readable.Count(result.Written)} of {Readable.Count(result.Read)} rows kept{(reasons.Length > 0 ? $"; left out: {reasons}" : "")}");
        Console.Out.WriteLine($"{Readable.Count(result.Recipe.FeatureNames().Count())} features, {Readable.Count(result.Written - result.Test)} rows in {output.Path}{(output.TestPath is null ? "" : $", {Readable.Count(result.Test)} set apart in {output.TestPath}")}");
    }

    /// <summary>Prints it for programs: one line.</summary>
    /// <param name="result">What was done.</param>
    public static void PrintJson(PreparationResult result)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteNumber("rowsRead", result.Read);
            writer.WriteNumber("rows", result.Written);
            writer.WriteNumber("testRows", result.Test);
            writer.WriteNumber("filtered", result.Filtered);
            writer.WriteNumber("otherCategories", result.RareCategories);
            writer.WriteNumber("incomplete", result.Incomplete);
            writer.WriteNumber("features", result.Recipe.FeatureNames().Count());
            writer.WritePropertyName("recipe");
            writer.WriteRawValue(RecipeText.Write(result.Recipe));
            writer.WriteEndObject();
        }

        Console.Out.WriteLine(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static string Steps(RecipeColumn column)
    {
        if (column.Categories is { } categories)
        {
            var list = string.Join(", ", categories);
            return $"0 or 1 for {(list.Length > WidestCategories ? list[..WidestCategories] + " ..." : list)}{(column.Others == "column" ? ", others" : "")}";
        }

        string?[] steps =
        [
            column.Log ? "signed logarithm" : null,
            column.Fill is { } fill ? $"missing become {Number(fill)}" : null,
            column.Subtract != 0 ? $"less {Number(column.Subtract)}" : null,
            column.DivideBy is { } divisor ? $"by {Number(divisor)}" : null,
        ];
        var text = string.Join(", ", steps.OfType<string>());
        return text.Length > 0 ? text : "as it is";
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
