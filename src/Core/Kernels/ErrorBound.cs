using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>From a row's least float32 score to the threshold that the score of the true nearest center cannot exceed. Derived in docs/design/kernels.md.</summary>
/// <param name="centers">The constants.</param>
internal readonly unsafe ref struct ErrorBound(SimdCenters centers)
{
    /// <summary>|c|^2 + 2 |x| |c| up to here keeps every partial sum of a score finite.</summary>
    public const float LargestTerms = 1e37f;

    /// <summary>No score of a center is greater where every partial sum is finite.</summary>
    public const float LargestScore = 2 * LargestTerms;

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
    /// <typeparam name="TLanes">The width.</typeparam>
    /// <typeparam name="TVector">Its vector.</typeparam>
    /// <param name="leastScores">min over j of the float32 scores s_j, in. Length n, padded to whole vectors.</param>
    /// <param name="squaredNorms">At least |x|^2 but for the rounding of d float32 additions, in. Padded alike.</param>
    /// <param name="rowCount">n.</param>
    /// <param name="thresholds">Out, padded alike. NaN where float32 proves nothing about a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Thresholds<TLanes, TVector>(float* leastScores, float* squaredNorms, int rowCount, float* thresholds)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : struct
    {
        for (var r = 0; r < rowCount; r += TLanes.Count)
        {
            TLanes.Store(Threshold<TLanes, TVector>(TLanes.Load(leastScores + r), TLanes.Load(squaredNorms + r)), thresholds + r);
        }
    }

    /// <summary>The same for a vector of rows.</summary>
    /// <typeparam name="TLanes">The width.</typeparam>
    /// <typeparam name="TVector">Its vector.</typeparam>
    /// <param name="leastScore">The least scores.</param>
    /// <param name="squaredNorm">The squared norms.</param>
    /// <returns>The thresholds.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Threshold<TLanes, TVector>(TVector leastScore, TVector squaredNorm)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : struct
    {
        var zero = TLanes.Broadcast(0);
        var none = TLanes.Broadcast(float.NaN);
        var underflows = TLanes.Broadcast(4 * underflow);
        var squaredX = TLanes.MultiplyAdd(squaredNorm, TLanes.Broadcast(normFactor), TLanes.Broadcast(underflow));
        var lost = TLanes.MultiplyAdd(squaredX, TLanes.Broadcast(errorFactor * 4 * radiusFactor), underflows);
        var squaredRadius = TLanes.MultiplyAdd(TLanes.Max(TLanes.Add(squaredX, leastScore), zero), TLanes.Broadcast(radiusFactor), lost);
        var near = TLanes.MultiplyAdd(squaredX, TLanes.Broadcast(5), TLanes.MultiplyAdd(squaredRadius, TLanes.Broadcast(3), zero));
        var any = TLanes.Add(squaredX, TLanes.Broadcast(twiceSquaredCenterNorm));
        var error = TLanes.MultiplyAdd(TLanes.Min(near, any), TLanes.Broadcast(errorFactor), underflows);
        var proven = TLanes.WhereLess(TLanes.Add(squaredX, squaredRadius), TLanes.Broadcast(leastSquaredReach), TLanes.Add(leastScore, error), none);
        return TLanes.WhereLess(any, TLanes.Broadcast(LargestTerms), proven, none);
    }
}
