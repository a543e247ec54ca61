using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace KMeans.Kernels;

/// <summary>From a row's least float32 score to the threshold that the score of the true nearest center cannot exceed. Derived in docs/design/kernels.md.</summary>
/// <param name="centers">The constants.</param>
internal readonly unsafe ref struct ErrorBound(SimdCenters centers)
{
    /// <summary>Rows are taken in groups of so many; arrays of them are padded to whole groups.</summary>
    public const int GroupSize = 8;

    /// <summary>|c|^2 + 2 |x| |c| up to here keeps every partial sum of a score finite.</summary>
    private const float LargestTerms = 1e37f;

    /// <summary>Covers the handful of float32 roundings in the formulas themselves.</summary>
    private const float Slack = 1 + 1e-5f;

    private readonly float scoreError = centers.ScoreError;
    private readonly float distanceError = centers.DistanceError;
    private readonly float underflow = centers.Underflow;
    private readonly float squaredCenterNorm = centers.Norm * centers.Norm;

    // (X + R)^2 is at most 2 (X^2 + R^2).
    private readonly float leastSquaredReach = centers.LeastOversizedNorm / 2 * centers.LeastOversizedNorm / Slack;

    /// <summary>For each row a number that the score of no center exceeds whose double distance is at most that of the center with the least score. O(n).</summary>
    /// <param name="leastScores">min over j of the float32 scores s_j, in. Length n, padded to whole groups.</param>
    /// <param name="squaredNorms">At least |x|^2 but for the rounding of d float32 additions, in. Padded alike.</param>
    /// <param name="rowCount">n.</param>
    /// <param name="thresholds">Out, padded alike. NaN where float32 proves nothing about a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Thresholds(float* leastScores, float* squaredNorms, int rowCount, float* thresholds)
    {
        for (var r = 0; r < rowCount; r += GroupSize)
        {
            Threshold(Vector256.Load(leastScores + r), Vector256.Load(squaredNorms + r)).Store(thresholds + r);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Threshold(Vector256<float> leastScore, Vector256<float> squaredNorm)
    {
        var squaredX = (squaredNorm * Vector256.Create((1 + (2 * scoreError)) * Slack)) + Vector256.Create(underflow);
        var lost = (squaredX * Vector256.Create(underflow)) + Vector256.Create(3 * underflow);
        var squaredRadius = (Vector256.MaxNative(squaredX + leastScore, Vector256<float>.Zero) + (squaredX * Vector256.Create(8 * scoreError)) + lost)
            * Vector256.Create((1 + (4 * scoreError)) * Slack);
        var near = (squaredX * Vector256.Create(5f)) + (squaredRadius * Vector256.Create(3f));
        var any = squaredX + Vector256.Create(2 * squaredCenterNorm);
        var error = (Vector256.MinNative(near, any) * Vector256.Create(2 * scoreError)) + (squaredRadius * Vector256.Create(distanceError)) + lost;
        var squaredReach = squaredX + squaredRadius;
        var proven = Vector256.LessThan(any, Vector256.Create(LargestTerms)) & Vector256.LessThan(squaredReach, Vector256.Create(leastSquaredReach));
        return Vector256.ConditionalSelect(proven, leastScore + (error * Vector256.Create(Slack)), Vector256.Create(float.NaN));
    }
}
