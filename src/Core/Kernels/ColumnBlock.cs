using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>A block of rows with the samples across the lanes: for few centers, or few features, where the work for each row decides.</summary>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal static unsafe class ColumnBlock<TLanes, TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    private const long BlockBytes = 32 << 10;
    private const long MaxTileCount = 8;
    private const int MaxFeatureCount = 64;
    private const int MaxCenterCount = 2048;

    private static int RowCount => ColumnTile<TLanes, TVector>.RowCount;

    /// <summary>Whether this is the faster form. With more features panels are, because nothing is transposed; with more centers the scores leave the second-level cache.</summary>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d.</param>
    /// <returns>True for small shapes.</returns>
    public static bool Suits(int centerCount, int featureCount) => featureCount <= MaxFeatureCount && centerCount <= MaxCenterCount;

    /// <summary>Makes room for a call.</summary>
    /// <param name="centers">Row by row.</param>
    /// <param name="scratch">Grows.</param>
    /// <returns>Rows in a block: whole tiles whose scores and columns stay in the first-level cache.</returns>
    public static int Reserve(SimdCenters centers, SimdWorkspace scratch)
    {
        var tileBytes = sizeof(float) * (long)RowCount * (centers.FeatureCount + centers.GroupCount + (long)centers.PlaceCount);
        var tiles = (int)Math.Clamp(BlockBytes / tileBytes, 1, MaxTileCount);
        scratch.ReserveColumns(tiles, RowCount, centers);
        return tiles * RowCount;
    }

    /// <summary>Labels a block. O(count K d).</summary>
    /// <param name="rows">Row-major (count, d) in.</param>
    /// <param name="count">Rows, at most a block.</param>
    /// <param name="centers">Row by row.</param>
    /// <param name="scratch">Reserved.</param>
    /// <param name="labels">Length count out.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Label(float* rows, int count, SimdCenters centers, SimdWorkspace scratch, int* labels)
    {
        nint d = centers.FeatureCount;
        var tile = RowCount * d;
        var tiles = (count + RowCount - 1) / RowCount;
        var rest = count % RowCount;

        // The next tile comes into the nearest cache while this one is scored.
        nint groups = centers.GroupCount;
        var ahead = (byte*)(rows + tile);
        var aheadStep = Math.Max(sizeof(float) * RowCount / groups, 1);
        for (nint t = 0; t < tiles; t++)
        {
            var source = rest != 0 && t == tiles - 1 ? scratch.Pad(rows + (t * tile), rest * d, tile) : rows + (t * tile);
            ColumnSamples<TLanes, TVector>.Transpose(source, d, scratch.Columns, scratch.SquaredNorms + (t * RowCount));
            var least = scratch.Least + (t * scratch.LeastStride);
            ColumnTile<TLanes, TVector>.Score(scratch.Columns, d, centers, scratch.Scores + (t * scratch.ScoreStride), least, ahead, aheadStep);
            ahead += tile * sizeof(float);
            ColumnScan<TLanes, TVector>.LeastScores(least, groups, scratch.LeastScores + (t * RowCount));
        }

        new ErrorBound(centers).Thresholds(scratch.LeastScores, scratch.SquaredNorms, tiles * RowCount, scratch.Thresholds);
        for (nint t = 0; t < tiles; t++)
        {
            var first = (int)t * RowCount;
            ColumnScan<TLanes, TVector>.Label(
                rows + (t * tile), Math.Min(RowCount, count - first), centers, scratch.Scores + (t * scratch.ScoreStride), scratch.Least + (t * scratch.LeastStride),
                scratch.Thresholds + first, scratch.Codes, scratch, labels + first);
        }
    }
}
