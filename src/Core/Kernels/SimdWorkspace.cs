namespace KMeans.Kernels;

/// <summary>Scratch of a float32 kernel: the scores of one block of rows, their minima, and a tile's worth of padded rows.</summary>
internal sealed unsafe class SimdWorkspace : KernelWorkspace
{
    private const int LineLength = 16;

    private readonly AlignedMemory<float> memory = new();
    private float* paddedRows;

    /// <summary>(block, padded K) for panels, those of one row for columns.</summary>
    public float* Scores { get; private set; }

    /// <summary>From the scores of one row to those of the next. Only for panels.</summary>
    public nint ScoreStride { get; private set; }

    /// <summary>The lane-wise minimum of every panel's scores, (block, panels W). Only for panels.</summary>
    public float* Least { get; private set; }

    /// <summary>From the minima of one row to those of the next. Only for panels.</summary>
    public nint LeastStride { get; private set; }

    /// <summary>The second least score of every row, padded like the least. Only for columns.</summary>
    public float* SecondScores { get; private set; }

    /// <summary>The first center of the group that the least score of every row is of, an integer; padded alike. Only for columns.</summary>
    public float* FirstCenters { get; private set; }

    /// <summary>The samples of a tile, transposed: (d, 2 W). Only for columns.</summary>
    public float* Columns { get; private set; }

    /// <summary>The least score of every row; a block, padded to whole groups of the error bound.</summary>
    public float* LeastScores { get; private set; }

    /// <summary>|x|^2 of every row, or more; padded alike.</summary>
    public float* SquaredNorms { get; private set; }

    /// <summary>The threshold of every row; padded alike.</summary>
    public float* Thresholds { get; private set; }

    /// <summary>Makes room for a call with panels. O(1) once warm.</summary>
    /// <param name="rowCount">Rows in a block.</param>
    /// <param name="centers">How many vectors and panels.</param>
    /// <param name="tileLength">Values in a tile of rows.</param>
    public void ReservePanels(int rowCount, SimdCenters centers, nint tileLength)
    {
        // The extra line keeps rows of 1,024 centers from falling into the same few sets of the first-level cache.
        ScoreStride = ((nint)centers.VectorCount * centers.Width) + LineLength;
        LeastStride = (nint)centers.PanelCount * centers.Width;
        Reserve(rowCount, rowCount * (ScoreStride + LeastStride), 0, tileLength);
        Least = Scores + (rowCount * ScoreStride);
    }

    /// <summary>Makes room for a call with columns. O(1) once warm.</summary>
    /// <param name="rowCount">Rows in a block.</param>
    /// <param name="tileRows">Rows in a tile.</param>
    /// <param name="rowLength">Values of a padded row.</param>
    /// <param name="centers">How many.</param>
    public void ReserveColumns(int rowCount, int tileRows, int rowLength, SimdCenters centers)
    {
        var tileLength = (nint)tileRows * centers.FeatureCount;
        var scoreLength = ((nint)centers.CenterCount + LineLength - 1) / LineLength * LineLength;
        Reserve(rowCount, scoreLength, tileLength, Math.Max(tileLength, rowLength));
        Columns = Scores + scoreLength;
    }

    private void Reserve(int rowCount, nint scoreLength, nint columnLength, nint tileLength)
    {
        var padded = (rowCount + LineLength - 1) / LineLength * LineLength;
        LeastScores = memory.Reserve((5 * padded) + scoreLength + columnLength + tileLength);
        SquaredNorms = LeastScores + padded;
        Thresholds = SquaredNorms + padded;
        SecondScores = Thresholds + padded;
        FirstCenters = SecondScores + padded;
        Scores = FirstCenters + padded;
        paddedRows = Scores + scoreLength + columnLength;
        new Span<float>(LeastScores, 5 * padded).Clear();
    }

    /// <summary>Copies fewer rows than a tile has, so that the rows after the last can be read.</summary>
    /// <param name="rows">The last rows in.</param>
    /// <param name="length">Their values.</param>
    /// <param name="tileLength">Values in a tile.</param>
    /// <returns>A tile; zeros after the last row.</returns>
    public float* Pad(float* rows, nint length, nint tileLength)
    {
        var padded = new Span<float>(paddedRows, checked((int)tileLength));
        new ReadOnlySpan<float>(rows, (int)length).CopyTo(padded);
        padded[(int)length..].Clear();
        return paddedRows;
    }

    /// <summary>One more row that doubles decided.</summary>
    public void CountNearTie() => NearTies++;
}
