using System.Globalization;

namespace KMeans.SageMaker;

/// <summary>Where the platform and the container meet: the folders below /opt/ml.</summary>
/// <param name="Root">/opt/ml itself.</param>
public sealed record ContainerPaths(string Root)
{
    /// <summary>Where the platform mounts it.</summary>
    public const string DefaultRoot = "/opt/ml";

    /// <summary>The hyperparameters.</summary>
    public string Hyperparameters => Path.Combine(Root, "input", "config", "hyperparameters.json");

    /// <summary>The channels.</summary>
    public string InputData => Path.Combine(Root, "input", "config", "inputdataconfig.json");

    /// <summary>The hosts.</summary>
    public string Resources => Path.Combine(Root, "input", "config", "resourceconfig.json");

    /// <summary>The folder with a folder, or pipes, for each channel.</summary>
    public string Data => Path.Combine(Root, "input", "data");

    /// <summary>What of the model is kept.</summary>
    public string Model => Path.Combine(Root, "model");

    /// <summary>Where the reason of a failure goes.</summary>
    public string Failure => Path.Combine(Root, "output", "failure");

    /// <summary>Where a checkpoint is kept, where there is such a folder.</summary>
    public string Checkpoints => Path.Combine(Root, "checkpoints");

    /// <summary>A channel's folder.</summary>
    /// <param name="channel">Its name.</param>
    /// <returns>The path.</returns>
    public string Channel(string channel) => Path.Combine(Data, channel);

    /// <summary>A channel's pipe.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="epoch">From 0.</param>
    /// <returns>The path.</returns>
    public string Pipe(string channel, int epoch) => Path.Combine(Data, string.Create(CultureInfo.InvariantCulture, $"{channel}_{epoch}"));
}
