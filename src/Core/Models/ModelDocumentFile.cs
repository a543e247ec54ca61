using System.Text.Json;
using KMeans.Input;
using KMeans.Preparation;
using KMeans.Storage;
using KMeans.Training;

namespace KMeans.Models;

/// <summary>Writes and reads model.json.</summary>
internal static class ModelDocumentFile
{
    private const string Exact = "exact";
    private const string Estimate = "estimate";

    /// <summary>What a document calls <see cref="DistanceMeasure.Cosine"/>; of <see cref="DistanceMeasure.Euclidean"/> it says nothing.</summary>
    public const string Cosine = "cosine";

    /// <summary>Describes a model.</summary>
    /// <param name="model">The model, with a cost.</param>
    /// <returns>The document.</returns>
    public static ModelDocument Describe(TrainedModel model)
    {
        var cost = model.Cost ?? throw new ArgumentException("A model without a cost was not trained here, and has no document.", nameof(model));
        return new ModelDocument
        {
            Format = ModelDocument.FormatName,
            FormatVersion = model is { Recipe: null, OutlierDistances: null, Distance: DistanceMeasure.Euclidean } ? 1 : 2,
            AlgorithmVersion = model.AlgorithmVersion,
            K = model.ClusterCount,
            Features = model.FeatureCount,
            Fingerprint = model.Fingerprint,
            Rows = model.Rows,
            TotalWeight = cost.TotalWeight,
            Msd = cost.Msd,
            Ssd = cost.Ssd,
            MsdKind = cost.Kind == CostKind.Exact ? Exact : Estimate,
            MsdInterval = [cost.Low, cost.High],
            MsdBound = cost.Bound is { } bound && double.IsFinite(bound) ? bound : null,
            ClusterSizes = model.ClusterWeights,
            Seed = model.Seed,
            Parameters = new SortedDictionary<string, string>(model.Parameters.ToDictionary(), StringComparer.Ordinal),
            ColumnsAreNamed = model.ColumnsAreNamed,
            Columns = [.. model.Columns],
            Shift = model.Transform.Shifts,
            Factor = model.Transform.Factors,
            Fill = model.Fill,
            Distance = model.Distance == DistanceMeasure.Cosine ? Cosine : null,
            OutlierDistances = model.OutlierDistances,
            Recipe = model.Recipe,
        };
    }

    /// <summary>Writes a document, one member a line.</summary>
    /// <param name="stream">Written to; not disposed.</param>
    /// <param name="document">What <see cref="Check"/> accepts.</param>
    public static void Write(Stream stream, ModelDocument document)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(document, ModelDocumentJson.Default.ModelDocument);
        var reader = new Utf8JsonReader(json);
        var written = 0;
        while (reader.Read())
        {
            var start = (int)reader.TokenStartIndex;
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
            {
                stream.Write(json.AsSpan(written, start - written));
                stream.Write("\n  "u8);
                written = start;
            }
        }

