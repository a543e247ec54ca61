namespace KMeans.Export;

/// <summary>A file format that a model's centers are exported to.</summary>
public enum ExportFormat
{
    /// <summary>NumPy: float64, shape (k, d), in the columns' own units.</summary>
    Npy,

    /// <summary>CSV: a line a cluster, with its size and its center by the features' names.</summary>
    Csv,

    /// <summary>Parquet: the same as <see cref="Csv"/>.</summary>
    Parquet,

    /// <summary>JSON: names, sizes and centers, and the transform that distances are computed after.</summary>
    Json,

    /// <summary>ONNX: a graph from raw rows to the closest cluster and the distance to it.</summary>
    Onnx,

    /// <summary>JSON from which scikit-learn's Normalizer, StandardScaler and KMeans are made.</summary>
    Sklearn,
}
