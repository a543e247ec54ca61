using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace KMeans.Description.Report;

/// <summary>Writes a description as one HTML file that opens without a network.</summary>
/// <remarks>
/// Style, script and data are in the file; its policy lets nothing else in, and lets the style and the script run by their hashes only, so that a column's name cannot become either. Charts and tables are there
/// without a script; the map of the rows needs it. The same description and map give the same bytes.
/// </remarks>
public static class ReportPage
{
    /// <summary>Coordinates of the map are whole numbers from 0 to this.</summary>
    private const int Grid = 9999;

    /// <summary>Colours that stay apart on white and on black, and for most eyes; more clusters than these get hues by the golden angle.</summary>
    private static readonly string[] Palette = ["#4e79a7", "#e07b39", "#4d9a56", "#c9454f", "#8b6bb1", "#9a7052", "#d174ab", "#76808a", "#ad9a2e", "#35a3b5"];

    /// <summary>Writes it.</summary>
    /// <param name="stream">Written to; not disposed.</param>
    /// <param name="description">The description.</param>
    /// <param name="map">Its rows in the plane.</param>
    /// <param name="curve">The cost over k, or null.</param>
    public static void Write(Stream stream, ModelDescription description, RowMap map, ReportCurve? curve)
    {
        var k = description.Model.ClusterCount;
        var (style, script) = (Resource("report.css") + Colours(k), Resource("report.js"));
        var parts = new Dictionary<string, string>
        {
            ["policy"] = $"default-src 'none'; style-src '{Hash(style)}'; script-src '{Hash(script)}'; img-src data:; base-uri 'none'; form-action 'none'",
            ["style"] = style,
            ["script"] = script,
            ["title"] = string.Create(CultureInfo.InvariantCulture, $"{k:#,0} clusters of {(description.IsOfInput ? description.Rows : description.Model.Rows):#,0} rows"),
            ["summary"] = ReportSections.Summary(description),
            ["source"] = ReportSections.Source(description),
            ["maplead"] = MapLead(map),
            ["legend"] = ReportSections.Legend(description),
            ["curve"] = ReportSections.Curve(curve, k),
            ["rows"] = ReportSections.Rows(description),
            ["values"] = ReportSections.Values(description),
            ["cards"] = ReportSections.Cards(description),
            ["data"] = Data(map),
        };
        var page = new StringBuilder();
        var rest = Resource("report.html").AsSpan();
        while (rest.IndexOf("{{", StringComparison.Ordinal) is >= 0 and var start)
        {
            // What is put in is not looked at again: a column may be called {{data}}.
            var end = rest.IndexOf("}}", StringComparison.Ordinal);
            page.Append(rest[..start]).Append(parts[rest[(start + 2)..end].ToString()]);
            rest = rest[(end + 2)..];
        }

        page.Append(rest);
        stream.Write(Encoding.UTF8.GetBytes(page.ToString()));
    }

    private static string MapLead(RowMap map)
    {
        var shares = map.Shares.Sum();
        return map.Labels.Length == 0
            ? "No rows were looked at."
            : string.Create(CultureInfo.InvariantCulture, $"{map.Labels.Length:#,0} rows, drawn uniformly. Components: the two directions in which the rows vary most, {shares * 100:0.0} % of all variance. Neighbours: t-SNE keeps near rows near, perplexity {RowMap.Perplexity:0}; distances between groups and their sizes mean little there.");
    }

    private static string Data(RowMap map) =>
        $$"""{"labels":[{{string.Join(',', map.Labels)}}],"components":[{{Scaled(map.Components)}}],"neighbours":[{{Scaled(map.Neighbours)}}],"grid":{{Grid}}}""";

    /// <summary>Puts points onto the grid, with one scale for both axes.</summary>
    private static string Scaled(double[] points)
    {
        if (points.Length == 0)
        {
            return "";
        }

        var (x, y) = (points.Where((_, i) => i % 2 == 0).ToArray(), points.Where((_, i) => i % 2 == 1).ToArray());
        var size = Math.Max(x.Max() - x.Min(), y.Max() - y.Min());
        var scale = size > 0 ? Grid / size : 0;
        var (left, low) = ((x.Min() + x.Max() - size) / 2, (y.Min() + y.Max() - size) / 2);
        return string.Join(',', points.Select((value, i) => (int)Math.Round((value - (i % 2 == 0 ? left : low)) * scale)));
    }

    private static string Colours(int clusterCount)
    {
        var text = new StringBuilder();
        for (var j = 0; j < clusterCount; j++)
        {
            var colour = clusterCount <= Palette.Length ? Palette[j] : string.Create(CultureInfo.InvariantCulture, $"hsl({j * 137.508 % 360:0.#} {(j % 3 == 0 ? 62 : 48)}% {48 + (j % 2 * 9)}%)");
            text.Append(CultureInfo.InvariantCulture, $".c{j}{{--c:{colour}}}\n");
        }

        return text.ToString();
    }

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"KMeans.Description.Report.{name}") ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);

        // Hashes are over what a browser sees, which knows one kind of line end.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
