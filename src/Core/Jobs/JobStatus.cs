using KMeans.Training;

namespace KMeans.Jobs;

/// <summary>Where a job is.</summary>
public enum JobState
{
    /// <summary>It trains, or will as soon as a machine takes it over.</summary>
    Running,

    /// <summary>Its model can be fetched.</summary>
    Finished,

    /// <summary>It ended with an error.</summary>
    Failed,

    /// <summary>It was stopped by a user.</summary>
    Stopped,
}

/// <summary>What is known of a job.</summary>
public sealed record JobStatus
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary>Where it is.</summary>
    public required JobState State { get; init; }

    /// <summary>Goes up with every change, also when another machine takes the job over.</summary>
    public required long Version { get; init; }

    /// <summary>How often machines began or took over the job.</summary>
    public required long Epoch { get; init; }

    /// <summary>When it was submitted.</summary>
    public required DateTimeOffset Submitted { get; init; }

    /// <summary>When it ended, or null.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>How far it is, or null while nothing is known.</summary>
    public TrainingProgress? Progress { get; init; }

    /// <summary>Why it failed, in one line; or null.</summary>
    public string? Message { get; init; }

    /// <summary>Whether it failed because machines did, and not because of the user's data or options.</summary>
    public bool IsMachineFault { get; init; }

    /// <summary>What was done, once it is finished.</summary>
    public TrainingReport? Report { get; init; }
}
