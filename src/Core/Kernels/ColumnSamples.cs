using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>Transposes tiles of samples, so that a vector holds one feature of W samples.</summary>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal static unsafe class ColumnSamples<TLanes, TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    /// <summary>Transposes one tile and sums its squares. O(W d).</summary>
    /// <param name="rows">Row-major (2 W, d) in.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="columns">Row-major (d, 2 W) out.</param>
    /// <param name="squaredNorms">|x|^2 in float32, length 2 W out.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(float* rows, nint featureCount, float* columns, float* squaredNorms)
    {
        TransposeVector(rows, featureCount, columns);
        TransposeVector(rows + (TLanes.Count * featureCount), featureCount, columns + TLanes.Count);
        var first = TLanes.Broadcast(0);
        var second = first;
        for (var end = columns + (featureCount * 2 * TLanes.Count); columns < end; columns += 2 * TLanes.Count)
        {
            var x = TLanes.Load(columns);
            var y = TLanes.Load(columns + TLanes.Count);
            first = TLanes.MultiplyAdd(x, x, first);
            second = TLanes.MultiplyAdd(y, y, second);
        }

        TLanes.Store(first, squaredNorms);
        TLanes.Store(second, squaredNorms + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeVector(float* rows, nint featureCount, float* columns)
    {
        if (featureCount < 4)
        {
            for (nint f = 0; f < featureCount; f++)
            {
                for (nint r = 0; r < TLanes.Count; r++)
                {
                    columns[(f * 2 * TLanes.Count) + r] = rows[(r * featureCount) + f];
                }
            }

            return;
        }

        var stride = 2 * TLanes.Count;
        nint i = 0;
        for (; i <= featureCount - 8; i += 8)
        {
            TLanes.TransposeEight(rows + i, featureCount, columns + (i * stride), stride);
        }

        // Those left over are a part of the last four or eight features: some are written twice, with the same values.
        var left = featureCount - i;
        if (left > 4 && featureCount >= 8)
        {
            i = featureCount - 8;
            TLanes.TransposeEight(rows + i, featureCount, columns + (i * stride), stride);
            return;
        }

        if (left > 4)
        {
            TLanes.TransposeFour(rows + i, featureCount, columns + (i * stride), stride);
        }

        if (left > 0)
        {
            i = featureCount - 4;
            TLanes.TransposeFour(rows + i, featureCount, columns + (i * stride), stride);
        }
    }
}
