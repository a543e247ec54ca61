using KMeans.Input;

namespace KMeans.Prediction;

/// <summary>Predicted rows on their way to a writer, in input order. Reused.</summary>
public sealed class PredictionBatch
{
    /// <summary>The column of labels.</summary>
    public const string LabelName = "closest_cluster";

    /// <summary>The column of distances.</summary>
    public const string DistanceName = "distance_to_cluster";

    /// <summary>The column that tells outliers.</summary>
    public const string OutlierName = "outlier";

    /// <summary>Creates an empty batch.</summary>
    /// <param name="capacity">The most rows it holds.</param>
    /// <param name="kept">The kept columns.</param>
    /// <param name="tellsOutliers">Whether outliers are told.</param>
    internal PredictionBatch(int capacity, IReadOnlyList<KeptColumn> kept, bool tellsOutliers = false)
    {
        Outliers = tellsOutliers ? new int[capacity] : null;
        Labels = new int[capacity];
        Distances = new double[capacity];
        Missing = new bool[capacity];
        Kept = kept.Select(column => new ValueColumn(column.Kind, capacity)).ToArray();
    }

    /// <summary>Rows.</summary>
    public int Count { get; internal set; }

    /// <summary>Length capacity: 0 to k - 1.</summary>
    public int[] Labels { get; }

    /// <summary>Length capacity: Euclidean distances in the model's space, not squared.</summary>
    public double[] Distances { get; }

    /// <summary>Length capacity: 1 where the row is farther from its center than the model's limit, else 0. Null where that is not asked.</summary>
    public int[]? Outliers { get; }

    /// <summary>Length capacity: true where a value of the row is missing, so that it has neither label nor distance.</summary>
    public bool[] Missing { get; }

    /// <summary>One for each kept column.</summary>
    public IReadOnlyList<ValueColumn> Kept { get; }
}

/// <summary>Takes predicted rows in input order, from one thread at a time.</summary>
public interface IPredictionWriter : IDisposable
{
    /// <summary>Writes the next rows.</summary>
    /// <param name="batch">In; reused after the call.</param>
    void Write(PredictionBatch batch);

    /// <summary>Ends the output: without it the output is not whole.</summary>
    void Finish();
}
