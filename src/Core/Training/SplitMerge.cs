using System.Runtime.CompilerServices;
using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Leaves the local optima of Lloyd's algorithm: clusters worth dividing are divided, and for each of them two that cost little together are merged.</summary>
/// <remarks>
/// Dividing a cluster gains what <see cref="ClusterSplit"/> finds; merging i and j costs w_i w_j / (w_i + w_j) |c_i - c_j|^2 (Ward 1963). The best divisions are
/// paired with the cheapest mergers, no cluster in two pairs. While each gains more than it costs, the error falls by the sum of the differences at once and by
/// more once the points are assigned anew, so nothing has to be tried and taken back. A round makes all pairs together: where k-means++ is little better than chance,
/// a third of the clusters must move. The idea is ISODATA's (Ball and Hall 1965); moving centers from where they gain little to where they gain much is
/// Ueda et al. 2000 (SMEM) for mixtures and Fritzke 2020 (breathing k-means) for k-means.
/// A round costs O(n d + k^2 d) and a few assignments.
/// </remarks>
internal sealed class SplitMerge
{
    /// <summary>Rows of the table of prices that a thread takes at a time.</summary>
    private const int PriceBlock = 8;

    /// <summary>Four to six are usual without tries.</summary>
    private const int MostRounds = 40;

    /// <summary>The part of the error that a round must promise: it costs a few iterations of Lloyd's algorithm, of which a late one gains less.</summary>
    private const double WorthwhileRound = 1e-3;

    /// <summary>The part of the error that a try must gain, at most.</summary>
    private const double WorthwhileTry = 1e-4;

    /// <summary>Whether a try leads anywhere shows long before it has converged, unless all tries are cheap.</summary>
    private const double TryTolerance = 3e-4;

    private const int MostCandidates = 6;

    private readonly PointClusters clusters;
    private readonly ComputeThreads? threads;
    private readonly ClusterSplit[] splits;
    private readonly double[] gains;
    private readonly double[] halfWeights;
    private readonly double[] halves;
    private readonly int[] partners;
    private readonly double[] prices;
    private readonly int[] byGain;
    private readonly int[] byPrice;
    private readonly bool[] taken;
    private readonly double[] centers;
    private readonly double[] before;
    private readonly float[] rounded;
    private readonly Offer[][] offersOfWorker;

    /// <summary>Takes memory for it: O(k d).</summary>
    /// <param name="clusters">What to improve.</param>
    /// <param name="threads">Threads to use, or null for the caller's own.</param>
    public SplitMerge(PointClusters clusters, ComputeThreads? threads)
    {
        this.clusters = clusters;
        this.threads = threads;
        var (k, d) = (clusters.ClusterCount, clusters.FeatureCount);
        splits = Enumerable.Range(0, threads?.WorkerCount ?? 1).Select(_ => new ClusterSplit(d)).ToArray();
        gains = new double[k];
        halfWeights = new double[k];
        halves = new double[k * d];
        partners = new int[k];
        prices = new double[k];
        byGain = new int[k];
        byPrice = new int[k];
        taken = new bool[k];
        centers = new double[k * d];
        before = new double[k * d];
        rounded = new float[k * d];
        offersOfWorker = Enumerable.Range(0, splits.Length).Select(_ => new Offer[k]).ToArray();
    }

    /// <summary>Improves the clusters until a round gains too little and no pair that was tried helped.</summary>
    /// <param name="plan">How far to go.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Whether anything changed; the error never rises.</returns>
    public bool Improve(SearchPlan plan, CancellationToken cancellation)
    {
        var round = 0;
        for (; round < MostRounds; round++)
        {
            ParallelRun.Over(threads, clusters.ClusterCount, (worker, cluster) =>
                gains[cluster] = splits[worker].Run(clusters, cluster, halves.AsSpan(cluster * clusters.FeatureCount, clusters.FeatureCount), out halfWeights[cluster]), cancellation);
            Price(cancellation);
            if (Pair() > WorthwhileRound * clusters.TotalError)
            {
                clusters.Assign(centers, cancellation);
                clusters.Descend(plan.Iterations, plan.Tolerance, cancellation);
            }
            else if (!Try(plan, cancellation))
            {
                break;
            }
        }

        return round > 0;
    }

    /// <summary>
    /// Tries pairs that promise no gain by themselves, the most promising first, until one does once Lloyd's algorithm has gone on from it: a merger costs less than
    /// its price where the members go to several neighbours, and a division draws in neighbours' members. This replaces restarts where clusters overlap.
    /// </summary>
    /// <returns>Whether the error has fallen; otherwise the clusters are as they were.</returns>
    private bool Try(SearchPlan plan, CancellationToken cancellation)
    {
        var (error, promising) = (clusters.TotalError, Promising(plan.Tries));
        if (promising.Length == 0)
        {
            return false;
        }

        clusters.Means.CopyTo(before);
        foreach (var (divided, freed) in promising)
        {
            before.CopyTo(centers.AsSpan());
            Move(divided, freed, partners[freed]);
            clusters.Assign(centers, cancellation);
            clusters.Descend(plan.Iterations, Math.Min(TryTolerance, 30 * plan.Tolerance), cancellation);
            if (clusters.TotalError < error * (1 - Math.Min(WorthwhileTry, 10 * plan.Tolerance)))
            {
                return true;
            }

            clusters.Assign(before, cancellation);
        }

        return false;
    }

