using KMeans.Input;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Centers of length 1, for rows of length 1: what spherical k-means (Dhillon and Modha 2001) does differently.</summary>
/// <param name="transform">The model's; its factors are 1.</param>
/// <remarks>
/// Around any point c rows of weight w, mean m and squared error s cost s + w |m - c|^2: running centers may stay plain means. Only the centers that rows are compared with have length 1. Of
/// those the direction of m costs least: s + w (1 - |m|)^2, or 2 w (1 - |m|), since s = w (1 - |m|^2) where all rows have length 1.
/// </remarks>
internal sealed class UnitCenters(ColumnTransform transform)
{
    /// <summary>What a distance asks for.</summary>
    /// <param name="distance">What makes two rows near.</param>
    /// <param name="transform">The model's.</param>
    /// <returns>Null where centers may be anywhere.</returns>
    public static UnitCenters? For(DistanceMeasure distance, ColumnTransform transform) => distance == DistanceMeasure.Cosine ? new UnitCenters(transform) : null;

    /// <summary>Divides each center by its length. O(k d).</summary>
    /// <param name="centers">Row-major (k, d), in the model's space, in/out. One at the origin has no direction and stays.</param>
    public void Project(Span<double> centers)
    {
        var d = transform.FeatureCount;
        var row = new double[d];
        for (var start = 0; start < centers.Length; start += d)
        {
            var center = centers.Slice(start, d);
            for (var f = 0; f < d; f++)
            {
                row[f] = transform.Invert(center[f], f);
            }

            UnitRowReader.Divide(row);
            for (var f = 0; f < d && double.IsFinite(row[0]); f++)
            {
                center[f] = transform.Apply(row[f], f);
            }
        }
    }

    /// <summary>The directions of means. O(k d).</summary>
    /// <param name="means">Row-major (k, d), in the model's space.</param>
    /// <returns>The same divided by their lengths.</returns>
    public double[] Directions(ReadOnlySpan<double> means)
    {
        var centers = means.ToArray();
        Project(centers);
        return centers;
    }

    /// <summary>Spherical k-means from clusters as they are.</summary>
    /// <param name="clusters">In/out: assigned points.</param>
    /// <param name="most">The most iterations.</param>
    /// <param name="tolerance">Relative to the error: an iteration that gains no more is the last.</param>
    /// <param name="cancellation">Stops between tiles.</param>
    /// <returns>Row-major (k, d): the directions of the clusters' means, and what the members cost around them. O(n k d) an iteration.</returns>
    public (double[] Centers, double Error) Descend(PointClusters clusters, int most, double tolerance, CancellationToken cancellation)
    {
        var centers = Directions(clusters.Means);
        var error = Error(clusters, centers);
        for (var i = 0; i < most; i++)
        {
            clusters.Assign(centers, cancellation);
            var before = error;
            centers = Directions(clusters.Means);
            error = Error(clusters, centers);
            if (before - error <= tolerance * before)
            {
                break;
            }
        }

        return (centers, error);
    }

    /// <summary>The two clusters whose rows cost least to be put together: 2 (|S_i| + |S_j| - |S_i + S_j|), S being the sum of a cluster's rows. O(k^2 d).</summary>
    /// <param name="weights">Length k.</param>
    /// <param name="means">Row-major (k, d), in the model's space: not divided by their lengths.</param>
    /// <returns>The clusters, the lowest on ties, and the price.</returns>
    /// <remarks>What Ward's price is to k-means. Clusters of one direction are free to merge, however tight one is and loose the other.</remarks>
    public (int Kept, int Gone, double Price) CheapestMerger(ReadOnlySpan<double> weights, ReadOnlySpan<double> means)
    {
        var d = transform.FeatureCount;
        var sums = new double[means.Length];
        var squares = new double[weights.Length];
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = weights[i / d] * transform.Invert(means[i], i % d);
            squares[i / d] += sums[i] * sums[i];
        }

        var best = (Kept: 0, Gone: 1, Price: double.PositiveInfinity);
        for (var i = 0; i < weights.Length; i++)
        {
            for (var j = i + 1; j < weights.Length; j++)
            {
                var product = 0.0;
                for (var f = 0; f < d; f++)
                {
                    product += sums[(i * d) + f] * sums[(j * d) + f];
                }

                var price = 2 * (Math.Sqrt(squares[i]) + Math.Sqrt(squares[j]) - Math.Sqrt(Math.Max(0, squares[i] + squares[j] + (2 * product))));
                if (price < best.Price)
                {
                    best = (i, j, price);
                }
            }
        }

        return best;
    }

    private static double Error(PointClusters clusters, double[] centers)
    {
        var (d, error) = (clusters.FeatureCount, clusters.TotalError);
        for (var j = 0; j < clusters.ClusterCount; j++)
        {
            error += clusters.Weights[j] * SquaredDistance.BetweenCenters(clusters.Mean(j), centers.AsSpan(j * d, d));
        }

        return error;
    }
}
