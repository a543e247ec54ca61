using System.Globalization;
using System.Text;
using System.Text.Json;

namespace KMeans.Curves;

/// <summary>Writes a curve's numbers for programs. Nothing depends on the time or the machine.</summary>
internal static class CurveDocument
{
    private static readonly string[] Headings = ["k", "msd", "msd_low", "msd_high", "msd_bound", "mean_distance", "silhouette", "gap", "gap_error"];

    /// <summary>Writes curve.json: the choice, and an object a k.</summary>
    /// <param name="stream">Written to; not disposed.</param>
    /// <param name="curve">The curve.</param>
    public static void WriteJson(Stream stream, CurveResult curve)
    {
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("rows", curve.Base.Rows);
            json.WriteNumber("features", curve.Base.FeatureCount);
            if (curve.Choice is { } choice)
            {
                json.WriteNumber("k", choice.K);
                json.WriteString("sureness", choice.Sureness.ToString().ToLowerInvariant());
                json.WriteNumber("fallBefore", choice.FallBefore);
                json.WriteNumber("fallAfter", choice.FallAfter);
                json.WriteNumber("agreement", choice.Agreement);
                json.WriteNumber("meanDistanceElbow", choice.MeanDistanceElbow);
                Number(json, "bestSilhouette", choice.BestSilhouette);
                Number(json, "bestGap", choice.BestGap);
            }

            json.WriteStartArray("points");
            foreach (var point in curve.Points)
            {
                Write(json, point);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    /// <summary>Writes curve.csv: a line a k; empty where something was not measured.</summary>
    /// <param name="stream">Written to; not disposed.</param>
    /// <param name="curve">The curve.</param>
    public static void WriteCsv(Stream stream, CurveResult curve)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', Headings));
        foreach (var point in curve.Points)
        {
            double?[] values = [point.Cost.Msd, point.Cost.Low, point.Cost.High, point.Cost.Bound, point.MeanDistance, point.Silhouette, point.Gap, point.GapError];
            writer.WriteLine(string.Join(',', values.Select(value => value?.ToString("R", CultureInfo.InvariantCulture) ?? "").Prepend(point.K.ToString(CultureInfo.InvariantCulture))));
        }
    }

    private static void Write(Utf8JsonWriter json, CurvePoint point)
    {
        json.WriteStartObject();
        json.WriteNumber("k", point.K);
        json.WriteNumber("msd", point.Cost.Msd);
        json.WriteNumber("ssd", point.Cost.Ssd);
        json.WriteString("msdKind", point.Cost.Kind.ToString().ToLowerInvariant());
        json.WriteStartArray("msdInterval");
        json.WriteNumberValue(point.Cost.Low);
        json.WriteNumberValue(point.Cost.High);
        json.WriteEndArray();
        Number(json, "msdBound", point.Cost.Bound);
        json.WriteNumber("meanDistance", point.MeanDistance);
        Number(json, "silhouette", point.Silhouette);
        Number(json, "gap", point.Gap);
        Number(json, "gapError", point.GapError);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
