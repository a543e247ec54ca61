using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.Curves;

/// <summary>Centers for one k, with the statistics of the points that they were found on.</summary>
/// <param name="Centers">Row-major (k, d): the means of the members, or where centers have length 1 at last their directions.</param>
/// <param name="Weights">Length k: the members' weights.</param>
/// <param name="Error">The members' squared errors around them.</param>
internal sealed record CurveSolution(double[] Centers, double[] Weights, double Error)
{
    /// <summary>k.</summary>
    public int ClusterCount => Weights.Length;

    /// <summary>What clusters are now.</summary>
    /// <param name="clusters">Assigned points.</param>
    /// <returns>A copy.</returns>
    public static CurveSolution Of(PointClusters clusters) => new(clusters.Means.ToArray(), clusters.Weights.ToArray(), clusters.TotalError);

    /// <summary>The two clusters whose merging costs least, by Ward's price w_i w_j / (w_i + w_j) |c_i - c_j|^2. O(k^2 d).</summary>
    /// <param name="featureCount">d.</param>
    /// <returns>The clusters, the lowest on ties, and the price.</returns>
    public (int Kept, int Gone, double Price) CheapestMerger(int featureCount)
    {
        var best = (Kept: 0, Gone: 1, Price: double.PositiveInfinity);
        for (var i = 0; i < ClusterCount; i++)
        {
            for (var j = i + 1; j < ClusterCount; j++)
            {
                var squaredDistance = SquaredDistance.BetweenCenters(Centers.AsSpan(i * featureCount, featureCount), Centers.AsSpan(j * featureCount, featureCount));
                var price = Weights[i] + Weights[j] > 0 ? CenterClosing.WardCost(Weights[i], Weights[j], squaredDistance) : 0;
                if (price < best.Price)
                {
                    best = (i, j, price);
                }
            }
        }

        return best;
    }

    /// <summary>The centers, means of their members, with two clusters merged.</summary>
    /// <param name="featureCount">d.</param>
    /// <param name="unit">What mergers cost where the centers' directions count; else null.</param>
    /// <returns>k - 1 centers, their weights, and an error that is no less than theirs.</returns>
    public CurveSolution Merged(int featureCount, UnitCenters? unit = null)
    {
        var (kept, gone, price) = unit is null ? CheapestMerger(featureCount) : unit.CheapestMerger(Weights, Centers);
        var clusters = new RunningCenters(ClusterCount - 1, featureCount);
        for (var j = 0; j < ClusterCount; j++)
        {
            if (j != gone)
            {
                clusters.Add(new CenterId(-1, j), Weights[j], Centers.AsSpan(j * featureCount, featureCount), 0);
            }
        }

        clusters.Absorb(kept, Weights[gone], Centers.AsSpan(gone * featureCount, featureCount), 0);
        return new CurveSolution(clusters.Means.ToArray(), clusters.Weights.ToArray(), Error + price);
    }

    /// <summary>The centers with the cluster divided whose division gains most.</summary>
    /// <param name="clusters">The clusters of these centers.</param>
    /// <param name="split">Scratch of this thread.</param>
    /// <returns>k + 1 centers and an error that is no less than theirs; null where all members of each cluster are the same. O(n d).</returns>
    public static CurveSolution? Divided(PointClusters clusters, ClusterSplit split)
    {
        var (k, d) = (clusters.ClusterCount, clusters.FeatureCount);
        var (half, best) = (new double[d], new double[d]);
        var (divided, most, halfWeight) = (-1, 0.0, 0.0);
        for (var j = 0; j < k; j++)
        {
            var gain = split.Run(clusters, j, half, out var weight);
            if (gain > most)
            {
                (divided, most, halfWeight) = (j, gain, weight);
                half.CopyTo(best, 0);
            }
        }

        if (divided < 0)
        {
            return null;
        }

        double[] centers = [.. clusters.Means, .. best];
        double[] weights = [.. clusters.Weights, halfWeight];
        weights[divided] -= halfWeight;
        for (var f = 0; f < d; f++)
        {
            var mean = clusters.Mean(divided)[f];
            centers[(divided * d) + f] = mean + (halfWeight / weights[divided] * (mean - best[f]));
        }

        return new CurveSolution(centers, weights, clusters.TotalError - most);
    }
}
