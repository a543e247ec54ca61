using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>The innermost loops with samples across the lanes: the scores of two vectors of samples against groups of six or four centers, in registers.</summary>
/// <remarks>
/// The mirror of <see cref="ScoreTile{TLanes, TVector}"/>: the samples are the transposed operand and the centers are read where they are. Minima are taken over centers, lane by lane, so
/// that nothing is horizontal. Twelve accumulators hide the latency of the multiply-adds, and need 8 loads for 12 of them.
/// </remarks>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal static unsafe class ColumnTile<TLanes, TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    /// <summary>Samples in a tile, 2 W.</summary>
    public static int RowCount => 2 * TLanes.Count;

    /// <summary>Scores a tile of samples against all centers. O(W K d).</summary>
    /// <param name="columns">Row-major (d, 2 W) in.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="centers">Row by row.</param>
    /// <param name="scores">Row-major (places, 2 W) out.</param>
    /// <param name="least">The minima of the groups, row-major (G, 2 W) out.</param>
    /// <param name="ahead">Memory that will be needed soon: prefetched, never read.</param>
    /// <param name="aheadStep">Bytes to prefetch for each feature and group.</param>
    public static void Score(float* columns, nint featureCount, SimdCenters centers, float* scores, float* least, byte* ahead, nint aheadStep)
    {
        nint sixes = centers.GroupCount - centers.SmallGroupCount;
        nint fours = centers.SmallGroupCount;
        ScoreSixes(columns, featureCount, centers.Weights, centers.Starts, sixes, scores, least, ahead, aheadStep);
        if (fours > 0)
        {
            var first = sixes * SimdCenters.GroupSize;
            ScoreFours(
                columns, featureCount, centers.Weights + (first * featureCount), centers.Starts + first, fours, scores + (first * 2 * TLanes.Count), least + (sixes * 2 * TLanes.Count),
                ahead + (sixes * featureCount * aheadStep), aheadStep);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScoreSixes(float* columns, nint d, float* weights, float* starts, nint groupCount, float* scores, float* least, byte* ahead, nint aheadStep)
    {
        var end = columns + (d * 2 * TLanes.Count);
        for (; groupCount > 0; groupCount--)
        {
            var a0 = TLanes.Broadcast(starts[0]);
            var a1 = TLanes.Broadcast(starts[1]);
            var a2 = TLanes.Broadcast(starts[2]);
            var a3 = TLanes.Broadcast(starts[3]);
            var a4 = TLanes.Broadcast(starts[4]);
            var a5 = TLanes.Broadcast(starts[5]);
            var b0 = a0; var b1 = a1; var b2 = a2; var b3 = a3; var b4 = a4; var b5 = a5;
            var weights3 = weights + (3 * d);
            for (var column = columns; column < end; column += 2 * TLanes.Count)
            {
                Cache.PrefetchNearest(ahead);
                ahead += aheadStep;
                var x = TLanes.Load(column);
                var y = TLanes.Load(column + TLanes.Count);
                var w = TLanes.Broadcast(*weights);
                a0 = TLanes.MultiplyAdd(x, w, a0);
                b0 = TLanes.MultiplyAdd(y, w, b0);
                w = TLanes.Broadcast(*(weights + d));
                a1 = TLanes.MultiplyAdd(x, w, a1);
                b1 = TLanes.MultiplyAdd(y, w, b1);
                w = TLanes.Broadcast(*(weights + (2 * d)));
                a2 = TLanes.MultiplyAdd(x, w, a2);
                b2 = TLanes.MultiplyAdd(y, w, b2);
                w = TLanes.Broadcast(*weights3);
                a3 = TLanes.MultiplyAdd(x, w, a3);
                b3 = TLanes.MultiplyAdd(y, w, b3);
                w = TLanes.Broadcast(*(weights3 + d));
                a4 = TLanes.MultiplyAdd(x, w, a4);
                b4 = TLanes.MultiplyAdd(y, w, b4);
                w = TLanes.Broadcast(*(weights3 + (2 * d)));
                a5 = TLanes.MultiplyAdd(x, w, a5);
                b5 = TLanes.MultiplyAdd(y, w, b5);
                weights++;
                weights3++;
            }

            weights += 5 * d;
            starts += SimdCenters.GroupSize;
            Keep(a0, b0, scores);
            Keep(a1, b1, scores + (2 * TLanes.Count));
            Keep(a2, b2, scores + (4 * TLanes.Count));
            Keep(a3, b3, scores + (6 * TLanes.Count));
            Keep(a4, b4, scores + (8 * TLanes.Count));
            Keep(a5, b5, scores + (10 * TLanes.Count));
            Keep(
                TLanes.Min(TLanes.Min(TLanes.Min(a0, a1), TLanes.Min(a2, a3)), TLanes.Min(a4, a5)),
                TLanes.Min(TLanes.Min(TLanes.Min(b0, b1), TLanes.Min(b2, b3)), TLanes.Min(b4, b5)),
                least);
            scores += SimdCenters.GroupSize * 2 * TLanes.Count;
            least += 2 * TLanes.Count;
        }
    }

    /// <summary>The same for groups of four: eight accumulators still cover the latency of two units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScoreFours(float* columns, nint d, float* weights, float* starts, nint groupCount, float* scores, float* least, byte* ahead, nint aheadStep)
    {
        var end = columns + (d * 2 * TLanes.Count);
        for (; groupCount > 0; groupCount--)
        {
            var a0 = TLanes.Broadcast(starts[0]);
            var a1 = TLanes.Broadcast(starts[1]);
            var a2 = TLanes.Broadcast(starts[2]);
            var a3 = TLanes.Broadcast(starts[3]);
            var b0 = a0; var b1 = a1; var b2 = a2; var b3 = a3;
            var weights2 = weights + (2 * d);
            for (var column = columns; column < end; column += 2 * TLanes.Count)
            {
                Cache.PrefetchNearest(ahead);
                ahead += aheadStep;
                var x = TLanes.Load(column);
                var y = TLanes.Load(column + TLanes.Count);
                var w = TLanes.Broadcast(*weights);
                a0 = TLanes.MultiplyAdd(x, w, a0);
                b0 = TLanes.MultiplyAdd(y, w, b0);
                w = TLanes.Broadcast(*(weights + d));
                a1 = TLanes.MultiplyAdd(x, w, a1);
                b1 = TLanes.MultiplyAdd(y, w, b1);
                w = TLanes.Broadcast(*weights2);
                a2 = TLanes.MultiplyAdd(x, w, a2);
                b2 = TLanes.MultiplyAdd(y, w, b2);
                w = TLanes.Broadcast(*(weights2 + d));
                a3 = TLanes.MultiplyAdd(x, w, a3);
                b3 = TLanes.MultiplyAdd(y, w, b3);
                weights++;
                weights2++;
            }

            weights += 3 * d;
            starts += SimdCenters.SmallGroupSize;
            Keep(a0, b0, scores);
            Keep(a1, b1, scores + (2 * TLanes.Count));
            Keep(a2, b2, scores + (4 * TLanes.Count));
            Keep(a3, b3, scores + (6 * TLanes.Count));
            Keep(TLanes.Min(TLanes.Min(a0, a1), TLanes.Min(a2, a3)), TLanes.Min(TLanes.Min(b0, b1), TLanes.Min(b2, b3)), least);
            scores += SimdCenters.SmallGroupSize * 2 * TLanes.Count;
            least += 2 * TLanes.Count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(TVector first, TVector second, float* destination)
    {
        TLanes.Store(first, destination);
        TLanes.Store(second, destination + TLanes.Count);
    }
}
