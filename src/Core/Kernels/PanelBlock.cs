using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>A block of rows against panels of centers: centers run across the lanes.</summary>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal static unsafe class PanelBlock<TLanes, TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    private const int RowCount = ScoreTile<TLanes, TVector>.RowCount;
    private const long BlockScoreBytes = 20 << 10;
    private const long BlockRowBytes = 160 << 10;
    private const long LargePanelBytes = 384 << 10;
    private const long LargeBlockBytes = 512 << 10;
    private const long MaxTileCount = 16;

    /// <summary>Makes room for a call.</summary>
    /// <param name="centers">In panels.</param>
    /// <param name="scratch">Grows.</param>
    /// <returns>Rows in a block.</returns>
    public static int Reserve(SimdCenters centers, SimdWorkspace scratch)
    {
        var size = Size(centers);
        scratch.ReservePanels(size, centers, (nint)RowCount * centers.FeatureCount);
        return size;
    }

    /// <summary>Labels a block. O(count K d).</summary>
    /// <param name="rows">Row-major (count, d) in.</param>
    /// <param name="count">Rows, at most a block.</param>
    /// <param name="centers">In panels.</param>
    /// <param name="scratch">Reserved.</param>
    /// <param name="labels">Length count out.</param>
    public static void Label(float* rows, int count, SimdCenters centers, SimdWorkspace scratch, int* labels)
    {
        Score(rows, count, centers, scratch);
        CandidateScan<TLanes, TVector>.Label(rows, count, centers, scratch, labels);
    }

    /// <summary>
    /// Rows scored before the next step: whole tiles, enough to overlap the latencies of the steps, whose scores stay in the first-level cache; and where the panels alone
    /// fill much of the second-level cache, more tiles, so that a panel is used often before the next replaces it.
    /// </summary>
    private static int Size(SimdCenters centers)
    {
        var scoreBytes = sizeof(float) * ((long)(centers.VectorCount + centers.PanelCount) * TLanes.Count) * RowCount;
        var rowBytes = sizeof(float) * (long)centers.FeatureCount * RowCount;
        var panelBytes = sizeof(float) * (long)centers.VectorCount * TLanes.Count * centers.FeatureCount;
        var tiles = panelBytes > LargePanelBytes ? LargeBlockBytes / (scoreBytes + rowBytes) : Math.Min(BlockScoreBytes / scoreBytes, BlockRowBytes / rowBytes);
        return (int)Math.Clamp(tiles, 1, MaxTileCount) * RowCount;
    }

    /// <summary>All scores of a block of rows, to scratch: a panel against every tile, then the next panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score(float* rows, int count, SimdCenters centers, SimdWorkspace scratch)
    {
        nint d = centers.FeatureCount;
        var tile = RowCount * d;
        var wholeTiles = count / RowCount;
        var restCount = count % RowCount;
        var rest = restCount == 0 ? null : scratch.Pad(rows + (wholeTiles * tile), restCount * d, tile);
        var tiles = wholeTiles + (restCount == 0 ? 0 : 1);

        // The next block comes into the second-level cache while this one is scored: each pass over a tile fetches its share.
        var ahead = (byte*)(rows + (wholeTiles * tile));
        var aheadEnd = ahead + (wholeTiles * tile * sizeof(float));
        nint aheadStep = Math.Max(sizeof(float) * RowCount / centers.PanelCount, 1);
        var panel = centers.Weights;
        var start = centers.Starts;
        for (var p = 0; p < centers.PanelCount; p++)
        {
            var vectorCount = Math.Min(TLanes.PanelSize, centers.VectorCount - (p * TLanes.PanelSize));
            var scores = scratch.Scores + ((nint)p * TLanes.PanelSize * TLanes.Count);
            var least = scratch.Least + ((nint)p * TLanes.Count);
            for (var t = 0; t < tiles; t++)
            {
                var row = t < wholeTiles ? rows + (t * tile) : rest;
                ScoreTile<TLanes, TVector>.Score(vectorCount, row, d, panel, start, scores, scratch.ScoreStride, least, scratch.LeastStride, ahead, aheadStep);
                scores += RowCount * scratch.ScoreStride;
                least += RowCount * scratch.LeastStride;
                ahead = ahead + (aheadStep * d) < aheadEnd ? ahead + (aheadStep * d) : aheadEnd;
            }

            panel += (nint)vectorCount * TLanes.Count * d;
            start += vectorCount * TLanes.Count;
        }
    }
}
