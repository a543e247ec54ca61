using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>Transposes tiles of samples, so that a vector holds one feature of W samples.</summary>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal static unsafe class ColumnSamples<TLanes, TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    private const int FeatureCount = 4;

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
        if (featureCount < FeatureCount)
        {
            for (nint i = 0; i < featureCount; i++)
            {
                for (nint r = 0; r < TLanes.Count; r++)
                {
                    columns[(i * 2 * TLanes.Count) + r] = rows[(r * featureCount) + i];
                }
            }

            return;
        }

        for (nint i = 0; i <= featureCount - FeatureCount; i += FeatureCount)
        {
            TransposeFour(rows + i, featureCount, columns + (i * 2 * TLanes.Count));
        }

        if (featureCount % FeatureCount != 0)
        {
            // Some features are written twice, with the same values.
            var last = featureCount - FeatureCount;
            TransposeFour(rows + last, featureCount, columns + (last * 2 * TLanes.Count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeFour(float* rows, nint stride, float* columns)
    {
        TLanes.Transpose(rows, stride, out var feature0, out var feature1, out var feature2, out var feature3);
        TLanes.Store(feature0, columns);
        TLanes.Store(feature1, columns + (2 * TLanes.Count));
        TLanes.Store(feature2, columns + (4 * TLanes.Count));
        TLanes.Store(feature3, columns + (6 * TLanes.Count));
    }
}
