using System.ComponentModel;
using System.Text.Json.Serialization;
using KMeans.Http.Service.Jobs;
using KMeans.Jobs;
using KMeans.Training;

namespace KMeans.Http.Service.Own;

/// <summary>A job as our own endpoints show it.</summary>
internal sealed record JobView
{
    /// <summary>Its name.</summary>
    [Description("The job's name.")]
    public required string Id { get; init; }

    /// <summary>Where it is, for programs: running, finished, failed, stopped.</summary>
    [Description("Where it is: Running (also while it waits), Finished, Failed or Stopped.")]
    public required JobState State { get; init; }

    /// <summary>Where it is in the words of the reference protocol.</summary>
    [Description("TrainingJobStatus of the same job.")]
    public required string Status { get; init; }

    /// <summary>Where it is more exactly.</summary>
    [Description("SecondaryStatus of the same job.")]
    public required string Detail { get; init; }

    /// <summary>Goes up with every change.</summary>
    [Description("Goes up with every change.")]
    public required long Version { get; init; }

    /// <summary>How often a process began it or took it over.</summary>
    [Description("How often a process began the job or took it over.")]
    public long Epoch { get; init; }

    /// <summary>When it was submitted.</summary>
    [Description("When it was submitted.")]
    public required DateTimeOffset Submitted { get; init; }

    /// <summary>When it began to run, or null.</summary>
    [Description("When it began to run.")]
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended, or null.</summary>
    [Description("When it ended.")]
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The tuning job that made it, or null.</summary>
    [Description("The tuning job that made it.")]
    public string? Parent { get; init; }

    /// <summary>How far it is; of a job that runs here.</summary>
    [Description("How far it is, while it runs.")]
    public ProgressSample? Progress { get; init; }

    /// <summary>Why it failed, or null.</summary>
    [Description("Why it failed.")]
    public string? Message { get; init; }

    /// <summary>Its hyperparameters, as texts.</summary>
    [Description("Its hyperparameters.")]
    public IReadOnlyDictionary<string, string>? Hyperparameters { get; init; }

    /// <summary>What was done, once it is finished.</summary>
    [Description("What was done, once it is finished.")]
    public TrainingReport? Report { get; init; }

    /// <summary>What it came to.</summary>
    [Description("The metrics that it came to.")]
    public IReadOnlyList<MetricValue>? Metrics { get; init; }

    /// <summary>Its life so far.</summary>
    [Description("The stretches of its life.")]
    public IReadOnlyList<StatusTransition>? Transitions { get; init; }

    /// <summary>How it went; in events only what is new.</summary>
    [Description("Samples of its progress: in events, those since the event before.")]
    public IReadOnlyList<ProgressSample>? History { get; init; }
}

/// <summary>A page of jobs.</summary>
/// <param name="Jobs">The latest first, without what only one job shows.</param>
/// <param name="Next">To be given as "after" for the next page; null on the last.</param>
internal sealed record JobPage(IReadOnlyList<JobView> Jobs, string? Next);

/// <summary>The files of a finished job's model.</summary>
/// <param name="Files">Their names and lengths.</param>
internal sealed record ModelListing(IReadOnlyList<ModelEntry> Files);

/// <summary>A file of a model.</summary>
/// <param name="Name">Its name below the model's folder, with '/'.</param>
/// <param name="Length">Its bytes.</param>
internal sealed record ModelEntry(string Name, long Length);

/// <summary>The JSON of our own endpoints, generated at build.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(JobView))]
[JsonSerializable(typeof(JobPage))]
[JsonSerializable(typeof(ModelListing))]
internal sealed partial class OwnJson : JsonSerializerContext;
