using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>A block of rows with the features across the lanes: for few centers with many features. The scores end as those of <see cref="PanelBlock{TLanes, TVector}"/> do.</summary>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal static unsafe class FeatureBlock<TLanes, TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    private const int GroupSize = FeatureTile<TLanes, TVector>.GroupSize;
    /// <summary>Rows that stay in the nearest cache beside a group of centers.</summary>
    private const int RunBytes = 12 << 10;
    private const int MostCenters = 2 * GroupSize;
    private const int LeastFeatures = 128;
    private const int BlockRows = 8;

    private static int RowCount => FeatureTile<TLanes, TVector>.RowCount;

    /// <summary>Whether this is the fastest form: with more centers panels fill their lanes, with fewer features the sums over the lanes outweigh the multiply-adds.</summary>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d.</param>
    /// <returns>True for few centers with many features.</returns>
    public static bool Suits(int centerCount, int featureCount) => featureCount >= LeastFeatures && centerCount <= MostCenters;

    /// <summary>Makes room for a call.</summary>
    /// <param name="centers">For features.</param>
    /// <param name="scratch">Grows.</param>
    /// <returns>Rows in a block.</returns>
    public static int Reserve(SimdCenters centers, SimdWorkspace scratch)
    {
        scratch.ReservePanels(BlockRows, centers, (nint)RowCount * centers.FeatureCount);

        // Lanes after the last center are never candidates.
        new Span<float>(scratch.Scores, (int)(BlockRows * scratch.ScoreStride)).Fill(float.PositiveInfinity);
        return BlockRows;
    }

    /// <summary>Labels a block. O(count K d).</summary>
    /// <param name="rows">Row-major (count, d) in.</param>
    /// <param name="count">Rows, at most a block.</param>
    /// <param name="centers">For features.</param>
    /// <param name="scratch">Reserved.</param>
    /// <param name="labels">Length count out.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Label(float* rows, int count, SimdCenters centers, SimdWorkspace scratch, int* labels)
    {
        nint d = centers.FeatureCount;
        var run = Math.Clamp(RunBytes / (sizeof(float) * centers.FeatureCount * RowCount), 1, BlockRows / RowCount) * RowCount;
        for (var first = 0; first < count; first += run)
        {
            ScoreRun(rows + (first * d), Math.Min(run, count - first), centers, scratch, first);
        }

        for (nint r = 0; r < count; r++)
        {
            Reduce(scratch.Scores + (r * scratch.ScoreStride), centers, scratch.Least + (r * scratch.LeastStride));
        }

        CandidateScan<TLanes, TVector>.LabelWithNorms(rows, count, centers, scratch, labels);
    }

    /// <summary>A group of centers against every row of a run, then the next group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScoreRun(float* rows, int count, SimdCenters centers, SimdWorkspace scratch, nint first)
    {
        nint d = centers.FeatureCount;
        nint whole = count / RowCount * RowCount;
        var rest = whole == count ? null : scratch.Pad(rows + (whole * d), (count - whole) * d, RowCount * d);
        var weights = centers.Weights;
        var vectors = (d + TLanes.Count - 1) / TLanes.Count;
        for (var group = 0; group < centers.CenterCount; group += GroupSize)
        {
            for (nint r = 0; r < count; r += RowCount)
            {
                FeatureTile<TLanes, TVector>.Score(
                    r < whole ? rows + (r * d) : rest, d, weights, centers.Starts + group, scratch.Scores + ((first + r) * scratch.ScoreStride) + group, scratch.ScoreStride,
                    group == 0 ? scratch.SquaredNorms + first + r : null);
            }

            weights += GroupSize * vectors * TLanes.Count;
        }
    }

    /// <summary>The lane-wise minimum of each panel of one row's scores.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Reduce(float* scores, SimdCenters centers, float* least)
    {
        for (nint vector = 0; vector < centers.VectorCount; vector++)
        {
            var panel = least + (vector / TLanes.PanelSize * TLanes.Count);
            var score = TLanes.Load(scores + (vector * TLanes.Count));
            TLanes.Store(vector % TLanes.PanelSize == 0 ? score : TLanes.Min(score, TLanes.Load(panel)), panel);
        }
    }
}
