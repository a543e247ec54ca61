using System.Runtime.CompilerServices;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Closes centers: the other half of the facility-location rule. What a closed center stood for goes to its nearest neighbour, so that no row is lost.</summary>
/// <remarks>Closing center i into j adds w_i w_j / (w_i + w_j) |c_i - c_j|^2 to the squared error (Ward 1963); it is worth it where that is less than f.</remarks>
internal static class CenterClosing
{
    /// <summary>Closes opened centers until few enough are left, doubling f each time that it was too low.</summary>
    /// <param name="centers">In/out: the first ones are not touched but for what they take over.</param>
    /// <param name="fixedCount">How many of the first ones stay.</param>
    /// <param name="most">How many opened ones may stay.</param>
    /// <param name="cost">f.</param>
    /// <param name="map">Length K out: where each center went, by its index now.</param>
    /// <returns>f as raised. O(opened x K d) a doubling.</returns>
    public static double CloseOpened(RunningCenters centers, int fixedCount, int most, double cost, out int[] map)
    {
        map = Enumerable.Range(0, centers.Count).ToArray();
        while (centers.Count - fixedCount > most)
        {
            var keep = new bool[centers.Count];
            Array.Fill(keep, true);
            var into = Enumerable.Range(0, centers.Count).ToArray();
            var cheapest = double.PositiveInfinity;
            for (var i = centers.Count - 1; i >= fixedCount; i--)
            {
                var (nearest, squaredDistance) = Nearest(centers, i, keep);
                var price = centers.Weights[i] * squaredDistance;
                if (nearest >= 0 && price <= cost)
                {
                    Close(centers, i, nearest);
                    keep[i] = false;
                    into[i] = nearest;
                }
                else
                {
                    cheapest = Math.Min(cheapest, price);
                }
            }

            centers.Retain(keep);
            Follow(map, into, keep);
            cost = Math.Max(2 * cost, double.IsFinite(cheapest) ? cheapest : 0);
        }

        return cost;
    }

    /// <summary>Drops centers without rows, then small ones that are not worth f, then the cheapest until few enough are left.</summary>
    /// <param name="centers">In/out.</param>
    /// <param name="smallWeight">Centers lighter than this are small.</param>
    /// <param name="cost">f.</param>
    /// <param name="least">Never fewer than this many stay, but for centers without rows.</param>
    /// <param name="most">At most so many stay.</param>
    public static void Drop(RunningCenters centers, double smallWeight, double cost, int least, int most)
    {
        var keep = new bool[centers.Count];
        for (var j = 0; j < keep.Length; j++)
        {
            keep[j] = centers.Weights[j] > 0;
        }

        centers.Retain(keep);
        keep = new bool[centers.Count];
        Array.Fill(keep, true);
        var left = centers.Count;
        var byWeight = Enumerable.Range(0, left).OrderBy(j => centers.Weights[j]).ThenBy(j => j).ToArray();
        foreach (var j in byWeight)
        {
            if (left <= least || centers.Weights[j] >= smallWeight)
            {
                break;
            }

            var (nearest, squaredDistance) = Nearest(centers, j, keep);
            if (nearest >= 0 && centers.Weights[j] * squaredDistance < cost)
            {
                Close(centers, j, nearest);
                keep[j] = false;
                left--;
            }
        }

        CloseCheapest(centers, keep, byWeight.Where(j => keep[j]).Take(Math.Max(0, 4 * (left - most))).ToArray(), left - most, new int[centers.Count]);
        centers.Retain(keep);
    }

