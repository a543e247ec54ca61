using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>The innermost loops: the scores of six samples against a panel of one to four vectors of centers, all in registers.</summary>
/// <remarks>
/// A score is start_j + sum over i of x_i w_ji in float32, in increasing i, with w = -2 c and start_j = |c_j|^2 as <see cref="SimdCenters"/> packs them. Written out, because the
/// compiler does not unroll; three rows share a base pointer, so that every address is a base and 0, 1 or 2 strides. Four vectors of 512 bits fill 29 of 32 registers and need 10 loads
/// for 24 multiply-adds; two of 256 bits fill 15 of 16. Rows are read where they are.
/// </remarks>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal static unsafe class ScoreTile<TLanes, TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    /// <summary>Samples in a tile.</summary>
    public const int RowCount = 6;

    /// <summary>Scores six samples against a panel. O(v W d).</summary>
    /// <param name="vectorCount">v, 1 to 4.</param>
    /// <param name="rows">Row-major (6, d) in.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="panel">Row-major (d, v W) in.</param>
    /// <param name="start">Length v W in.</param>
    /// <param name="scores">v W scores a row, out.</param>
    /// <param name="scoreStride">From the scores of one row to those of the next.</param>
    /// <param name="least">The lane-wise minimum of the v vectors, W a row, out.</param>
    /// <param name="leastStride">From the minima of one row to those of the next.</param>
    /// <param name="ahead">Memory that will be needed soon: prefetched, never read.</param>
    /// <param name="aheadStep">Bytes to prefetch for each feature.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Score(
        int vectorCount, float* rows, nint featureCount, float* panel, float* start, float* scores, nint scoreStride, float* least, nint leastStride, byte* ahead, nint aheadStep)
    {
        switch (vectorCount)
        {
            case 4:
                ScoreFour(rows, featureCount, panel, start, scores, scoreStride, least, leastStride, ahead, aheadStep);
                break;
            case 3:
                ScoreThree(rows, featureCount, panel, start, scores, scoreStride, least, leastStride, ahead, aheadStep);
                break;
            case 2:
                ScoreTwo(rows, featureCount, panel, start, scores, scoreStride, least, leastStride, ahead, aheadStep);
                break;
            default:
                ScoreOne(rows, featureCount, panel, start, scores, scoreStride, least, leastStride, ahead, aheadStep);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScoreFour(
        float* row0, nint stride, float* panel, float* start, float* scores, nint scoreStride, float* least, nint leastStride, byte* ahead, nint aheadStep)
    {
        var row3 = row0 + (3 * stride);
        var a0 = TLanes.Load(start);
        var b0 = TLanes.Load(start + TLanes.Count);
        var c0 = TLanes.Load(start + (2 * TLanes.Count));
        var d0 = TLanes.Load(start + (3 * TLanes.Count));
        var a1 = a0; var b1 = b0; var c1 = c0; var d1 = d0;
        var a2 = a0; var b2 = b0; var c2 = c0; var d2 = d0;
        var a3 = a0; var b3 = b0; var c3 = c0; var d3 = d0;
        var a4 = a0; var b4 = b0; var c4 = c0; var d4 = d0;
        var a5 = a0; var b5 = b0; var c5 = c0; var d5 = d0;
        for (var end = panel + (stride * 4 * TLanes.Count); panel < end; panel += 4 * TLanes.Count)
        {
            Cache.Prefetch(ahead);
            ahead += aheadStep;
            var w0 = TLanes.Load(panel);
            var w1 = TLanes.Load(panel + TLanes.Count);
            var w2 = TLanes.Load(panel + (2 * TLanes.Count));
            var w3 = TLanes.Load(panel + (3 * TLanes.Count));
            var x = TLanes.Broadcast(*row0);
            a0 = TLanes.MultiplyAdd(x, w0, a0);
            b0 = TLanes.MultiplyAdd(x, w1, b0);
            c0 = TLanes.MultiplyAdd(x, w2, c0);
            d0 = TLanes.MultiplyAdd(x, w3, d0);
            x = TLanes.Broadcast(*(row0 + stride));
            a1 = TLanes.MultiplyAdd(x, w0, a1);
            b1 = TLanes.MultiplyAdd(x, w1, b1);
            c1 = TLanes.MultiplyAdd(x, w2, c1);
            d1 = TLanes.MultiplyAdd(x, w3, d1);
            x = TLanes.Broadcast(*(row0 + (2 * stride)));
            a2 = TLanes.MultiplyAdd(x, w0, a2);
            b2 = TLanes.MultiplyAdd(x, w1, b2);
            c2 = TLanes.MultiplyAdd(x, w2, c2);
            d2 = TLanes.MultiplyAdd(x, w3, d2);
            x = TLanes.Broadcast(*row3);
            a3 = TLanes.MultiplyAdd(x, w0, a3);
            b3 = TLanes.MultiplyAdd(x, w1, b3);
            c3 = TLanes.MultiplyAdd(x, w2, c3);
            d3 = TLanes.MultiplyAdd(x, w3, d3);
            x = TLanes.Broadcast(*(row3 + stride));
            a4 = TLanes.MultiplyAdd(x, w0, a4);
            b4 = TLanes.MultiplyAdd(x, w1, b4);
            c4 = TLanes.MultiplyAdd(x, w2, c4);
            d4 = TLanes.MultiplyAdd(x, w3, d4);
            x = TLanes.Broadcast(*(row3 + (2 * stride)));
            a5 = TLanes.MultiplyAdd(x, w0, a5);
            b5 = TLanes.MultiplyAdd(x, w1, b5);
            c5 = TLanes.MultiplyAdd(x, w2, c5);
            d5 = TLanes.MultiplyAdd(x, w3, d5);
            row0++;
            row3++;
        }

        Keep(a0, b0, c0, d0, scores, least);
        Keep(a1, b1, c1, d1, scores + scoreStride, least + leastStride);
        Keep(a2, b2, c2, d2, scores + (2 * scoreStride), least + (2 * leastStride));
        Keep(a3, b3, c3, d3, scores + (3 * scoreStride), least + (3 * leastStride));
        Keep(a4, b4, c4, d4, scores + (4 * scoreStride), least + (4 * leastStride));
        Keep(a5, b5, c5, d5, scores + (5 * scoreStride), least + (5 * leastStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScoreThree(
        float* row0, nint stride, float* panel, float* start, float* scores, nint scoreStride, float* least, nint leastStride, byte* ahead, nint aheadStep)
    {
        var row3 = row0 + (3 * stride);
        var a0 = TLanes.Load(start);
        var b0 = TLanes.Load(start + TLanes.Count);
        var c0 = TLanes.Load(start + (2 * TLanes.Count));
        var a1 = a0; var b1 = b0; var c1 = c0;
        var a2 = a0; var b2 = b0; var c2 = c0;
        var a3 = a0; var b3 = b0; var c3 = c0;
        var a4 = a0; var b4 = b0; var c4 = c0;
        var a5 = a0; var b5 = b0; var c5 = c0;
        for (var end = panel + (stride * 3 * TLanes.Count); panel < end; panel += 3 * TLanes.Count)
        {
            Cache.Prefetch(ahead);
            ahead += aheadStep;
            var w0 = TLanes.Load(panel);
            var w1 = TLanes.Load(panel + TLanes.Count);
            var w2 = TLanes.Load(panel + (2 * TLanes.Count));
            var x = TLanes.Broadcast(*row0);
            a0 = TLanes.MultiplyAdd(x, w0, a0);
            b0 = TLanes.MultiplyAdd(x, w1, b0);
            c0 = TLanes.MultiplyAdd(x, w2, c0);
            x = TLanes.Broadcast(*(row0 + stride));
            a1 = TLanes.MultiplyAdd(x, w0, a1);
            b1 = TLanes.MultiplyAdd(x, w1, b1);
            c1 = TLanes.MultiplyAdd(x, w2, c1);
            x = TLanes.Broadcast(*(row0 + (2 * stride)));
            a2 = TLanes.MultiplyAdd(x, w0, a2);
            b2 = TLanes.MultiplyAdd(x, w1, b2);
            c2 = TLanes.MultiplyAdd(x, w2, c2);
            x = TLanes.Broadcast(*row3);
            a3 = TLanes.MultiplyAdd(x, w0, a3);
            b3 = TLanes.MultiplyAdd(x, w1, b3);
            c3 = TLanes.MultiplyAdd(x, w2, c3);
            x = TLanes.Broadcast(*(row3 + stride));
            a4 = TLanes.MultiplyAdd(x, w0, a4);
            b4 = TLanes.MultiplyAdd(x, w1, b4);
            c4 = TLanes.MultiplyAdd(x, w2, c4);
            x = TLanes.Broadcast(*(row3 + (2 * stride)));
            a5 = TLanes.MultiplyAdd(x, w0, a5);
            b5 = TLanes.MultiplyAdd(x, w1, b5);
            c5 = TLanes.MultiplyAdd(x, w2, c5);
            row0++;
            row3++;
        }

        Keep(a0, b0, c0, scores, least);
        Keep(a1, b1, c1, scores + scoreStride, least + leastStride);
        Keep(a2, b2, c2, scores + (2 * scoreStride), least + (2 * leastStride));
        Keep(a3, b3, c3, scores + (3 * scoreStride), least + (3 * leastStride));
        Keep(a4, b4, c4, scores + (4 * scoreStride), least + (4 * leastStride));
        Keep(a5, b5, c5, scores + (5 * scoreStride), least + (5 * leastStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScoreTwo(
        float* row0, nint stride, float* panel, float* start, float* scores, nint scoreStride, float* least, nint leastStride, byte* ahead, nint aheadStep)
    {
        var row3 = row0 + (3 * stride);
        var a0 = TLanes.Load(start);
        var b0 = TLanes.Load(start + TLanes.Count);
        var a1 = a0; var b1 = b0;
        var a2 = a0; var b2 = b0;
        var a3 = a0; var b3 = b0;
        var a4 = a0; var b4 = b0;
        var a5 = a0; var b5 = b0;
        for (var end = panel + (stride * 2 * TLanes.Count); panel < end; panel += 2 * TLanes.Count)
        {
            Cache.Prefetch(ahead);
            ahead += aheadStep;
            var w0 = TLanes.Load(panel);
            var w1 = TLanes.Load(panel + TLanes.Count);
            var x = TLanes.Broadcast(*row0);
            a0 = TLanes.MultiplyAdd(x, w0, a0);
            b0 = TLanes.MultiplyAdd(x, w1, b0);
            x = TLanes.Broadcast(*(row0 + stride));
            a1 = TLanes.MultiplyAdd(x, w0, a1);
            b1 = TLanes.MultiplyAdd(x, w1, b1);
            x = TLanes.Broadcast(*(row0 + (2 * stride)));
            a2 = TLanes.MultiplyAdd(x, w0, a2);
            b2 = TLanes.MultiplyAdd(x, w1, b2);
            x = TLanes.Broadcast(*row3);
            a3 = TLanes.MultiplyAdd(x, w0, a3);
            b3 = TLanes.MultiplyAdd(x, w1, b3);
            x = TLanes.Broadcast(*(row3 + stride));
            a4 = TLanes.MultiplyAdd(x, w0, a4);
            b4 = TLanes.MultiplyAdd(x, w1, b4);
            x = TLanes.Broadcast(*(row3 + (2 * stride)));
            a5 = TLanes.MultiplyAdd(x, w0, a5);
            b5 = TLanes.MultiplyAdd(x, w1, b5);
            row0++;
            row3++;
        }

        Keep(a0, b0, scores, least);
        Keep(a1, b1, scores + scoreStride, least + leastStride);
        Keep(a2, b2, scores + (2 * scoreStride), least + (2 * leastStride));
        Keep(a3, b3, scores + (3 * scoreStride), least + (3 * leastStride));
        Keep(a4, b4, scores + (4 * scoreStride), least + (4 * leastStride));
        Keep(a5, b5, scores + (5 * scoreStride), least + (5 * leastStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScoreOne(
        float* row0, nint stride, float* panel, float* start, float* scores, nint scoreStride, float* least, nint leastStride, byte* ahead, nint aheadStep)
    {
        var row3 = row0 + (3 * stride);
        var a0 = TLanes.Load(start);
        var a1 = a0;
        var a2 = a0;
        var a3 = a0;
        var a4 = a0;
        var a5 = a0;
        for (var end = panel + (stride * TLanes.Count); panel < end; panel += TLanes.Count)
        {
            Cache.Prefetch(ahead);
            ahead += aheadStep;
            var w0 = TLanes.Load(panel);
            var x = TLanes.Broadcast(*row0);
            a0 = TLanes.MultiplyAdd(x, w0, a0);
            x = TLanes.Broadcast(*(row0 + stride));
            a1 = TLanes.MultiplyAdd(x, w0, a1);
            x = TLanes.Broadcast(*(row0 + (2 * stride)));
            a2 = TLanes.MultiplyAdd(x, w0, a2);
            x = TLanes.Broadcast(*row3);
            a3 = TLanes.MultiplyAdd(x, w0, a3);
            x = TLanes.Broadcast(*(row3 + stride));
            a4 = TLanes.MultiplyAdd(x, w0, a4);
            x = TLanes.Broadcast(*(row3 + (2 * stride)));
            a5 = TLanes.MultiplyAdd(x, w0, a5);
            row0++;
            row3++;
        }

        Keep(a0, scores, least);
        Keep(a1, scores + scoreStride, least + leastStride);
        Keep(a2, scores + (2 * scoreStride), least + (2 * leastStride));
        Keep(a3, scores + (3 * scoreStride), least + (3 * leastStride));
        Keep(a4, scores + (4 * scoreStride), least + (4 * leastStride));
        Keep(a5, scores + (5 * scoreStride), least + (5 * leastStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(TVector first, TVector second, TVector third, TVector fourth, float* scores, float* least)
    {
        TLanes.Store(first, scores);
        TLanes.Store(second, scores + TLanes.Count);
        TLanes.Store(third, scores + (2 * TLanes.Count));
        TLanes.Store(fourth, scores + (3 * TLanes.Count));
        TLanes.Store(TLanes.Min(TLanes.Min(first, second), TLanes.Min(third, fourth)), least);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(TVector first, TVector second, TVector third, float* scores, float* least)
    {
        TLanes.Store(first, scores);
        TLanes.Store(second, scores + TLanes.Count);
        TLanes.Store(third, scores + (2 * TLanes.Count));
        TLanes.Store(TLanes.Min(TLanes.Min(first, second), third), least);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(TVector first, TVector second, float* scores, float* least)
    {
        TLanes.Store(first, scores);
        TLanes.Store(second, scores + TLanes.Count);
        TLanes.Store(TLanes.Min(first, second), least);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(TVector only, float* scores, float* least)
    {
        TLanes.Store(only, scores);
        TLanes.Store(only, least);
    }
}
