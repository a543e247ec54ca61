using System.Text.Json;
using System.Text.Json.Serialization;
using KMeans.Input;
using KMeans.Preparation;

namespace KMeans.Models;

/// <summary>model.json, member by member; docs/design/model-format.md explains each.</summary>
internal sealed record ModelDocument
{
    /// <summary>The value of <see cref="Format"/>.</summary>
    public const string FormatName = "kmeans-model";

    /// <summary>The newest value of <see cref="FormatVersion"/>. What version 1 can say is written as version 1.</summary>
    public const int CurrentVersion = 2;

    public required string Format { get; init; }

    public required int FormatVersion { get; init; }

    public required int AlgorithmVersion { get; init; }

    public required int K { get; init; }

    public required int Features { get; init; }

    public required string Fingerprint { get; init; }

    public required long Rows { get; init; }

    public required double TotalWeight { get; init; }

    public required double Msd { get; init; }

    public required double Ssd { get; init; }

    public required string MsdKind { get; init; }

    public required double[] MsdInterval { get; init; }

    public required double? MsdBound { get; init; }

    public required double[] ClusterSizes { get; init; }

    public required long Seed { get; init; }

    public required SortedDictionary<string, string> Parameters { get; init; }

    public required bool ColumnsAreNamed { get; init; }

    public required FeatureColumn[] Columns { get; init; }

    public required double[] Shift { get; init; }

    public required double[] Factor { get; init; }

    public required float[] Fill { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Distance { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double[]? OutlierDistances { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Recipe? Recipe { get; init; }
}

/// <summary>What every version of model.json has: read first, so that a newer one is told from a damaged one.</summary>
internal sealed record ModelDocumentHead
{
    public string? Format { get; init; }

    public int? FormatVersion { get; init; }
}

/// <summary>Makes the parser at build time: nothing is reflected at start-up. Unknown, missing, repeated and null members are errors.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelDocument))]
internal sealed partial class ModelDocumentJson : JsonSerializerContext;

/// <inheritdoc cref="ModelDocumentHead"/>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelDocumentHead))]
internal sealed partial class ModelDocumentHeadJson : JsonSerializerContext;
