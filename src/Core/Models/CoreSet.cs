namespace KMeans.Models;

/// <summary>The state that a model keeps: weighted points that stand for all its rows, enough to update it, to merge it with another and to answer other k.</summary>
/// <remarks>Everything in the model's space: shifted and scaled. The running centers carry exact sums; the sample's rows stand for those around them.</remarks>
public sealed record CoreSet
{
    /// <summary>d.</summary>
    public required int FeatureCount { get; init; }

    /// <summary>Length 2 K: each running center's id, the partition that opened it (-1: initial) and the row.</summary>
    public required long[] CenterIds { get; init; }

    /// <summary>Length K: the weight of the rows that a running center stands for.</summary>
    public required double[] CenterWeights { get; init; }

    /// <summary>Length K: their weighted squared error around it.</summary>
    public required double[] CenterSquaredErrors { get; init; }

    /// <summary>Row-major (K, d).</summary>
    public required double[] CenterMeans { get; init; }

    /// <summary>Row-major (m, d): rows kept by sensitivity.</summary>
    public required float[] SampleRows { get; init; }

    /// <summary>Length m: the weight of the rows that a kept row stands for.</summary>
    public required double[] SampleWeights { get; init; }

    /// <summary>Row-major (r, d): rows kept uniformly.</summary>
    public required float[] CostRows { get; init; }

    /// <summary>Length r: their own weights.</summary>
    public required double[] CostWeights { get; init; }

    /// <summary>Rows seen, over all epochs and updates.</summary>
    public required long RowsSeen { get; init; }

    /// <summary>K.</summary>
    public int CenterCount => CenterWeights.Length;

    /// <summary>m.</summary>
    public int SampleCount => SampleWeights.Length;
}
