namespace KMeans.Kernels;

/// <summary>The innermost loops: the scores of a few samples against one or two vectors of centers, all in registers.</summary>
/// <remarks>
/// A score is start_j + sum over i of x_i w_ji in float32, in increasing i, with w = -2 c and start_j = |c_j|^2 as <see cref="SimdCenters"/> packs them.
/// The rows are read where they are: a tile reads every row d times W centers, which the first-level cache holds for any d.
/// </remarks>
internal unsafe interface IScoreTile
{
    /// <summary>Samples in a tile, R.</summary>
    static abstract int RowCount { get; }

    /// <summary>Scores R samples against two vectors of centers. O(R W d).</summary>
    /// <param name="rows">R rows in.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="panel">Row-major (d, 2 W) in.</param>
    /// <param name="start">Length 2 W in.</param>
    /// <param name="scores">2 W scores a row, out.</param>
    /// <param name="scoreStride">From the scores of one row to those of the next.</param>
    /// <param name="least">The lane-wise minimum of the two vectors, W a row, out.</param>
    /// <param name="leastStride">From the minima of one row to those of the next.</param>
    /// <param name="ahead">Memory that will be needed soon: prefetched, never read.</param>
    /// <param name="aheadStep">Bytes to prefetch for each feature.</param>
    static abstract void ScorePair(float* rows, nint stride, nint featureCount, float* panel, float* start, float* scores, nint scoreStride, float* least, nint leastStride, byte* ahead, nint aheadStep);

    /// <summary>Scores R samples against the last, unpaired vector of centers. O(R W d).</summary>
    /// <param name="rows">R rows in.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="panel">Row-major (d, W) in.</param>
    /// <param name="start">Length W in.</param>
    /// <param name="scores">W scores a row, out; they are their own minima.</param>
    /// <param name="scoreStride">From the scores of one row to those of the next.</param>
    /// <param name="ahead">Memory that will be needed soon: prefetched, never read.</param>
    /// <param name="aheadStep">Bytes to prefetch for each feature.</param>
    static abstract void ScoreSingle(float* rows, nint stride, nint featureCount, float* panel, float* start, float* scores, nint scoreStride, byte* ahead, nint aheadStep);
}
