namespace KMeans.Kernels;

/// <summary>Scratch of a float32 kernel: the scores of one tile of rows, their minima, and a tile's worth of padded rows.</summary>
internal sealed unsafe class SimdWorkspace : KernelWorkspace
{
    private readonly AlignedFloats memory = new();
    private float* paddedRows;

    /// <summary>(R, padded K).</summary>
    public float* Scores { get; private set; }

    /// <summary>Padded K.</summary>
    public nint ScoreStride { get; private set; }

    /// <summary>The minima of every two vectors of scores, (R, padded K / 2).</summary>
    public float* Least { get; private set; }

    /// <summary>Half of padded K.</summary>
    public nint LeastStride { get; private set; }

    /// <summary>Makes room for a call. O(1) once warm.</summary>
    /// <param name="rowCount">R.</param>
    /// <param name="vectorCount">Vectors of centers.</param>
    /// <param name="width">W.</param>
    /// <param name="featureCount">d.</param>
    public void Reserve(int rowCount, int vectorCount, int width, int featureCount)
    {
        ScoreStride = (nint)vectorCount * width;
        LeastStride = Math.Max(vectorCount / 2, 1) * (nint)width;
        Scores = memory.Reserve(rowCount * ((long)ScoreStride + LeastStride + featureCount));
        Least = Scores + (rowCount * ScoreStride);
        paddedRows = Least + (rowCount * LeastStride);
    }

    /// <summary>Copies fewer rows than a tile has, so that the rows after the last can be read.</summary>
    /// <param name="rows">Row-major (count, d) in.</param>
    /// <param name="count">Less than R.</param>
    /// <param name="rowCount">R.</param>
    /// <param name="featureCount">d.</param>
    /// <returns>Row-major (R, d); zeros after the last row.</returns>
    public float* Pad(float* rows, int count, int rowCount, int featureCount)
    {
        var padded = new Span<float>(paddedRows, checked(rowCount * featureCount));
        new ReadOnlySpan<float>(rows, count * featureCount).CopyTo(padded);
        padded[(count * featureCount)..].Clear();
        return paddedRows;
    }

    /// <summary>One more row that doubles decided.</summary>
    public void CountNearTie() => NearTies++;
}
