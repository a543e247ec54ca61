using System.Runtime.CompilerServices;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Chooses centers among weighted points.</summary>
internal static class Seeding
{
    /// <summary>Chooses centers.</summary>
    /// <param name="points">The points; those with weight 0 are never chosen.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="method">How.</param>
    /// <param name="random">Keyed by the draw.</param>
    /// <param name="cancellation">Stops between draws.</param>
    /// <returns>Indices of distinct points, fewer than wanted where there are fewer points (for k-means++: fewer different ones).</returns>
    public static List<int> Choose(RowBlock points, int featureCount, int count, InitMethod method, CounterRandom random, CancellationToken cancellation) =>
        method == InitMethod.Random ? Uniform(points, count, random) : PlusPlus(points, featureCount, count, random, cancellation);

    /// <summary>The points with the least keyed numbers. O(n log n).</summary>
    private static List<int> Uniform(RowBlock points, int count, CounterRandom random) =>
        Enumerable.Range(0, points.Count)
            .Where(i => points.SampleWeights is null || points.SampleWeights[i] > 0)
            .OrderBy(i => random.Bits(i)).ThenBy(i => i)
            .Take(count).Order().ToList();

    /// <summary>
    /// k-means++ (Arthur and Vassilvitskii 2007), O(n k d) at worst: a point is passed over where the triangle inequality shows that the new center cannot be
    /// nearer than its own, |new - own|^2 >= 4 D^2.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static List<int> PlusPlus(RowBlock points, int d, int count, CounterRandom random, CancellationToken cancellation)
    {
        var n = points.Count;
        var chosen = new List<int>(count);
        var squaredDistances = new double[n];
        var nearest = new int[n];
        var center = new double[d];
        var toChosen = new List<double>(count);
        Array.Fill(squaredDistances, double.PositiveInfinity);
        while (chosen.Count < count)
        {
            cancellation.ThrowIfCancellationRequested();
            var next = Draw(points, squaredDistances, chosen.Count == 0, random.Unit(chosen.Count));
            if (next < 0)
            {
                break;
            }

            Row(points, next, d, center);
            toChosen.Clear();
            foreach (var other in chosen)
            {
                toChosen.Add(SquaredDistance.Between(points.Samples.AsSpan(other * d, d), center));
            }

            for (var i = 0; i < n; i++)
            {
                // The margin of 1e-9 is far above the rounding of either distance.
                if (chosen.Count > 0 && toChosen[nearest[i]] >= 4.000000004 * squaredDistances[i])
                {
                    continue;
                }

                var squaredDistance = SquaredDistance.Between(points.Samples.AsSpan(i * d, d), center);
                if (squaredDistance < squaredDistances[i])
                {
                    squaredDistances[i] = squaredDistance;
                    nearest[i] = chosen.Count;
                }
            }

            chosen.Add(next);
        }

        return chosen;
    }

    /// <summary>Draws a point in proportion to w D^2, or to w for the first; -1 where all that is left is at a center.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Draw(RowBlock points, double[] squaredDistances, bool first, double unit)
    {
        double Mass(int i)
        {
            var weight = points.SampleWeights is null ? 1 : points.SampleWeights[i];
            return first || weight == 0 ? weight : weight * squaredDistances[i];
        }

        var total = 0.0;
        for (var i = 0; i < points.Count; i++)
        {
            total += Mass(i);
        }

        if (!(total > 0))
        {
            return -1;
        }

        var target = unit * total;
        var last = -1;
        var sum = 0.0;
        for (var i = 0; i < points.Count; i++)
        {
            var mass = Mass(i);
            if (mass > 0)
            {
                last = i;
                sum += mass;
                if (sum > target)
                {
                    return i;
                }
            }
        }

        return last;
    }

    private static void Row(RowBlock points, int index, int d, double[] into)
    {
        for (var i = 0; i < d; i++)
        {
            into[i] = points.Samples[(index * d) + i];
        }
    }
}
