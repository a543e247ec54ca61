using KMeans.Models;

namespace KMeans.Training;

/// <summary>What a training gives.</summary>
/// <param name="Model">The model.</param>
/// <param name="Report">What was done to get it.</param>
public sealed record TrainingResult(TrainedModel Model, TrainingReport Report);
