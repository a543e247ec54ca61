using System.Text.Json;
using KMeans.Curves;
using KMeans.Storage;

namespace KMeans.Description.Report;

/// <summary>The cost over k that <c>kmeans curve</c> left beside a model.</summary>
/// <param name="Points">By rising k.</param>
/// <param name="ChosenK">The k that stands out; null where none was chosen.</param>
/// <param name="Sureness">How sure that is, in a word; null where none was chosen.</param>
public sealed record ReportCurve(IReadOnlyList<ReportCurvePoint> Points, int? ChosenK, string? Sureness)
{
    private const int MostBytes = 64 << 20;

    /// <summary>Reads the curve of a model's folder.</summary>
    /// <param name="model">The folder, of this machine or s3://.</param>
    /// <returns>The curve; null where the folder has none.</returns>
    /// <exception cref="InputException">There is one, and it is damaged.</exception>
    public static ReportCurve? Find(string model)
    {
        var path = ObjectPath.Combine(model, CurveFolder.JsonName);
        if (!ObjectStores.FileExists(path))
        {
            return null;
        }

        using var source = ObjectStores.Open(path);
        if (source.Length > MostBytes)
        {
            throw Damaged(path, $"has {source.Length} bytes");
        }

        var text = new byte[source.Length];
        source.ReadExactly(0, text, "the curve");
        try
        {
            using var document = JsonDocument.Parse(text);
            return Read(document.RootElement) is { Points.Count: > 0 } curve ? curve : throw Damaged(path, "has no points");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Damaged(path, "is no curve");
        }
    }

    private static ReportCurve Read(JsonElement root)
    {
        var points = root.GetProperty("points").EnumerateArray().Select(point =>
        {
            var interval = point.GetProperty("msdInterval");
            return new ReportCurvePoint(point.GetProperty("k").GetInt32(), point.GetProperty("msd").GetDouble(), interval[0].GetDouble(), interval[1].GetDouble());
        });
        return new ReportCurve(
            [.. points.OrderBy(point => point.K)],
            root.TryGetProperty("k", out var k) ? k.GetInt32() : null,
            root.TryGetProperty("sureness", out var sureness) ? sureness.GetString() : null);
    }

    private static InputException Damaged(string path, string problem) => new($"{path}: {problem}; delete it or run kmeans curve again.");
}

/// <summary>The cost at one k.</summary>
/// <param name="K">k.</param>
/// <param name="Msd">The mean squared distance.</param>
/// <param name="Low">The low end of its interval.</param>
/// <param name="High">The high end.</param>
public readonly record struct ReportCurvePoint(int K, double Msd, double Low, double High);
