using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>The innermost loops with features across the lanes: the scores of two or four samples against five centers, in registers, and the squared norms of the samples beside those of the first five.</summary>
/// <remarks>
/// For few centers with many features: panels would leave lanes empty, and columns would spend their time on the transposition. Ten accumulators hide the latency of the multiply-adds and need
/// 7 loads for 10 of them; twenty fit into 32 registers and need 9 for 20, which counts because rows begin anywhere and a vector of 512 bits then takes two loads. Only here does a score end
/// with a sum over the lanes; it is a small part of d / W multiply-adds.
/// </remarks>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal static unsafe class FeatureTile<TLanes, TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    /// <summary>Centers in a group.</summary>
    public const int GroupSize = 5;

    /// <summary>Bytes from a row to what is fetched with it: far enough for memory to answer, near enough to be still in the nearest cache when its turn comes.</summary>
    private const int AheadBytes = 128 << 10;

    /// <summary>Samples in a tile: as many as the registers take.</summary>
    public static int RowCount => TLanes.Count == 16 ? 4 : 2;

    /// <summary>Scores a tile of samples against a group of centers. O(d).</summary>
    /// <param name="rows">Row-major (rows, d) in.</param>
    /// <param name="featureCount">d, at least W.</param>
    /// <param name="weights">Row-major (5, ceil(d / W) W) in; the last vector of each belongs to the last W features, those that the vector before it has already are 0.</param>
    /// <param name="starts">Length 5 in.</param>
    /// <param name="scores">Five scores a row, out.</param>
    /// <param name="scoreStride">From the scores of one row to those of the next.</param>
    /// <param name="squaredNorms">|x|^2 of each row or more, out; null where they are known.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Score(float* rows, nint featureCount, float* weights, float* starts, float* scores, nint scoreStride, float* squaredNorms)
    {
        if (squaredNorms is null)
        {
            Score<Without>(rows, featureCount, weights, starts, scores, scoreStride, squaredNorms);
        }
        else
        {
            Score<With>(rows, featureCount, weights, starts, scores, scoreStride, squaredNorms);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Score<TNorms>(float* rows, nint featureCount, float* weights, float* starts, float* scores, nint scoreStride, float* squaredNorms)
        where TNorms : struct, INorms
    {
        if (TLanes.Count == 16)
        {
            FourRows<TNorms>(rows, featureCount, weights, starts, scores, scoreStride, squaredNorms);
        }
        else
        {
            TwoRows<TNorms>(rows, featureCount, weights, starts, scores, scoreStride, squaredNorms);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows<TNorms>(float* rows, nint d, float* weights, float* starts, float* scores, nint scoreStride, float* squaredNorms)
        where TNorms : struct, INorms
    {
        var stride = (d + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        var weights3 = weights + (3 * stride);
        var a0 = TLanes.Broadcast(0);
        var a1 = a0; var a2 = a0; var a3 = a0; var a4 = a0;
        var b0 = a0; var b1 = a0; var b2 = a0; var b3 = a0; var b4 = a0;
        var c0 = a0; var c1 = a0; var c2 = a0; var c3 = a0; var c4 = a0;
        var d0 = a0; var d1 = a0; var d2 = a0; var d3 = a0; var d4 = a0;
        var xNorm = a0; var yNorm = a0; var zNorm = a0; var uNorm = a0;
        var last = rows + d - TLanes.Count;
        for (var row = rows; ; row = row < last - TLanes.Count ? row + TLanes.Count : last)
        {
            var x = TLanes.Load(row);
            var y = TLanes.Load(row + d);
            var z = TLanes.Load(row + (2 * d));
            var u = TLanes.Load(row + (3 * d));
            if (TNorms.AreWanted)
            {
                // The first group's pass over the rows fetches those to come as well.
                Cache.Prefetch((byte*)row + AheadBytes);
                Cache.Prefetch((byte*)(row + d) + AheadBytes);
                Cache.Prefetch((byte*)(row + (2 * d)) + AheadBytes);
                Cache.Prefetch((byte*)(row + (3 * d)) + AheadBytes);
                xNorm = TLanes.MultiplyAdd(x, x, xNorm);
                yNorm = TLanes.MultiplyAdd(y, y, yNorm);
                zNorm = TLanes.MultiplyAdd(z, z, zNorm);
                uNorm = TLanes.MultiplyAdd(u, u, uNorm);
            }

            var w = TLanes.Load(weights);
            a0 = TLanes.MultiplyAdd(x, w, a0);
            b0 = TLanes.MultiplyAdd(y, w, b0);
            c0 = TLanes.MultiplyAdd(z, w, c0);
            d0 = TLanes.MultiplyAdd(u, w, d0);
            w = TLanes.Load(weights + stride);
            a1 = TLanes.MultiplyAdd(x, w, a1);
            b1 = TLanes.MultiplyAdd(y, w, b1);
            c1 = TLanes.MultiplyAdd(z, w, c1);
            d1 = TLanes.MultiplyAdd(u, w, d1);
            w = TLanes.Load(weights + (2 * stride));
            a2 = TLanes.MultiplyAdd(x, w, a2);
            b2 = TLanes.MultiplyAdd(y, w, b2);
            c2 = TLanes.MultiplyAdd(z, w, c2);
            d2 = TLanes.MultiplyAdd(u, w, d2);
            w = TLanes.Load(weights3);
            a3 = TLanes.MultiplyAdd(x, w, a3);
            b3 = TLanes.MultiplyAdd(y, w, b3);
            c3 = TLanes.MultiplyAdd(z, w, c3);
            d3 = TLanes.MultiplyAdd(u, w, d3);
            w = TLanes.Load(weights3 + stride);
            a4 = TLanes.MultiplyAdd(x, w, a4);
            b4 = TLanes.MultiplyAdd(y, w, b4);
            c4 = TLanes.MultiplyAdd(z, w, c4);
            d4 = TLanes.MultiplyAdd(u, w, d4);
            weights += TLanes.Count;
            weights3 += TLanes.Count;
            if (row == last)
            {
                break;
            }
        }

        Keep(a0, a1, a2, a3, a4, starts, scores);
        Keep(b0, b1, b2, b3, b4, starts, scores + scoreStride);
        Keep(c0, c1, c2, c3, c4, starts, scores + (2 * scoreStride));
        Keep(d0, d1, d2, d3, d4, starts, scores + (3 * scoreStride));
        if (TNorms.AreWanted)
        {
            squaredNorms[0] = TLanes.Sum(xNorm);
            squaredNorms[1] = TLanes.Sum(yNorm);
            squaredNorms[2] = TLanes.Sum(zNorm);
            squaredNorms[3] = TLanes.Sum(uNorm);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoRows<TNorms>(float* rows, nint d, float* weights, float* starts, float* scores, nint scoreStride, float* squaredNorms)
        where TNorms : struct, INorms
    {
        var stride = (d + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        var weights3 = weights + (3 * stride);
        var a0 = TLanes.Broadcast(0);
        var a1 = a0; var a2 = a0; var a3 = a0; var a4 = a0;
        var b0 = a0; var b1 = a0; var b2 = a0; var b3 = a0; var b4 = a0;
        var xNorm = a0; var yNorm = a0;
        var last = rows + d - TLanes.Count;
        for (var row = rows; ; row = row < last - TLanes.Count ? row + TLanes.Count : last)
        {
            var x = TLanes.Load(row);
            var y = TLanes.Load(row + d);
            if (TNorms.AreWanted)
            {
                // The first group's pass over the rows fetches those to come as well.
                Cache.Prefetch((byte*)row + AheadBytes);
                Cache.Prefetch((byte*)(row + d) + AheadBytes);
                xNorm = TLanes.MultiplyAdd(x, x, xNorm);
                yNorm = TLanes.MultiplyAdd(y, y, yNorm);
            }

            var w = TLanes.Load(weights);
            a0 = TLanes.MultiplyAdd(x, w, a0);
            b0 = TLanes.MultiplyAdd(y, w, b0);
            w = TLanes.Load(weights + stride);
            a1 = TLanes.MultiplyAdd(x, w, a1);
            b1 = TLanes.MultiplyAdd(y, w, b1);
            w = TLanes.Load(weights + (2 * stride));
            a2 = TLanes.MultiplyAdd(x, w, a2);
            b2 = TLanes.MultiplyAdd(y, w, b2);
            w = TLanes.Load(weights3);
            a3 = TLanes.MultiplyAdd(x, w, a3);
            b3 = TLanes.MultiplyAdd(y, w, b3);
            w = TLanes.Load(weights3 + stride);
            a4 = TLanes.MultiplyAdd(x, w, a4);
            b4 = TLanes.MultiplyAdd(y, w, b4);
            weights += TLanes.Count;
            weights3 += TLanes.Count;
            if (row == last)
            {
                break;
            }
        }

        Keep(a0, a1, a2, a3, a4, starts, scores);
        Keep(b0, b1, b2, b3, b4, starts, scores + scoreStride);
        if (TNorms.AreWanted)
        {
            squaredNorms[0] = TLanes.Sum(xNorm);
            squaredNorms[1] = TLanes.Sum(yNorm);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(TVector first, TVector second, TVector third, TVector fourth, TVector fifth, float* starts, float* scores)
    {
        scores[0] = starts[0] + TLanes.Sum(first);
        scores[1] = starts[1] + TLanes.Sum(second);
        scores[2] = starts[2] + TLanes.Sum(third);
        scores[3] = starts[3] + TLanes.Sum(fourth);
        scores[4] = starts[4] + TLanes.Sum(fifth);
    }

    /// <summary>Whether a pass sums squares, decided when it is compiled.</summary>
    private interface INorms
    {
        static abstract bool AreWanted { get; }
    }

    private readonly struct With : INorms
    {
        public static bool AreWanted => true;
    }

    private readonly struct Without : INorms
    {
        public static bool AreWanted => false;
    }
}
