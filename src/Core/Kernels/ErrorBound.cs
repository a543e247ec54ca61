using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>From a row's least float32 score to the threshold that the score of the true nearest center cannot exceed. Derived in docs/design/kernels.md.</summary>
internal static class ErrorBound
{
    /// <summary>|c|^2 + 2 |x| |c| up to here keeps every partial sum of a score finite.</summary>
    private const float LargestTerms = 1e37f;

    /// <summary>Covers the handful of float32 roundings in the formulas themselves.</summary>
    private const float Slack = 1 + 1e-5f;

    /// <summary>Every center whose double distance is at most that of the center with the least score has a score of at most this. O(1).</summary>
    /// <param name="leastScore">min over j of the float32 scores s_j.</param>
    /// <param name="squaredNorm">|x|^2 in float32, from a sum of at most d roundings.</param>
    /// <param name="centers">The constants.</param>
    /// <returns>The threshold, or NaN when float32 proves nothing about this row.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Threshold(float leastScore, float squaredNorm, SimdCenters centers)
    {
        var gamma = centers.ScoreError;
        var squaredX = ((squaredNorm * (1 + (2 * gamma))) + centers.Underflow) * Slack;
        var x = MathF.Sqrt(squaredX) * Slack;
        var squaredRadius = (MathF.Max(squaredX + leastScore, 0) + (8 * gamma * squaredX) + (centers.Underflow * (1 + x))) * (1 + (4 * gamma)) * Slack;
        var reach = (x + (MathF.Sqrt(squaredRadius) * Slack)) * Slack;
        var c = MathF.Min(reach, centers.Norm);
        var error = (2 * gamma * c * (c + (2 * x))) + (centers.DistanceError * squaredRadius) + (2 * centers.Underflow * (1 + x));
        var proven = centers.Norm * (centers.Norm + (2 * x)) < LargestTerms && reach < centers.LeastOversizedNorm;
        return proven ? leastScore + (error * Slack) : float.NaN;
    }
}