        stream.Write(json.AsSpan(written, json.Length - 1 - written));
        stream.Write("\n}\n"u8);
    }

    /// <summary>Reads and checks a document.</summary>
    /// <param name="path">The file.</param>
    /// <returns>A document whose members fit each other.</returns>
    /// <exception cref="InputException">It cannot be read, is damaged, or of a newer version.</exception>
    public static ModelDocument Read(string path)
    {
        using var source = ObjectStores.Open(path);
        if (source.Length > Array.MaxLength)
        {
            throw Wrong(path, "is larger than 2 GB");
        }

        var json = new byte[source.Length];
        source.ReadExactly(0, json, "the model's description");
        try
        {
            var head = JsonSerializer.Deserialize(json, ModelDocumentHeadJson.Default.ModelDocumentHead);
            if (head is not { Format: ModelDocument.FormatName, FormatVersion: >= 1 })
            {
                throw Wrong(path, "does not describe a k-means model");
            }

            if (head.FormatVersion > ModelDocument.CurrentVersion)
            {
                throw new InputException(
                    $"{path}: format version {head.FormatVersion} is newer than this release, which reads up to {ModelDocument.CurrentVersion}; use the release that wrote it.");
            }

            var document = JsonSerializer.Deserialize(json, ModelDocumentJson.Default.ModelDocument) ?? throw Wrong(path, "is empty");
            Check(document, path);
            return document;
        }
        catch (JsonException e)
        {
            throw new InputException(
                $"{path}: line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}: a member is missing, unknown or of the wrong kind; restore the file or train again.", e);
        }
    }

    /// <summary>Refuses a document whose members do not fit each other.</summary>
    /// <param name="document">Read, or about to be written.</param>
    /// <param name="path">For the message.</param>
    /// <exception cref="InputException">Names the member.</exception>
    public static void Check(ModelDocument document, string path)
    {
        var d = document.Features;
        Require(document.K >= 1, "k must be 1 or more");
        Require(d >= 1, "features must be 1 or more");
        Require(document.AlgorithmVersion >= 1, "algorithmVersion must be 1 or more");
        Require(document.Fingerprint.Length == 64 && document.Fingerprint.All(char.IsAsciiHexDigitLower), "fingerprint must be 64 hexadecimal digits");
        Require(document.Rows >= 0, "rows must be 0 or more");
        Require(IsAmount(document.TotalWeight), "totalWeight must be finite and not negative");
        Require(IsAmount(document.Msd), "msd must be finite and not negative");
        Require(IsAmount(document.Ssd) && document.Ssd == document.Msd * document.TotalWeight, "ssd must be msd x totalWeight");
        Require(document.MsdKind is Exact or Estimate, $"msdKind must be \"{Exact}\" or \"{Estimate}\"");
        Require(document.MsdInterval.Length == 2 && document.MsdInterval.All(IsAmount), "msdInterval must be two finite numbers");
        Require(document.MsdBound is null || IsAmount(document.MsdBound.Value), "msdBound must be null, or finite and not negative");
        Require(document.ClusterSizes.Length == document.K && document.ClusterSizes.All(IsAmount), "clusterSizes must be k finite numbers");
        Require(document.Parameters.Values.All(value => value is not null), "parameters must be texts");
        Require(document.Columns.All(column => column is { Name: not null, Width: >= 1 }), "columns must have names, and widths of 1 or more");
        Require(document.Columns.Sum(column => (long)column.Width) == d, "the columns' widths must add up to features");
        Require(document.Shift.Length == d && document.Shift.All(double.IsFinite), "shift must be a finite number a feature");
        Require(document.Factor.Length == d && document.Factor.All(value => double.IsFinite(value) && value > 0), "factor must be a positive number a feature");
        Require(document is { Recipe: null, OutlierDistances: null, Distance: null } || document.FormatVersion >= 2, "distance, outlierDistances and recipe need format version 2");
        Require(document.Distance is null or Cosine, $"distance must be \"{Cosine}\"");
        Require(document.Distance is null || document.Factor.All(value => value == 1), "factor must be 1 where the distance is the cosine");
        Require(document.OutlierDistances is null || (document.OutlierDistances.Length == document.K && document.OutlierDistances.All(IsAmount)), "outlierDistances must be k finite numbers");
        if (document.Recipe is not null)
        {
            RecipeText.Check(document.Recipe, path);
        }

        Require(document.Fill.Length == d && document.Fill.All(float.IsFinite), "fill must be a finite number a feature");

        void Require(bool condition, string rule)
        {
            if (!condition)
            {
                throw Wrong(path, rule);
            }
        }
    }

    /// <summary>The distance that a document names.</summary>
    /// <param name="name"><see cref="Cosine"/> or null.</param>
    /// <returns>Euclidean where it names none.</returns>
    public static DistanceMeasure Distance(string? name) => name == Cosine ? DistanceMeasure.Cosine : DistanceMeasure.Euclidean;

    /// <summary>The cost that a document states.</summary>
    /// <param name="document">Checked.</param>
    /// <returns>The same bits as when it was written.</returns>
    public static CostEstimate Cost(ModelDocument document) => new(
        document.MsdKind == Exact ? CostKind.Exact : CostKind.Estimate, document.Msd, document.TotalWeight, document.MsdInterval[0], document.MsdInterval[1], document.MsdBound);

    private static bool IsAmount(double value) => double.IsFinite(value) && value >= 0;

    private static InputException Wrong(string path, string problem) => new($"{path}: {problem}; restore the file or train again.");
}
