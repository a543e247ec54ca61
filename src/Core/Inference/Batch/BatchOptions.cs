namespace KMeans.Inference.Batch;

/// <summary>Where a file is cut into payloads.</summary>
public enum PayloadSplit
{
    /// <summary>Nowhere: it is one payload.</summary>
    None,

    /// <summary>At line ends.</summary>
    Line,

    /// <summary>Between recordIO records.</summary>
    RecordIO,
}

/// <summary>How a file of rows becomes a file of answers; the reference product's batch transform has the same choices.</summary>
public sealed record BatchOptions
{
    /// <summary>How rows are written.</summary>
    public required InferenceFormat Input { get; init; }

    /// <summary>How answers are written.</summary>
    /// <value>JSON by default.</value>
    public InferenceFormat Output { get; init; } = InferenceFormat.Json;

    /// <summary>Where the file is cut.</summary>
    /// <value>Nowhere by default.</value>
    public PayloadSplit Split { get; init; } = PayloadSplit.None;

    /// <summary>Whether a payload has as many pieces as fit, or one.</summary>
    /// <value>As many as fit by default.</value>
    public bool IsMultiRecord { get; init; } = true;

    /// <summary>The largest payload, in bytes.</summary>
    /// <value>6 MB by default; at most 100 MB.</value>
    public int MostPayloadBytes { get; init; } = 6 << 20;

    /// <summary>Whether each payload's answer ends with a line feed.</summary>
    /// <value>No by default: answers follow one another as they are.</value>
    public bool AssemblesLines { get; init; }

    /// <summary>Whether answers are put behind the rows that they answer; rows and answers must have one text format.</summary>
    /// <value>No by default.</value>
    public bool JoinsInput { get; init; }
}
