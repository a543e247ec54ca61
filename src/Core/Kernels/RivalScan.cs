using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>From the scores of a block that is labelled to lower bounds on the distances to all centers but the chosen ones.</summary>
/// <remarks>
/// D_j - D_own = S_j - S_own, and a float32 score is within gamma (|c|^2 + 2 |x| |c|) of S, which is at most gamma (2 M^2 + X^2) for centers no longer than M. With the exact D_own that bounds every D_j from
/// below. Where a score may have overflowed, or some centers have none, the bound is 0.
/// </remarks>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal static unsafe class RivalScan<TLanes, TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    /// <summary>Covers the roundings of the difference, the square root and the bound itself.</summary>
    private const double Slack = 1 + 1e-5;

    /// <summary>Bounds a block. O(count K).</summary>
    /// <param name="count">Rows.</param>
    /// <param name="centers">What the scores were made with.</param>
    /// <param name="scratch">The scores, of which the chosen ones are overwritten, and the squared norms.</param>
    /// <param name="labels">Length count in.</param>
    /// <param name="squaredDistances">Length count in: D_own.</param>
    /// <param name="rivalDistances">Length count out.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Bound(int count, SimdCenters centers, SimdWorkspace scratch, int* labels, double* squaredDistances, float* rivalDistances)
    {
        var own = stackalloc float[1];
        var longest = 2.0 * centers.Norm * centers.Norm;
        var normFactor = (1 + (2.0 * centers.ScoreError)) * Slack;
        var isComplete = float.IsPositiveInfinity(centers.LeastOversizedNorm);
        for (var r = 0; r < count; r++)
        {
            var least = centers.Form == KernelForm.Columns ? LeastInColumn(r, centers, scratch, labels[r], own) : LeastInRow(r, centers, scratch, labels[r], own);
            var terms = longest + (scratch.SquaredNorms[r] * normFactor);
            var error = (2 * centers.ScoreError * Slack * Slack * terms) + (8.0 * centers.Underflow);
            var square = squaredDistances[r] + ((double)least - *own) - error;

            // Not so for NaN either.
            rivalDistances[r] = isComplete && terms < ErrorBound.LargestTerms && square > 0 ? (float)(Math.Sqrt(square) / Slack) : 0;
        }
    }

    /// <summary>The least score of a row but for one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float LeastInRow(int row, SimdCenters centers, SimdWorkspace scratch, int label, float* own)
    {
        var scores = scratch.Scores + (row * scratch.ScoreStride);
        *own = scores[label];
        scores[label] = float.PositiveInfinity;
        var least = TLanes.Load(scores);
        for (var vector = 1; vector < centers.VectorCount; vector++)
        {
            least = TLanes.Min(least, TLanes.Load(scores + (vector * TLanes.Count)));
        }

        return TLanes.Least(least);
    }

    /// <summary>The same for scores with samples across the lanes. One row at a time: few rows are asked for, and the scores are in the nearest cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float LeastInColumn(int row, SimdCenters centers, SimdWorkspace scratch, int label, float* own)
    {
        nint stride = 2 * TLanes.Count;
        var scores = scratch.Scores + (row / stride * scratch.ScoreStride) + (row % stride);
        *own = scores[label * stride];
        var least = float.PositiveInfinity;
        for (nint j = 0; j < centers.CenterCount; j++)
        {
            least = j == label ? least : Math.Min(least, scores[j * stride]);
        }

        return least;
    }
}