    /// <summary>Merges the two centers whose merging costs least until few enough are left: Ward's agglomeration. O(K^2 d) and about as much again for the merging.</summary>
    /// <param name="centers">In/out.</param>
    /// <param name="most">How many may stay.</param>
    /// <param name="map">Length K out: where each center went, by its index now.</param>
    public static void MergeTo(RunningCenters centers, int most, out int[] map)
    {
        var keep = new bool[centers.Count];
        Array.Fill(keep, true);
        map = Enumerable.Range(0, centers.Count).ToArray();
        var into = Enumerable.Range(0, centers.Count).ToArray();
        CloseCheapest(centers, keep, Enumerable.Range(0, centers.Count).ToArray(), centers.Count - most, into);
        centers.Retain(keep);
        Follow(map, into, keep);
    }

    /// <summary>Closes the given number of candidates, each time the one that costs least. A neighbour is looked for again only where it was closed or moved.</summary>
    private static void CloseCheapest(RunningCenters centers, bool[] keep, int[] candidates, int excess, int[] into)
    {
        var nearest = new int[candidates.Length];
        var prices = new double[candidates.Length];
        for (var i = 0; i < candidates.Length; i++)
        {
            (nearest[i], prices[i]) = Price(centers, candidates[i], keep);
        }

        for (; excess > 0; excess--)
        {
            var best = 0;
            for (var i = 1; i < candidates.Length; i++)
            {
                best = prices[i] < prices[best] ? i : best;
            }

            var (closed, taker) = (candidates[best], nearest[best]);
            if (!double.IsFinite(prices[best]))
            {
                return;
            }

            Close(centers, closed, taker);
            keep[closed] = false;
            into[closed] = taker;
            prices[best] = double.PositiveInfinity;
            for (var i = 0; i < candidates.Length; i++)
            {
                if (keep[candidates[i]] && (nearest[i] == closed || nearest[i] == taker || candidates[i] == taker))
                {
                    (nearest[i], prices[i]) = Price(centers, candidates[i], keep);
                }
            }
        }
    }

    /// <summary>Takes every entry of the map through one round of closing: a center that took another may have been closed after it.</summary>
    private static void Follow(int[] map, int[] into, bool[] keep)
    {
        var places = new int[keep.Length];
        for (int i = 0, place = 0; i < places.Length; i++)
        {
            places[i] = keep[i] ? place++ : -1;
        }

        for (var i = 0; i < map.Length; i++)
        {
            var at = map[i];
            while (!keep[at])
            {
                at = into[at];
            }

            map[i] = places[at];
        }
    }

    private static (int Nearest, double WardCost) Price(RunningCenters centers, int i, ReadOnlySpan<bool> keep)
    {
        var (nearest, squaredDistance) = Nearest(centers, i, keep);
        return (nearest, WardCost(centers, i, nearest, squaredDistance));
    }

    private static double WardCost(RunningCenters centers, int i, int j, double squaredDistance)
    {
        if (j < 0)
        {
            return double.PositiveInfinity;
        }

        return WardCost(centers.Weights[i], centers.Weights[j], squaredDistance);
    }

    /// <summary>What putting two centers together adds to the squared error.</summary>
    /// <param name="a">The weight of one.</param>
    /// <param name="b">The weight of the other; not both are 0.</param>
    /// <param name="squaredDistance">Between them.</param>
    /// <returns>a b / (a + b) |c_a - c_b|^2.</returns>
    public static double WardCost(double a, double b, double squaredDistance) => a * b / (a + b) * squaredDistance;

    private static void Close(RunningCenters centers, int closed, int into) =>
        centers.Absorb(into, centers.Weights[closed], centers.Mean(closed), centers.SquaredErrors[closed]);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (int Index, double SquaredDistance) Nearest(RunningCenters centers, int i, ReadOnlySpan<bool> keep)
    {
        var nearest = -1;
        var least = double.PositiveInfinity;
        var mean = centers.Mean(i);
        for (var j = 0; j < centers.Count; j++)
        {
            if (j == i || !keep[j])
            {
                continue;
            }

            var squaredDistance = SquaredDistance.BetweenCenters(mean, centers.Mean(j));
            if (squaredDistance < least)
            {
                least = squaredDistance;
                nearest = j;
            }
        }

        return (nearest, least);
    }
}
