using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>A block of rows with the samples across the lanes: for few centers, or few features, where the work for each row decides.</summary>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal static unsafe class ColumnBlock<TLanes, TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    /// <summary>Tiles in a block: enough to overlap the latencies of the proofs.</summary>
    private const int TileCount = 8;
    private const int LineLength = 16;
    private const int MaxFeatureCount = 64;
    private const int MaxCenterCount = 2048;

    private static int RowCount => 2 * TLanes.Count;

    /// <summary>Whether this is the faster form. With more features panels are, because nothing is transposed; with more centers they do not stay in the second-level cache.</summary>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d.</param>
    /// <returns>True for small shapes.</returns>
    public static bool Suits(int centerCount, int featureCount) => featureCount <= MaxFeatureCount && centerCount <= MaxCenterCount;

    /// <summary>Makes room for a call.</summary>
    /// <param name="centers">Row by row.</param>
    /// <param name="scratch">Grows.</param>
    /// <returns>Rows in a block.</returns>
    public static int Reserve(SimdCenters centers, SimdWorkspace scratch)
    {
        scratch.ReserveColumns(TileCount * RowCount, RowCount, centers);
        return TileCount * RowCount;
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
        Score(rows, count, centers, scratch);
        nint d = centers.FeatureCount;
        var bound = new ErrorBound(centers);
        for (nint first = 0; first < count; first += RowCount)
        {
            var left = (int)Math.Min(RowCount, count - first);
            var proposals = left == RowCount ? labels + first : (int*)scratch.FirstCenters + first;
            var isProven = Prove(bound, scratch, first, (float*)proposals);
            if (left < RowCount)
            {
                new ReadOnlySpan<int>(proposals, left).CopyTo(new Span<int>(labels + first, left));
            }

            if (!isProven)
            {
                Decide(rows + (first * d), left, centers, scratch, first, labels + first);
            }
        }
    }

    /// <summary>The least two scores of every row.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Score(float* rows, int count, SimdCenters centers, SimdWorkspace scratch)
    {
        nint d = centers.FeatureCount;
        for (nint first = 0; first < count; first += RowCount)
        {
            var left = count - first;
            var tile = left >= RowCount ? rows + (first * d) : scratch.Pad(rows + (first * d), left * d, RowCount * d);
            ColumnSamples<TLanes, TVector>.Transpose(tile, d, scratch.Columns, scratch.SquaredNorms + first);
            FetchAfter(tile + (RowCount * d), RowCount * d);
            ColumnTile<TLanes, TVector, LeastTwoSink<TLanes, TVector>>.Score(scratch.Columns, centers, Sink(scratch, first));
        }
    }

    /// <summary>Has the next tile on its way to the nearest cache while this one is scored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FetchAfter(float* next, nint length)
    {
        for (nint i = 0; i < length; i += LineLength)
        {
            Cache.PrefetchNearest(next + i);
        }
    }

    /// <summary>An empty sink for a tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static LeastTwoSink<TLanes, TVector> Sink(SimdWorkspace scratch, nint first)
    {
        var most = TLanes.Broadcast(float.MaxValue);
        TLanes.Store(most, scratch.LeastScores + first);
        TLanes.Store(most, scratch.LeastScores + first + TLanes.Count);
        TLanes.Store(most, scratch.SecondScores + first);
        TLanes.Store(most, scratch.SecondScores + first + TLanes.Count);
        return new(scratch.LeastScores + first, scratch.SecondScores + first, scratch.FirstCenters + first);
    }

    /// <summary>Writes the proposed labels of a tile, to whole vectors; true where no second score is at most its row's threshold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Prove(ErrorBound bound, SimdWorkspace scratch, nint first, float* labels)
    {
        var last = first + TLanes.Count;
        var leastLow = TLanes.Load(scratch.LeastScores + first);
        var leastHigh = TLanes.Load(scratch.LeastScores + last);
        TLanes.Store(TLanes.AddPlace(TLanes.Load(scratch.FirstCenters + first), leastLow), labels);
        TLanes.Store(TLanes.AddPlace(TLanes.Load(scratch.FirstCenters + last), leastHigh), labels + TLanes.Count);
        var low = bound.Threshold<TLanes, TVector>(leastLow, TLanes.Load(scratch.SquaredNorms + first));
        var high = bound.Threshold<TLanes, TVector>(leastHigh, TLanes.Load(scratch.SquaredNorms + last));
        TLanes.Store(low, scratch.Thresholds + first);
        TLanes.Store(high, scratch.Thresholds + last);
        return TLanes.AreAbove(TLanes.Load(scratch.SecondScores + first), low) && TLanes.AreAbove(TLanes.Load(scratch.SecondScores + last), high);
    }

    /// <summary>Scores a tile again, keeping all scores, for those of its rows that have several candidates.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Decide(float* rows, int count, SimdCenters centers, SimdWorkspace scratch, nint first, int* labels)
    {
        nint d = centers.FeatureCount;
        var norms = stackalloc float[RowCount];
        ColumnSamples<TLanes, TVector>.Transpose(count == RowCount ? rows : scratch.Pad(rows, count * d, RowCount * d), d, scratch.Columns, norms);
        ColumnTile<TLanes, TVector, ScoreSink<TLanes, TVector>>.Score(scratch.Columns, centers, new(scratch.Scores));
        for (nint r = 0; r < count; r++)
        {
            var threshold = scratch.Thresholds[first + r];
            if (!(scratch.SecondScores[first + r] > threshold))
            {
                labels[r] = NearTie.Decide(rows + (r * d), scratch.Scores + r, RowCount, threshold, centers, scratch);

                // For the rivals: no score is less than the least, and the label's is at most the threshold.
                scratch.SecondScores[first + r] = scratch.LeastScores[first + r];
                scratch.LeastScores[first + r] = threshold;
            }
        }
    }
}
