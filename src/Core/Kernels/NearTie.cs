using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>What happens to a sample for which float32 leaves several candidates, or proves nothing.</summary>
internal static unsafe class NearTie
{
    /// <summary>The lowest index with the least double distance, of the centers whose score is not above the threshold. O(K + d candidates).</summary>
    /// <param name="row">Length d in.</param>
    /// <param name="scores">Of center 0 in.</param>
    /// <param name="scoreStride">From the score of a center to the next's.</param>
    /// <param name="threshold">Of the row; NaN for all centers.</param>
    /// <param name="centers">What the scores were made with.</param>
    /// <param name="scratch">Counts the row.</param>
    /// <returns>The label.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static int Decide(float* row, float* scores, nint scoreStride, float threshold, SimdCenters centers, SimdWorkspace scratch)
    {
        scratch.CountNearTie();
        var sample = new ReadOnlySpan<float>(row, centers.FeatureCount);
        var label = 0;
        var least = double.PositiveInfinity;
        for (var j = 0; j < centers.CenterCount; j++)
        {
            if (scores[j * scoreStride] > threshold)
            {
                continue;
            }

            var squaredDistance = SquaredDistance.Between(sample, centers.Center(j));
            if (squaredDistance < least)
            {
                least = squaredDistance;
                label = j;
            }
        }

        return label;
    }
}
