using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>Six samples at a time: 12 accumulators, two vectors of centers and a broadcast fill 15 of 16 registers.</summary>
/// <remarks>Written out, because the compiler does not unroll. Three rows share a base pointer, so that every address is base + 0, 1 or 2 strides.</remarks>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal readonly unsafe struct TileOf6<TLanes, TVector> : IScoreTile
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    public static int RowCount => 6;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScorePair(float* rows, nint stride, nint featureCount, float* panel, float* start, float* scores, nint scoreStride, float* least, nint leastStride, byte* ahead, nint aheadStep)
    {
        float* row0 = rows;
        var row3 = rows + (3 * stride);
        var a0 = TLanes.Load(start);
        var b0 = TLanes.Load(start + TLanes.Count);
        var a1 = a0; var b1 = b0;
        var a2 = a0; var b2 = b0;
        var a3 = a0; var b3 = b0;
        var a4 = a0; var b4 = b0;
        var a5 = a0; var b5 = b0;
        for (var end = panel + (featureCount * 2 * TLanes.Count); panel < end; panel += 2 * TLanes.Count)
        {
            Cache.Prefetch(ahead);
            ahead += aheadStep;
            var centers0 = TLanes.Load(panel);
            var centers1 = TLanes.Load(panel + TLanes.Count);
            var x = TLanes.Broadcast(*row0);
            a0 = TLanes.MultiplyAdd(x, centers0, a0);
            b0 = TLanes.MultiplyAdd(x, centers1, b0);
            x = TLanes.Broadcast(*(row0 + stride));
            a1 = TLanes.MultiplyAdd(x, centers0, a1);
            b1 = TLanes.MultiplyAdd(x, centers1, b1);
            x = TLanes.Broadcast(*(row0 + (2 * stride)));
            a2 = TLanes.MultiplyAdd(x, centers0, a2);
            b2 = TLanes.MultiplyAdd(x, centers1, b2);
            x = TLanes.Broadcast(*row3);
            a3 = TLanes.MultiplyAdd(x, centers0, a3);
            b3 = TLanes.MultiplyAdd(x, centers1, b3);
            x = TLanes.Broadcast(*(row3 + stride));
            a4 = TLanes.MultiplyAdd(x, centers0, a4);
            b4 = TLanes.MultiplyAdd(x, centers1, b4);
            x = TLanes.Broadcast(*(row3 + (2 * stride)));
            a5 = TLanes.MultiplyAdd(x, centers0, a5);
            b5 = TLanes.MultiplyAdd(x, centers1, b5);
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

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScoreSingle(float* rows, nint stride, nint featureCount, float* panel, float* start, float* scores, nint scoreStride, byte* ahead, nint aheadStep)
    {
        float* row0 = rows;
        var row3 = rows + (3 * stride);
        var a0 = TLanes.Load(start);
        var a1 = a0;
        var a2 = a0;
        var a3 = a0;
        var a4 = a0;
        var a5 = a0;
        for (var end = panel + (featureCount * TLanes.Count); panel < end; panel += TLanes.Count)
        {
            Cache.Prefetch(ahead);
            ahead += aheadStep;
            var centers0 = TLanes.Load(panel);
            a0 = TLanes.MultiplyAdd(TLanes.Broadcast(*row0), centers0, a0);
            a1 = TLanes.MultiplyAdd(TLanes.Broadcast(*(row0 + stride)), centers0, a1);
            a2 = TLanes.MultiplyAdd(TLanes.Broadcast(*(row0 + (2 * stride))), centers0, a2);
            a3 = TLanes.MultiplyAdd(TLanes.Broadcast(*row3), centers0, a3);
            a4 = TLanes.MultiplyAdd(TLanes.Broadcast(*(row3 + stride)), centers0, a4);
            a5 = TLanes.MultiplyAdd(TLanes.Broadcast(*(row3 + (2 * stride))), centers0, a5);
            row0++;
            row3++;
        }

        TLanes.Store(a0, scores);
        TLanes.Store(a1, scores + scoreStride);
        TLanes.Store(a2, scores + (2 * scoreStride));
        TLanes.Store(a3, scores + (3 * scoreStride));
        TLanes.Store(a4, scores + (4 * scoreStride));
        TLanes.Store(a5, scores + (5 * scoreStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(TVector first, TVector second, float* scores, float* least)
    {
        TLanes.Store(first, scores);
        TLanes.Store(second, scores + TLanes.Count);
        TLanes.Store(TLanes.Min(first, second), least);
    }
}
