using System.Runtime.CompilerServices;
using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Chooses centers among weighted points.</summary>
internal static class Seeding
{
    /// <summary>All distances of so many points are 16 MiB.</summary>
    private const int MostTabled = 2048;

    /// <summary>With more points a center most of their distances would never be looked at.</summary>
    private const int TabledPerCenter = 2;

    private const int TableBlock = 16;

    /// <summary>Chooses centers.</summary>
    /// <param name="points">The points; those with weight 0 are never chosen.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="method">How.</param>
    /// <param name="random">Keyed by the draw.</param>
    /// <param name="cancellation">Stops between draws.</param>
    /// <param name="threads">Threads that may help, or null; never change the choice.</param>
    /// <returns>Indices of distinct points, fewer than wanted where there are fewer points (for k-means++: fewer different ones).</returns>
    public static List<int> Choose(RowBlock points, int featureCount, int count, InitMethod method, CounterRandom random, CancellationToken cancellation, ComputeThreads? threads = null) =>
        method == InitMethod.Random ? Uniform(points, count, random) : PlusPlus(points, featureCount, count, random, threads, cancellation);

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
    private static List<int> PlusPlus(RowBlock points, int d, int count, CounterRandom random, ComputeThreads? threads, CancellationToken cancellation)
    {
        var n = points.Count;
        var table = threads is not null && n <= MostTabled && n <= TabledPerCenter * count ? Table(points, d, threads, cancellation) : null;
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
                toChosen.Add(Distance(other));
            }

            for (var i = 0; i < n; i++)
            {
                // The margin of 1e-9 is far above the rounding of either distance.
                if (chosen.Count > 0 && toChosen[nearest[i]] >= 4.000000004 * squaredDistances[i])
                {
                    continue;
                }

                var squaredDistance = Distance(i);
                if (squaredDistance < squaredDistances[i])
                {
                    squaredDistances[i] = squaredDistance;
                    nearest[i] = chosen.Count;
                }
            }

            chosen.Add(next);

            double Distance(int i) => table is null ? SquaredDistance.Between(points.Samples.AsSpan(i * d, d), center) : i == next ? 0 : table[Place(i, next)];
        }

        return chosen;
    }

    /// <summary>
    /// All distances, where most are looked at: one draw after the other is one thread's work, all distances are that of many. Their bits are the same: (a - b)^2 is (b - a)^2. O(n^2 d).
    /// </summary>
    /// <returns>Those of each point from the earlier ones; infinity and NaN as they come.</returns>
    private static double[] Table(RowBlock points, int d, ComputeThreads threads, CancellationToken cancellation)
    {
        var table = GC.AllocateUninitializedArray<double>(points.Count * (points.Count - 1) / 2);
        ParallelRun.InBlocks(threads, points.Count, TableBlock, (_, first, after) =>
        {
            var center = new double[d];
            for (var i = first; i < after; i++)
            {
                Row(points, i, d, center);
                Distances(points, d, center, table.AsSpan(Place(i, 0), i));
            }
        }, cancellation);
        return table;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Distances(RowBlock points, int d, double[] center, Span<double> squaredDistances)
    {
        for (var i = 0; i < squaredDistances.Length; i++)
        {
            squaredDistances[i] = SquaredDistance.Between(points.Samples.AsSpan(i * d, d), center);
        }
    }

    private static int Place(int a, int b)
    {
        var (later, earlier) = a > b ? (a, b) : (b, a);
        return (later * (later - 1) / 2) + earlier;
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
