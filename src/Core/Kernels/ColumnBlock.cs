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
    private const int FewFeatures = 64;
    private const int MaxFeatureCount = 128;
    private const int ManyCenters = 512;
    private const int MaxCenterCount = 2048;

    /// <summary>Values from a tile to what is fetched with it: far enough for memory to answer, near enough to be still in the second-level cache when its turn comes.</summary>
    private const int Ahead = 32 << 10;

    private static int RowCount => 2 * TLanes.Count;

    /// <summary>Whether this is the faster form. With more features panels are, because nothing is transposed, unless many centers share that; with more centers they do not stay in the second-level cache.</summary>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d.</param>
    /// <returns>True for small shapes.</returns>
    public static bool Suits(int centerCount, int featureCount) =>
        centerCount <= MaxCenterCount && featureCount <= (centerCount < ManyCenters ? FewFeatures : MaxFeatureCount);

    /// <summary>Makes room for a call.</summary>
    /// <param name="centers">Row by row.</param>
    /// <param name="scratch">Grows.</param>
    /// <returns>Rows in a block.</returns>
    public static int Reserve(SimdCenters centers, SimdWorkspace scratch)
    {
        scratch.ReserveColumns(TileCount * RowCount, RowCount, MaxFeatureCount, centers);
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
            Fetch(tile + Ahead, RowCount * d);
            ColumnTile<TLanes, TVector>.Score(scratch.Columns, centers, Empty(scratch, first));
        }
    }

    /// <summary>Has rows to come on their way to the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(float* values, nint length)
    {
        for (nint i = 0; i < length; i += LineLength)
        {
            Cache.Prefetch(values + i);
        }
    }

    /// <summary>No scores of a tile yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static LeastTwo<TLanes, TVector> Empty(SimdWorkspace scratch, nint first)
    {
        var most = TLanes.Broadcast(float.MaxValue);
        TLanes.Store(most, scratch.LeastScores + first);
        TLanes.Store(most, scratch.LeastScores + first + TLanes.Count);
        TLanes.Store(most, scratch.SecondScores + first);
        TLanes.Store(most, scratch.SecondScores + first + TLanes.Count);
        return new(scratch.LeastScores + first, scratch.SecondScores + first, scratch.FirstCenters + first);
    }

    /// <summary>Writes the proposed labels of a tile, to whole vectors; true where no second score is at most its row's threshold. Where scores are not numbers a label is anything, and nothing is proven.</summary>
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

    /// <summary>Has doubles decide the rows of a tile that have several candidates, for which they are scored again: one row against every center, with the features across the lanes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Decide(float* rows, int count, SimdCenters centers, SimdWorkspace scratch, nint first, int* labels)
    {
        nint d = centers.FeatureCount;
        for (nint r = 0; r < count; r++)
        {
            var threshold = scratch.Thresholds[first + r];
            if (scratch.SecondScores[first + r] > threshold)
            {
                continue;
            }

            Score(scratch.Pad(rows + (r * d), d, MaxFeatureCount), centers, scratch.Scores);
            labels[r] = NearTie.Decide(rows + (r * d), scratch.Scores, 1, threshold, centers, scratch);

            // For the rivals: no score is less than the least, and the label's is at most the threshold.
            scratch.SecondScores[first + r] = scratch.LeastScores[first + r];
            scratch.LeastScores[first + r] = threshold;
        }
    }

    /// <summary>The scores of one row, padded with zeros, against all centers. O(K d).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Score(float* row, SimdCenters centers, float* scores)
    {
        nint d = centers.FeatureCount;
        var weights = centers.Weights;
        for (nint j = 0; j < centers.CenterCount; j++)
        {
            var sum = TLanes.Broadcast(0);
            for (nint i = 0; i < d; i += TLanes.Count)
            {
                sum = TLanes.MultiplyAdd(TLanes.Load(row + i), TLanes.Load(weights + i), sum);
            }

            scores[j] = centers.Starts[j] + TLanes.Sum(sum);
            weights += d;
        }
    }
}
