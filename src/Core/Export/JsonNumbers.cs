using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace KMeans.Export;

/// <summary>Lists of numbers in JSON. Every number has as many digits as bring the same double back.</summary>
internal static class JsonNumbers
{
    /// <summary>How the exports are written: names as they are, whatever their alphabet.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a list of numbers, on a line of its own.</summary>
    /// <param name="json">Written to.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="values">Finite.</param>
    public static void Write(Utf8JsonWriter json, string name, ReadOnlySpan<double> values)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(Line(values), skipInputValidation: true);
    }

    /// <summary>Writes a list of names.</summary>
    /// <param name="json">Written to.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="values">The names.</param>
    public static void Write(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a matrix as a list of its rows, a row a line.</summary>
    /// <param name="json">Written to.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="values">Row-major, finite.</param>
    /// <param name="columnCount">Values a row.</param>
    public static void WriteRows(Utf8JsonWriter json, string name, double[] values, int columnCount)
    {
        json.WriteStartArray(name);
        for (var start = 0; start < values.Length; start += columnCount)
        {
            json.WriteRawValue(Line(values.AsSpan(start, columnCount)), skipInputValidation: true);
        }

        json.WriteEndArray();
    }

    /// <summary>Reads a list of numbers.</summary>
    /// <param name="array">The list.</param>
    /// <returns>The numbers.</returns>
    public static double[] Read(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    private static string Line(ReadOnlySpan<double> values)
    {
        var text = new StringBuilder("\n[");
        for (var i = 0; i < values.Length; i++)
        {
            text.Append(i > 0 ? "," : "").Append(values[i].ToString("R", CultureInfo.InvariantCulture));
        }

        return text.Append(']').ToString();
    }
}
