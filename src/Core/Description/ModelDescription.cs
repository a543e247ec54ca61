using KMeans.Input;
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

    /// <summary>Whether columns are scaled, by the model or by the recipe that made them, so that distances are not in the units of values.</summary>
    public bool IsScaled => IsScaledByModel || !Model.Inverse.IsIdentity;

    /// <summary>What distances are: the end of a sentence.</summary>
    public string DistanceNote => Model.Distance == DistanceMeasure.Cosine ? "between rows of length 1, sqrt(2 - 2 cos)" : (Model.Inverse.IsIdentity, IsScaledByModel) switch
    {
        (true, false) => "Euclidean, in the columns' own units",
        (true, true) => "Euclidean, after the model's scaling",
        (false, false) => "Euclidean, after the recipe's steps",
        (false, true) => "Euclidean, after the recipe's steps and the model's scaling",
    };

    /// <summary>What the values of centers, means and rows are: the end of a sentence.</summary>
    public string ValueNote => Model.Distance == DistanceMeasure.Cosine ? "shares of the row's length"
        : Model.Inverse.IsIdentity ? "in the columns' own units"
        : "in the raw columns' units, before the recipe's scaling and logarithms";

    /// <summary>A uniform sample of the rows, labelled by cluster, to be drawn.</summary>
    internal RowSample Sample { get; init; } = new(1, 1, 1);

    private bool IsScaledByModel => Array.Exists(Model.Transform.Factors, factor => factor != 1);
}
