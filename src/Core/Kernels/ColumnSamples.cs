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
    /// <param name="squaredNorms">|x|^2 in float32 or more, length 2 W out: features that are written twice count twice, which only loosens the bound.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(float* rows, nint featureCount, float* columns, float* squaredNorms)
    {
        TLanes.Store(TransposeVector(rows, featureCount, columns), squaredNorms);
        TLanes.Store(TransposeVector(rows + (TLanes.Count * featureCount), featureCount, columns + TLanes.Count), squaredNorms + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector TransposeVector(float* rows, nint featureCount, float* columns)
    {
        var squares = TLanes.Broadcast(0);
        if (featureCount < 4)
        {
            for (nint f = 0; f < featureCount; f++)
            {
                for (nint r = 0; r < TLanes.Count; r++)
                {
                    columns[(f * 2 * TLanes.Count) + r] = rows[(r * featureCount) + f];
                }

                var column = TLanes.Load(columns + (f * 2 * TLanes.Count));
                squares = TLanes.MultiplyAdd(column, column, squares);
            }

            return squares;
        }

        var stride = 2 * TLanes.Count;
        nint i = 0;
        for (; i <= featureCount - 8; i += 8)
        {
            squares = TLanes.Add(squares, TLanes.TransposeEight(rows + i, featureCount, columns + (i * stride), stride));
        }

        // Those left over are a part of the last four or eight features: some are written twice, with the same values.
        var left = featureCount - i;
        if (left > 4 && featureCount >= 8)
        {
            i = featureCount - 8;
            return TLanes.Add(squares, TLanes.TransposeEight(rows + i, featureCount, columns + (i * stride), stride));
        }

        if (left > 4)
        {
            squares = TLanes.Add(squares, TLanes.TransposeFour(rows + i, featureCount, columns + (i * stride), stride));
        }

        if (left > 0)
        {
            i = featureCount - 4;
            squares = TLanes.Add(squares, TLanes.TransposeFour(rows + i, featureCount, columns + (i * stride), stride));
        }

        return squares;
    }
}
