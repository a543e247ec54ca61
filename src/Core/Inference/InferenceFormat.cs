namespace KMeans.Inference;

/// <summary>How rows come and answers go.</summary>
public enum InferenceFormat
{
    /// <summary>application/json: one object with all rows.</summary>
    Json,

    /// <summary>application/jsonlines: one object a row, one a line.</summary>
    JsonLines,

    /// <summary>text/csv: one row a line, without a header.</summary>
    Csv,

    /// <summary>application/x-recordio-protobuf: one record a row.</summary>
    RecordIO,
}
