using KMeans.Input;
using KMeans.Training;

namespace KMeans.Jobs;

/// <summary>What a user asks a cluster or a service for: a training on files that its machines see.</summary>
public sealed record JobRequest
{
    /// <summary>Files, folders and globs as the machines see them.</summary>
    /// <value>Required, at least one.</value>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>What the user says about the format.</summary>
    /// <value>Everything is found out by default.</value>
    public InputFormatOptions Format { get; init; } = new();

    /// <summary>Which columns are used.</summary>
    /// <value>All numeric ones by default.</value>
    public ColumnChoice Choice { get; init; } = new();

    /// <summary>Shuffles the order of the files.</summary>
    /// <value>A seed; null by default, for the order of their names.</value>
    public long? FileOrderSeed { get; init; }

    /// <summary>What to train.</summary>
    /// <value>Required. Threads, memory, backend and shards are the machines' own matter, and so is the checkpoint.</value>
    public required TrainingOptions Options { get; init; }
}
