using KMeans.Models;
using KMeans.Training;

namespace KMeans.Description;

/// <summary>What the clusters of a model are like, and the rows that say so.</summary>
public sealed record ModelDescription
{
    /// <summary>The model.</summary>
    public required TrainedModel Model { get; init; }

    /// <summary>Whether the rows are those of an input; else they are those that the model's state keeps, drawn uniformly from its training data.</summary>
    public required bool IsOfInput { get; init; }

    /// <summary>Rows that were looked at and count.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows passed over because a value is missing.</summary>
    public required long SkippedRows { get; init; }

    /// <summary>The weighted mean of their squared distances, in the model's space.</summary>
    public required double Msd { get; init; }

    /// <summary>The clusters in the order of their labels.</summary>
    public required IReadOnlyList<ClusterDescription> Clusters { get; init; }

    /// <summary>Whether columns are scaled in the model's space, so that its distances are not in the columns' units.</summary>
    public bool IsScaled => Array.Exists(Model.Transform.Factors, factor => factor != 1);

    /// <summary>A uniform sample of the rows, labelled by cluster, to be drawn.</summary>
    internal RowSample Sample { get; init; } = new(1, 1, 1);
}
