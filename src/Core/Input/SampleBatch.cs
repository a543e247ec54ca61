namespace KMeans.Input;

/// <summary>A batch of rows ready for a kernel: finite float32 samples with finite weights.</summary>
/// <remarks>Reused for every read of one thread.</remarks>
public sealed class SampleBatch
{
    private readonly double[] weights;
    private bool hasWeights;

    /// <summary>Creates an empty batch.</summary>
    /// <param name="capacity">The most rows it holds.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="weighted">Whether the input has a weight column.</param>
    public SampleBatch(int capacity, int featureCount, bool weighted)
    {
        Rows = new RowBatch<float>(capacity, featureCount, weighted);
        weights = new double[capacity];
        Skipped = new bool[capacity];
    }

    /// <summary>What the reader filled.</summary>
    public RowBatch<float> Rows { get; }

    /// <summary>n of this batch.</summary>
    public int Count => Rows.Count;

    /// <summary>Row-major (n, d).</summary>
    public ReadOnlySpan<float> Samples => Rows.Samples.AsSpan(0, Count * Rows.FeatureCount);

    /// <summary>Length n, or empty where every weight is 1.</summary>
    public ReadOnlySpan<double> SampleWeights => hasWeights ? weights.AsSpan(0, Count) : [];

    /// <summary>Length capacity: rows passed over because a value is missing.</summary>
    internal bool[] Skipped { get; }

    /// <summary>A row's key is this plus its index.</summary>
    public long KeyBase { get; set; }

    /// <summary>The key of a row: what every random decision about it is drawn from.</summary>
    /// <param name="row">Its position in the batch.</param>
    /// <returns>Unique in the input, and the same however the input is read.</returns>
    public long Key(int row) => KeyBase + Rows.Rows[row];

    /// <summary>Empties the batch.</summary>
    internal void Clear()
    {
        Rows.Count = 0;
        if (hasWeights)
        {
            hasWeights = false;
            Array.Clear(Skipped);
        }
    }

    /// <summary>The weights, set to 1 if there were none.</summary>
    /// <returns>Length n, in/out.</returns>
    internal Span<double> RequireWeights()
    {
        if (!hasWeights)
        {
            Array.Fill(weights, 1.0);
            hasWeights = true;
        }

        return weights.AsSpan(0, Count);
    }
}
