using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using KMeans.Http.Service.Store;
using KMeans.Training;

namespace KMeans.Http.Service.Jobs;

/// <summary>A stretch of a job's life.</summary>
/// <param name="Status">Its secondary status.</param>
/// <param name="Start">When it began, in milliseconds since 1970.</param>
/// <param name="End">When it was over, or null.</param>
/// <param name="Message">For people.</param>
internal sealed record StatusTransition(string Status, long Start, long? End, string Message);

/// <summary>A figure that a job came to.</summary>
/// <param name="Name">Its name, such as "train:msd".</param>
/// <param name="Value">Its value.</param>
/// <param name="Time">When, in milliseconds since 1970.</param>
internal sealed record MetricValue(string Name, double Value, long Time);

/// <summary>How far a job was at a moment.</summary>
/// <param name="Time">In milliseconds since 1970.</param>
/// <param name="Phase">What it was doing.</param>
/// <param name="Rows">Rows done in this phase.</param>
/// <param name="TotalRows">Rows of this phase.</param>
/// <param name="Msd">The cost so far; null before there is one.</param>
/// <param name="Centers">Running centers.</param>
internal sealed record ProgressSample(long Time, TrainingPhase Phase, long Rows, long TotalRows, double? Msd, int Centers);

/// <summary>Everything that is kept of a training job beside what lists need.</summary>
internal sealed record TrainingJobDocument
{
    /// <summary>What CreateTrainingJob was called with.</summary>
    public required JsonObject Request { get; init; }

    /// <summary>Whether a client of our own submitted it: it has no output but the model that is fetched from the service.</summary>
    public bool IsOwn { get; init; }

    /// <summary>What the engine is asked for, as JobRequestCodec writes it; null until that is known. It stays the same when the job goes on after a failure.</summary>
    public string? EngineRequest { get; init; }

    /// <summary>The job's life, in order.</summary>
    public IReadOnlyList<StatusTransition> Transitions { get; init; } = [];

    /// <summary>Why it failed, or null.</summary>
    public string? FailureReason { get; init; }

    /// <summary>What it came to.</summary>
    public IReadOnlyList<MetricValue> Metrics { get; init; } = [];

    /// <summary>When it began to run, in milliseconds since 1970; null while it waits.</summary>
    public long? Started { get; init; }

    /// <summary>How often a process began it or took it over.</summary>
    public int Terms { get; init; }

    /// <summary>What it ended by where it was stopped: "Stopped" or "MaxRuntimeExceeded"; or null.</summary>
    public string? StopReason { get; init; }

    /// <summary>What was done, once it is completed.</summary>
    public TrainingReport? Report { get; init; }

    /// <summary>How it went, in at most a few hundred samples.</summary>
    public IReadOnlyList<ProgressSample> History { get; init; } = [];

    /// <summary>The hyperparameters that a tuning job chose, or null.</summary>
    public IReadOnlyDictionary<string, string>? Tuned { get; init; }

    /// <summary>Reads a record's.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Its document.</returns>
    public static TrainingJobDocument Of(StoredRecord record) => JsonSerializer.Deserialize(record.Document, JobDocumentJson.Default.TrainingJobDocument)!;

    /// <summary>Writes it.</summary>
    /// <returns>JSON.</returns>
    public string Write() => JsonSerializer.Serialize(this, JobDocumentJson.Default.TrainingJobDocument);

    /// <summary>Goes over to another secondary status.</summary>
    /// <param name="status">The status.</param>
    /// <param name="message">For people.</param>
    /// <param name="now">The time.</param>
    /// <param name="isLast">Whether it is the job's end.</param>
    /// <returns>The document with it; the same where it is in that status already.</returns>
    public TrainingJobDocument Enter(string status, string message, long now, bool isLast = false)
    {
        if (Transitions is [.., { End: null } last] && last.Status == status)
        {
            return this;
        }

        var before = Transitions.Select(each => each with { End = each.End ?? now });
        return this with { Transitions = [.. before, new StatusTransition(status, now, isLast ? now : null, message)] };
    }
}

/// <summary>The JSON of documents, generated at build.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(TrainingJobDocument))]
internal sealed partial class JobDocumentJson : JsonSerializerContext;
