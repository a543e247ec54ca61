using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using KMeans.Http.Service.Hosting;
using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Transform;

/// <summary>Everything that is kept of a transform job beside what lists need.</summary>
internal sealed record TransformJobDocument
{
    /// <summary>What CreateTransformJob was called with.</summary>
    public required JsonObject Request { get; init; }

    /// <summary>The model as it was then.</summary>
    public required ModelSource Model { get; init; }

    /// <summary>When it began to run, in milliseconds since 1970; null while it waits.</summary>
    public long? Started { get; init; }

    /// <summary>Why it failed, or null.</summary>
    public string? FailureReason { get; init; }

    /// <summary>Reads a record's.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Its document.</returns>
    public static TransformJobDocument Of(StoredRecord record) => JsonSerializer.Deserialize(record.Document, TransformJson.Default.TransformJobDocument)!;

    /// <summary>Writes it.</summary>
    /// <returns>JSON.</returns>
    public string Write() => JsonSerializer.Serialize(this, TransformJson.Default.TransformJobDocument);
}

/// <summary>The JSON of documents, generated at build.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TransformJobDocument))]
internal sealed partial class TransformJson : JsonSerializerContext;
