using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KMeans.Kernels;

/// <content>Eight rows at a time: the definition makes one row a single chain of additions, and eight chains keep the adders busy and share the sums over the lanes.</content>
public static partial class SquaredDistance
{
    /// <summary>Rows of a call of <see cref="OfEight"/>.</summary>
    internal const int RowCount = 8;

    /// <summary>Whether this machine has what <see cref="OfEight"/> needs: vectors of 512 bits.</summary>
    internal static bool TakesEight => Avx512F.IsSupported;

    /// <summary>D of every sample to the center of its label; the bits of <see cref="Scalar"/>. O(n d).</summary>
    /// <param name="samples">Row-major (n, d) in.</param>
    /// <param name="count">n.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="centers">Row-major (K, d) in.</param>
    /// <param name="labels">Length n in, 0 to K - 1.</param>
    /// <param name="squaredDistances">Length n out.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static unsafe void OfLabelled(float* samples, int count, int featureCount, double* centers, int* labels, double* squaredDistances)
    {
        nint d = featureCount;
        var r = 0;
        if (TakesEight)
        {
            for (; r <= count - RowCount; r += RowCount)
            {
                OfEight(samples + (r * d), centers, labels + r, d, squaredDistances + r);
            }
        }

        for (; r < count; r++)
        {
            squaredDistances[r] = Between(new(samples + (r * d), featureCount), new(centers + (labels[r] * d), featureCount));
        }
    }

    /// <summary>D of eight consecutive samples to a center each; the bits of <see cref="Scalar"/>. O(d).</summary>
    /// <param name="samples">Row-major (8, d) in.</param>
    /// <param name="centers">Row-major (K, d) in.</param>
    /// <param name="labels">Eight rows of centers in.</param>
    /// <param name="d">Features.</param>
    /// <param name="squaredDistances">Length 8 out.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void OfEight(float* samples, double* centers, int* labels, nint d, double* squaredDistances)
    {
        var samples4 = samples + (4 * d);
        var c0 = centers + (labels[0] * d);
        var c1 = centers + (labels[1] * d);
        var c2 = centers + (labels[2] * d);
        var c3 = centers + (labels[3] * d);
        var c4 = centers + (labels[4] * d);
        var c5 = centers + (labels[5] * d);
        var c6 = centers + (labels[6] * d);
        var c7 = centers + (labels[7] * d);
        var d3 = 3 * d;
        var sum0 = Vector512<double>.Zero;
        var sum1 = sum0;
        var sum2 = sum0;
        var sum3 = sum0;
        var sum4 = sum0;
        var sum5 = sum0;
        var sum6 = sum0;
        var sum7 = sum0;
        nint i = 0;
        for (; i <= d - LaneCount; i += LaneCount)
        {
            sum0 = AddSquares(samples + i, c0 + i, sum0);
            sum1 = AddSquares(samples + d + i, c1 + i, sum1);
            sum2 = AddSquares(samples + (2 * d) + i, c2 + i, sum2);
            sum3 = AddSquares(samples + d3 + i, c3 + i, sum3);
            sum4 = AddSquares(samples4 + i, c4 + i, sum4);
            sum5 = AddSquares(samples4 + d + i, c5 + i, sum5);
            sum6 = AddSquares(samples4 + (2 * d) + i, c6 + i, sum6);
            sum7 = AddSquares(samples4 + d3 + i, c7 + i, sum7);
        }

        if (i < d)
        {
            // The features that are left, and zeros, whose squares leave a lane as it is. Nothing beyond them is read.
            var isLeft = Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)(d - i))).AsDouble();
            var isLeftSingle = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create((int)(d - i))).AsSingle();
            sum0 = AddLastSquares(samples + i, c0 + i, isLeftSingle, isLeft, sum0);
            sum1 = AddLastSquares(samples + d + i, c1 + i, isLeftSingle, isLeft, sum1);
            sum2 = AddLastSquares(samples + (2 * d) + i, c2 + i, isLeftSingle, isLeft, sum2);
            sum3 = AddLastSquares(samples + d3 + i, c3 + i, isLeftSingle, isLeft, sum3);
            sum4 = AddLastSquares(samples4 + i, c4 + i, isLeftSingle, isLeft, sum4);
            sum5 = AddLastSquares(samples4 + d + i, c5 + i, isLeftSingle, isLeft, sum5);
            sum6 = AddLastSquares(samples4 + (2 * d) + i, c6 + i, isLeftSingle, isLeft, sum6);
            sum7 = AddLastSquares(samples4 + d3 + i, c7 + i, isLeftSingle, isLeft, sum7);
        }

        // Lanes l and l + 4: halves of two rows.
        var rows04 = Avx512F.Shuffle4x128(sum0, sum4, 0b_01_00_01_00) + Avx512F.Shuffle4x128(sum0, sum4, 0b_11_10_11_10);
        var rows15 = Avx512F.Shuffle4x128(sum1, sum5, 0b_01_00_01_00) + Avx512F.Shuffle4x128(sum1, sum5, 0b_11_10_11_10);
        var rows26 = Avx512F.Shuffle4x128(sum2, sum6, 0b_01_00_01_00) + Avx512F.Shuffle4x128(sum2, sum6, 0b_11_10_11_10);
        var rows37 = Avx512F.Shuffle4x128(sum3, sum7, 0b_01_00_01_00) + Avx512F.Shuffle4x128(sum3, sum7, 0b_11_10_11_10);

        // Lanes l and l + 2: pairs of lanes of four rows, 0 2 4 6 and 1 3 5 7 after the next step.
        var rows0426 = Avx512F.Shuffle4x128(rows04, rows26, 0b_10_00_10_00) + Avx512F.Shuffle4x128(rows04, rows26, 0b_11_01_11_01);
        var rows1537 = Avx512F.Shuffle4x128(rows15, rows37, 0b_10_00_10_00) + Avx512F.Shuffle4x128(rows15, rows37, 0b_11_01_11_01);

        // Lanes l and l + 1: rows 0 1, 4 5, 2 3, 6 7.
        var rows = Avx512F.UnpackLow(rows0426, rows1537) + Avx512F.UnpackHigh(rows0426, rows1537);
        Avx512F.Shuffle4x128(rows, rows, 0b_11_01_10_00).Store(squaredDistances);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector512<double> AddSquares(float* x, double* c, Vector512<double> sum)
    {
        var difference = Widen512(in *x) - Vector512.Load(c);
        return Vector512.FusedMultiplyAdd(difference, difference, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector512<double> AddLastSquares(float* x, double* c, Vector256<float> isLeftSingle, Vector512<double> isLeft, Vector512<double> sum)
    {
        var difference = Avx512F.ConvertToVector512Double(Avx.MaskLoad(x, isLeftSingle)) - Avx512F.MaskLoad(c, isLeft, Vector512<double>.Zero);
        return Vector512.FusedMultiplyAdd(difference, difference, sum);
    }
}
