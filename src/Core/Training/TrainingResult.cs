using KMeans.Coordination;
using KMeans.Models;

namespace KMeans.Training;

/// <summary>What a training gives.</summary>
/// <param name="Model">The model.</param>
/// <param name="Report">What was done to get it.</param>
public sealed record TrainingResult(TrainedModel Model, TrainingReport Report)
{
    /// <summary>What is known of each partition of the last pass, in order.</summary>
    public IReadOnlyList<LedgerEntry> Ledger { get; init; } = [];

    /// <summary>Removes the training's checkpoint; to be called once the model is saved. Nothing happens where there was none.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public void RemoveCheckpoint() => CheckpointRemoval?.Invoke();

    /// <summary>Removes the checkpoint, or null.</summary>
    internal Action? CheckpointRemoval { get; init; }
}
