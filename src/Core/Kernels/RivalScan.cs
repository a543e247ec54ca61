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
        if (centers.Form == KernelForm.Columns)
        {
            InColumns(count, scratch);
        }
        else
        {
            InRows(count, centers, scratch, labels);
        }

        var longest = 2.0 * centers.Norm * centers.Norm;
        var normFactor = (1 + (2.0 * centers.ScoreError)) * Slack;
        var errorFactor = 2.0 * centers.ScoreError * Slack;
        var isComplete = float.IsPositiveInfinity(centers.LeastOversizedNorm);
        for (var r = 0; r < count; r++)
        {
            var terms = longest + (scratch.SquaredNorms[r] * normFactor);
            var square = squaredDistances[r] + scratch.LeastScores[r] - (errorFactor * terms) - (8.0 * centers.Underflow);

            // Not so for NaN either.
            rivalDistances[r] = isComplete && terms < ErrorBound.LargestTerms && square > 0 ? (float)(Math.Sqrt(square) / Slack) : 0;
        }
    }

    /// <summary>For every row the least score but for the chosen one's, less that one; to where the least scores were.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InRows(int count, SimdCenters centers, SimdWorkspace scratch, int* labels)
    {
        var scores = scratch.Scores;
        for (var r = 0; r < count; r++)
        {
            var own = scores[labels[r]];
            scores[labels[r]] = float.PositiveInfinity;
            var least = TLanes.Load(scores);
            for (var vector = 1; vector < centers.VectorCount; vector++)
            {
                least = TLanes.Min(least, TLanes.Load(scores + (vector * TLanes.Count)));
            }

            scratch.LeastScores[r] = TLanes.Least(least) - own;
            scores += scratch.ScoreStride;
        }
    }

    /// <summary>The same with samples across the lanes, where the least two are known.</summary>
    private static void InColumns(int count, SimdWorkspace scratch)
    {
        for (var r = 0; r < count; r++)
        {
            var second = scratch.SecondScores[r];
            scratch.LeastScores[r] = second > ErrorBound.LargestScore ? float.PositiveInfinity : second - scratch.LeastScores[r];
        }
    }
}
