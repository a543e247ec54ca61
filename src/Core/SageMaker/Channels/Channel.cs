using KMeans.Coordination;

namespace KMeans.SageMaker;

/// <summary>One input of a job.</summary>
public sealed record Channel
{
    /// <summary>What models are trained on.</summary>
    public const string Train = "train";

    /// <summary>What costs are computed on.</summary>
    public const string Test = "test";

    /// <summary>The channel's name.</summary>
    /// <value>Required: "train" or "test".</value>
    public required string Name { get; init; }

    /// <summary>What its files are.</summary>
    /// <value>Required.</value>
    public required ChannelContent Content { get; init; }

    /// <summary>How its data come.</summary>
    /// <value>Files by default.</value>
    public ChannelInputMode Mode { get; init; }

    /// <summary>Who has which files.</summary>
    /// <value>Every host has all of them by default.</value>
    public DataDistribution Distribution { get; init; }

    /// <summary>Whether a pipe wraps each file in one recordIO record.</summary>
    /// <value>No by default.</value>
    public bool IsWrapped { get; init; }
}