    /// <summary>The pairs with the highest difference of gain and price, among the best few of both.</summary>
    private (int Divided, int Freed)[] Promising(int count)
    {
        if (count == 0)
        {
            return [];
        }

        var candidates = Math.Min(MostCandidates, clusters.ClusterCount);
        return (from divided in byGain.Take(candidates)
                from freed in byPrice.Take(candidates)
                where gains[divided] > 0 && partners[freed] >= 0 && freed != divided && partners[freed] != divided
                orderby gains[divided] - prices[freed] descending
                select (divided, freed)).Take(count).ToArray();
    }

    /// <summary>The cheapest merger of each cluster. One operand is rounded to float32: a price need not be exact.</summary>
    private void Price(CancellationToken cancellation)
    {
        var k = clusters.ClusterCount;
        for (var i = 0; i < rounded.Length; i++)
        {
            rounded[i] = (float)clusters.Means[i];
        }

        foreach (var offers in offersOfWorker)
        {
            offers.AsSpan().Fill(new Offer(-1, double.PositiveInfinity));
        }

        // Each pair once. Which worker looks at it does not matter: the least of all offers, the lowest index on ties, is the same however they are divided.
        ParallelRun.InBlocks(threads, k, PriceBlock, (worker, first, after) =>
        {
            for (var i = first; i < after; i++)
            {
                Price(i, offersOfWorker[worker]);
            }
        }, cancellation);
        for (var i = 0; i < k; i++)
        {
            var best = offersOfWorker[0][i];
            foreach (var offers in offersOfWorker)
            {
                best = best.OrBetter(offers[i].Partner, offers[i].Price);
            }

            // A center without members is free, and nothing takes its place.
            (partners[i], prices[i]) = clusters.Weights[i] == 0 ? new Offer(i, 0) : best;
        }
    }

    /// <summary>Prices the mergers of one cluster with all later ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Price(int i, Offer[] offers)
    {
        var (k, d) = (clusters.ClusterCount, clusters.FeatureCount);
        var weights = clusters.Weights;
        var mean = clusters.Mean(i);
        for (var j = weights[i] == 0 ? k : i + 1; j < k; j++)
        {
            if (weights[j] == 0)
            {
                continue;
            }

            var price = weights[i] * weights[j] / (weights[i] + weights[j]) * SquaredDistance.Between(rounded.AsSpan(j * d, d), mean);
            offers[i] = offers[i].OrBetter(j, price);
            offers[j] = offers[j].OrBetter(i, price);
        }
    }

    /// <summary>Chooses the pairs and puts their centers in place. What the error falls by at least.</summary>
    private double Pair()
    {
        var k = clusters.ClusterCount;
        for (var j = 0; j < k; j++)
        {
            (byGain[j], byPrice[j], taken[j]) = (j, j, false);
        }

        Array.Sort(byGain, (a, b) => gains[a] != gains[b] ? gains[b].CompareTo(gains[a]) : a.CompareTo(b));
        Array.Sort(byPrice, (a, b) => prices[a] != prices[b] ? prices[a].CompareTo(prices[b]) : a.CompareTo(b));
        clusters.Means.CopyTo(centers);
        var total = 0.0;
        var next = 0;
        foreach (var divided in byGain)
        {
            if (taken[divided])
            {
                continue;
            }

            while (next < k && (partners[byPrice[next]] < 0 || taken[byPrice[next]] || taken[partners[byPrice[next]]] || byPrice[next] == divided || partners[byPrice[next]] == divided))
            {
                next++;
            }

            if (next == k || !(gains[divided] > prices[byPrice[next]]))
            {
                break;
            }

            var freed = byPrice[next];
            Move(divided, freed, partners[freed]);
            (taken[divided], taken[freed], taken[partners[freed]]) = (true, true, true);
            total += gains[divided] - prices[freed];
        }

        return total;
    }

    /// <summary>Merges two clusters and uses the center that is free then for dividing a third.</summary>
    private void Move(int divided, int freed, int partner)
    {
        var d = clusters.FeatureCount;
        var half = halves.AsSpan(divided * d, d);
        var mean = clusters.Mean(divided);
        var ratio = halfWeights[divided] / (clusters.Weights[divided] - halfWeights[divided]);
        var share = partner == freed ? 0 : clusters.Weights[freed] / (clusters.Weights[freed] + clusters.Weights[partner]);
        var gone = clusters.Mean(freed);
        var kept = clusters.Mean(partner);
        for (var f = 0; f < d; f++)
        {
            centers[(divided * d) + f] = half[f];
            if (partner != freed)
            {
                centers[(partner * d) + f] = kept[f] + (share * (gone[f] - kept[f]));
            }

            centers[(freed * d) + f] = mean[f] + (ratio * (mean[f] - half[f]));
        }
    }

    /// <summary>A merger.</summary>
    private readonly record struct Offer(int Partner, double Price)
    {
        public Offer OrBetter(int partner, double price) =>
            price < Price || (price == Price && partner < Partner && partner >= 0) ? new Offer(partner, price) : this;
    }
}
