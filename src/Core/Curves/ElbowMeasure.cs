namespace KMeans.Curves;

/// <summary>Finds where a falling curve bends.</summary>
/// <remarks>
/// In logarithms of both k and the cost. The fall before k is L(k) = log(c(k - 1) / c(k)) / log(k / (k - 1)), and the bend is L(k) - L(k + 1). Data without clusters costs about k^(-2 / m) in
/// m dimensions, a straight line in logarithms, which bends nowhere; drawn in plain numbers it bends wherever the scale of the drawing has it. Where k is the number of clusters, the step
/// to k gains a whole cluster and the next one a part of a cluster's noise.
/// </remarks>
internal static class ElbowMeasure
{
    /// <summary>Costs below this share of the largest are nothing but rounding.</summary>
    private const double Rounding = 1e-10;

    /// <summary>Finds the sharpest bend.</summary>
    /// <param name="first">The k of the first cost.</param>
    /// <param name="costs">One a k.</param>
    /// <param name="from">The smallest k that may be chosen.</param>
    /// <param name="to">The largest.</param>
    /// <returns>The k, the lowest on ties, and the falls before and after it; k 0 where no k has a cost on both sides. After nothing is left to fall nothing falls, so that the last k may be chosen then.</returns>
    public static (int K, double Before, double After) Find(int first, ReadOnlySpan<double> costs, int from, int to)
    {
        var best = (K: 0, Before: 0.0, After: 0.0);
        for (var i = 1; i < costs.Length; i++)
        {
            if (i + 1 == costs.Length && costs[i] > costs[0] * Rounding)
            {
                break;
            }

            var k = first + i;
            var (before, after) = (Fall(first, costs, i), i + 1 < costs.Length ? Fall(first, costs, i + 1) : 0);
            if (k >= from && k <= to && (best.K == 0 || before - after > best.Before - best.After))
            {
                best = (k, before, after);
            }
        }

        return best;
    }

    /// <summary>Where a curve without an elbow is farthest below the line from its first point to its last: as good a compromise as any.</summary>
    /// <param name="first">The k of the first cost.</param>
    /// <param name="costs">One a k, at least one.</param>
    /// <returns>The k, the lowest on ties. Satopaa et al. 2011.</returns>
    public static int Knee(int first, ReadOnlySpan<double> costs)
    {
        var (best, deepest) = (0, 0.0);
        for (var i = 1; i + 1 < costs.Length; i++)
        {
            var line = costs[0] + ((costs[^1] - costs[0]) * i / (costs.Length - 1));
            if (line - costs[i] > deepest)
            {
                (best, deepest) = (i, line - costs[i]);
            }
        }

        return first + best;
    }

    private static double Fall(int first, ReadOnlySpan<double> costs, int i)
    {
        var least = costs[0] * Rounding;
        if (!(costs[0] > 0))
        {
            return 0;
        }

        var k = first + i;
        return Math.Log(Math.Max(costs[i - 1], least) / Math.Max(costs[i], least)) / Math.Log(k / (k - 1.0));
    }
}
