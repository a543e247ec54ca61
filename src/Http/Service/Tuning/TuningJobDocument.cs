using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Tuning;

/// <summary>What is kept of a tuning job beside what lists need.</summary>
internal sealed record TuningJobDocument
{
    /// <summary>What CreateHyperParameterTuningJob was called with.</summary>
    public required JsonObject Request { get; init; }

    /// <summary>Training jobs that are completed.</summary>
    public int Completed { get; init; }

    /// <summary>Those that are not at their end.</summary>
    public int InProgress { get; init; }

    /// <summary>Those that failed.</summary>
    public int Failed { get; init; }

    /// <summary>Those that were stopped.</summary>
    public int Stopped { get; init; }

    /// <summary>The best training job so far, or null.</summary>
    public string? Best { get; init; }

    /// <summary>Its metric.</summary>
    public double? BestValue { get; init; }

    /// <summary>Why it failed, or null.</summary>
    public string? FailureReason { get; init; }

    /// <summary>Reads a record's.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Its document.</returns>
    public static TuningJobDocument Of(StoredRecord record) => JsonSerializer.Deserialize(record.Document, TuningJson.Default.TuningJobDocument)!;

    /// <summary>Writes it.</summary>
    /// <returns>JSON.</returns>
    public string Write() => JsonSerializer.Serialize(this, TuningJson.Default.TuningJobDocument);
}

/// <summary>The JSON of documents, generated at build.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(TuningJobDocument))]
internal sealed partial class TuningJson : JsonSerializerContext;
