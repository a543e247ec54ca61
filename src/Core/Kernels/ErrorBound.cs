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
    public const float LargestTerms = 1e37f;

    /// <summary>Covers the handful of float32 roundings in the formulas themselves.</summary>
    private const float Slack = 1 + 1e-5f;

    private readonly float underflow = centers.Underflow;
    private readonly float normFactor = (1 + (2 * centers.ScoreError)) * Slack;
    private readonly float radiusFactor = (1 + (4 * centers.ScoreError)) * Slack;
    private readonly float twiceSquaredCenterNorm = 2 * centers.Norm * centers.Norm;

    // The error of the double distances is a millionth of the scores' at most, so the slack has room for it.
    private readonly float errorFactor = 2 * centers.ScoreError * Slack * Slack;

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
        var squaredX = Vector256.MultiplyAddEstimate(squaredNorm, Vector256.Create(normFactor), Vector256.Create(underflow));
        var lost = Vector256.MultiplyAddEstimate(squaredX, Vector256.Create(errorFactor * 4 * radiusFactor), Vector256.Create(4 * underflow));
        var squaredRadius = Vector256.MultiplyAddEstimate(Vector256.MaxNative(squaredX + leastScore, Vector256<float>.Zero), Vector256.Create(radiusFactor), lost);
        var near = Vector256.MultiplyAddEstimate(squaredX, Vector256.Create(5f), squaredRadius * Vector256.Create(3f));
        var any = squaredX + Vector256.Create(twiceSquaredCenterNorm);
        var error = Vector256.MultiplyAddEstimate(Vector256.MinNative(near, any), Vector256.Create(errorFactor), Vector256.Create(4 * underflow));
        var proven = Vector256.LessThan(any, Vector256.Create(LargestTerms)) & Vector256.LessThan(squaredX + squaredRadius, Vector256.Create(leastSquaredReach));
        return Vector256.ConditionalSelect(proven, leastScore + error, Vector256.Create(float.NaN));
    }
}
