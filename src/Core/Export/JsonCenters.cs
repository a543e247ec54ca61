using System.Text.Json;
using KMeans.Input;
using KMeans.Models;

namespace KMeans.Export;

/// <summary>Centers as JSON, a center a line: names, sizes, centers in the columns' own units, the transform that distances are computed after, and the distance where it is the cosine.</summary>
internal sealed class JsonCenters : ICenterFile
{
    /// <inheritdoc/>
    public void Write(Stream stream, TrainedModel model)
    {
        using (var json = new Utf8JsonWriter(stream, JsonNumbers.Options))
        {
            json.WriteStartObject();
            json.WriteString("format", "kmeans-centers");
            json.WriteNumber("formatVersion", 1);
            json.WriteNumber("k", model.ClusterCount);
            json.WriteNumber("features", model.FeatureCount);
            json.WriteString("fingerprint", model.Fingerprint);
            if (model.Distance == DistanceMeasure.Cosine)
            {
                json.WriteString("distance", ModelDocumentFile.Cosine);
            }

            JsonNumbers.Write(json, "featureNames", model.FeatureNames);
            JsonNumbers.Write(json, "clusterSizes", model.ClusterWeights);
            JsonNumbers.WriteRows(json, "centers", model.CentersInColumnUnits, model.FeatureCount);
            JsonNumbers.Write(json, "shift", model.Transform.Shifts);
            JsonNumbers.Write(json, "factor", model.Transform.Factors);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    /// <inheritdoc/>
    public ExportedModel Read(string path, TrainedModel model)
    {
        using var stream = File.OpenRead(path);
        using var document = JsonDocument.Parse(stream);
        var root = document.RootElement;
        var transform = new ColumnTransform(JsonNumbers.Read(root.GetProperty("shift")), JsonNumbers.Read(root.GetProperty("factor")));
        var distance = ModelDocumentFile.Distance(root.TryGetProperty("distance", out var name) ? name.GetString() : null);
        var centers = root.GetProperty("centers").EnumerateArray().SelectMany(JsonNumbers.Read);
        return root.GetProperty("featureNames").EnumerateArray().Select(each => each.GetString()).SequenceEqual(model.FeatureNames)
            ? new ExportedModel(distance, transform, [.. centers.Select((value, i) => transform.Apply(value, i % transform.FeatureCount))])
            : throw new InvalidDataException("its features have other names");
    }
}
