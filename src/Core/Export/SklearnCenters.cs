using System.Text.Json;
using KMeans.Input;
using KMeans.Models;

namespace KMeans.Export;

/// <summary>A model as the attributes of scikit-learn's StandardScaler and KMeans, behind a Normalizer where the distance is the cosine; a pipeline of which gives its labels and distances.</summary>
/// <remarks>
/// The steps are named as <c>make_pipeline</c> names them. scale_ is the transform's divisor, 1 / factor. Rows must be float64: scikit-learn computes in the rows' own type and refuses centers of another.
/// docs/design/export.md has the loader; it sets the attributes that fitting would have set.
/// </remarks>
internal sealed class SklearnCenters : ICenterFile
{
    private const string Normalizer = "normalizer";

    /// <inheritdoc/>
    public void Write(Stream stream, TrainedModel model)
    {
        var scale = model.Transform.Factors.Select(factor => 1 / factor).ToArray();
        using (var json = new Utf8JsonWriter(stream, JsonNumbers.Options))
        {
            json.WriteStartObject();
            json.WriteString("format", "kmeans-sklearn");
            json.WriteNumber("formatVersion", 1);
            json.WriteString("fingerprint", model.Fingerprint);
            JsonNumbers.Write(json, "feature_names", model.FeatureNames);
            if (model.Distance == DistanceMeasure.Cosine)
            {
                json.WriteStartObject(Normalizer);
                json.WriteString("norm", "l2");
                json.WriteNumber("n_features_in_", model.FeatureCount);
                json.WriteEndObject();
            }

            json.WriteStartObject("standardscaler");
            json.WriteNumber("n_features_in_", model.FeatureCount);
            json.WriteNumber("n_samples_seen_", model.Rows);
            JsonNumbers.Write(json, "mean_", model.Transform.Shifts);
            JsonNumbers.Write(json, "var_", scale.Select(value => value * value).ToArray());
            JsonNumbers.Write(json, "scale_", scale);
            json.WriteEndObject();
            json.WriteStartObject("kmeans");
            json.WriteNumber("n_clusters", model.ClusterCount);
            json.WriteNumber("n_features_in_", model.FeatureCount);
            json.WriteNumber("_n_threads", 1);
            if (model.Cost is { } cost)
            {
                json.WriteNumber("inertia_", cost.Ssd);
            }

            JsonNumbers.WriteRows(json, "cluster_centers_", model.Centers, model.FeatureCount);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    /// <inheritdoc/>
    public ExportedModel Read(string path, TrainedModel model)
    {
        using var stream = File.OpenRead(path);
        using var document = JsonDocument.Parse(stream);
        var divides = document.RootElement.TryGetProperty(Normalizer, out _);
        var scaler = document.RootElement.GetProperty("standardscaler");
        var factors = JsonNumbers.Read(scaler.GetProperty("scale_")).Select(scale => 1 / scale).ToArray();
        var centers = document.RootElement.GetProperty("kmeans").GetProperty("cluster_centers_").EnumerateArray().SelectMany(JsonNumbers.Read);
        return new ExportedModel(
            divides ? DistanceMeasure.Cosine : DistanceMeasure.Euclidean, new ColumnTransform(JsonNumbers.Read(scaler.GetProperty("mean_")), factors), [.. centers]);
    }
}
