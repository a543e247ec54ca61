using System.Text.Encodings.Web;
using System.Text.Json;
using KMeans.Input;
using KMeans.Models;

namespace KMeans.Description;

/// <summary>Writes a description as JSON.</summary>
public static class DescriptionDocument
{
    /// <summary>Writes it. Every number is finite; what is not known is null.</summary>
    /// <param name="stream">Written to; not disposed.</param>
    /// <param name="description">The description.</param>
    /// <param name="indented">Whether for people to read.</param>
    public static void Write(Stream stream, ModelDescription description, bool indented)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("fingerprint", description.Model.Fingerprint);
        json.WriteNumber("k", description.Model.ClusterCount);
        json.WriteNumber("features", description.Model.FeatureCount);
        json.WriteString("rowsFrom", description.IsOfInput ? "input" : "state");
        json.WriteNumber("rows", description.Rows);
        json.WriteNumber("skippedRows", description.SkippedRows);
        json.WriteNumber("msd", description.Msd);
        json.WriteString("distance", description.Model.Distance == DistanceMeasure.Cosine ? ModelDocumentFile.Cosine : "euclidean");
        json.WriteBoolean("scaled", description.IsScaled);
        json.WriteStartArray("featureNames");
        foreach (var name in description.Model.FeatureNames)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteStartArray("clusters");
        foreach (var cluster in description.Clusters)
        {
            Write(json, cluster);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ClusterDescription cluster)
    {
        json.WriteStartObject();
        json.WriteNumber("cluster", cluster.Cluster);
        json.WriteNumber("size", cluster.Size);
        json.WriteNumber("share", cluster.Share);
        json.WriteNumber("rows", cluster.Rows);
        if (cluster.Radius is { } radius)
        {
            json.WriteStartObject("radius");
            json.WriteNumber("mean", radius.Mean);
            json.WriteNumber("p50", radius.P50);
            json.WriteNumber("p90", radius.P90);
            json.WriteNumber("p99", radius.P99);
            json.WriteNumber("max", radius.Most);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("radius");
        }

        if (cluster is { NearestCluster: { } nearest, NearestDistance: { } distance })
        {
            json.WriteNumber("nearestCluster", nearest);
            json.WriteNumber("nearestDistance", distance);
        }
        else
        {
            json.WriteNull("nearestCluster");
            json.WriteNull("nearestDistance");
        }

        json.WriteStartArray("differences");
        foreach (var difference in cluster.Differences)
        {
            json.WriteStartObject();
            json.WriteString("feature", difference.Name);
            json.WriteNumber("value", difference.Value);
            json.WriteNumber("mean", difference.Mean);
            if (difference.Deviation is { } deviation)
            {
                json.WriteNumber("deviation", deviation);
            }
            else
            {
                json.WriteNull("deviation");
            }

            json.WriteNumber("standardised", difference.Standardised);
            json.WriteBoolean("logarithm", difference.IsLogarithm);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("nearestRows");
        foreach (var row in cluster.NearestRows)
        {
            json.WriteStartObject();
            json.WriteString("place", row.Place);
            json.WriteNumber("distance", row.Distance);
            json.WriteStartArray("values");
            foreach (var value in row.Values)
            {
                json.WriteNumberValue(value);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
