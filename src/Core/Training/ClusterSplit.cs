using System.Runtime.CompilerServices;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Divides one cluster in two: what a further center among its own members would gain.</summary>
/// <remarks>
/// The members are projected on a direction v through their mean. It begins at the member that costs most, two steps of the power method (v &lt;- sum of
/// w (x · v) x) turn it towards their largest variance, and from the division by the sign of the projection Lloyd's algorithm for two centers goes on:
/// x is nearer to a than to b where (x - (a + b) / 2) · (a - b) &gt; 0. Single members would not do as centers: where the noise in d features outweighs the distance of
/// two clusters, every row is nearer to their common mean than to any one of them. The gain is exact for the division found: w_a w_b / (w_a + w_b) |a - b|^2.
/// O(iterations x n d) for n members. Everything in double, in the order of the members.
/// </remarks>
internal sealed class ClusterSplit
{
    private const int PowerSteps = 2;
    private const int MostIterations = 8;

    private readonly double[] direction;
    private readonly double[] sum;
    private readonly double[] side;
    private readonly double[] best;

    /// <summary>Makes the scratch memory of one thread.</summary>
    /// <param name="featureCount">d.</param>
    public ClusterSplit(int featureCount)
    {
        direction = new double[featureCount];
        sum = new double[featureCount];
        side = new double[featureCount];
        best = new double[featureCount];
    }

    /// <summary>Divides a cluster.</summary>
    /// <param name="clusters">All clusters.</param>
    /// <param name="cluster">Which one.</param>
    /// <param name="half">Length d out: the mean of one side; left alone where there is no gain.</param>
    /// <param name="halfWeight">That side's weight.</param>
    /// <returns>The gain; 0 where the members are all the same.</returns>
    public double Run(PointClusters clusters, int cluster, Span<double> half, out double halfWeight)
    {
        halfWeight = 0;
        var start = clusters.Farthest(cluster);
        if (start < 0)
        {
            return 0;
        }

        var d = clusters.FeatureCount;
        var mean = clusters.Mean(cluster);
        var row = clusters.Points.Samples.AsSpan(start * d, d);
        for (var f = 0; f < d; f++)
        {
            direction[f] = row[f] - mean[f];
        }

        for (var step = 0; step < PowerSteps; step++)
        {
            if (!Turn(clusters, cluster, mean))
            {
                return 0;
            }
        }

        return Divide(clusters, cluster, mean, half, out halfWeight);
    }

    /// <summary>One step of the power method. Whether there is a direction left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Turn(PointClusters clusters, int cluster, ReadOnlySpan<double> mean)
    {
        var points = clusters.Points;
        var d = mean.Length;
        var offset = Dot(mean, direction);
        var total = 0.0;
        sum.AsSpan().Clear();
        foreach (var i in clusters.Members(cluster))
        {
            var row = points.Samples.AsSpan(i * d, d);
            var scale = (points.SampleWeights is null ? 1 : points.SampleWeights[i]) * (DotProduct.Of(row, direction) - offset);
            total += scale;
            CenterAccumulator.AddScaled(sum, row, scale);
        }

        var squaredNorm = 0.0;
        for (var f = 0; f < d; f++)
        {
            sum[f] -= total * mean[f];
            squaredNorm += sum[f] * sum[f];
        }

        if (!(squaredNorm > 0) || !double.IsFinite(squaredNorm))
        {
            return false;
        }

        var norm = Math.Sqrt(squaredNorm);
        for (var f = 0; f < d; f++)
        {
            direction[f] = sum[f] / norm;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Divide(PointClusters clusters, int cluster, ReadOnlySpan<double> mean, Span<double> half, out double halfWeight)
    {
        var points = clusters.Points;
        var d = mean.Length;
        var weight = clusters.Weights[cluster];
        var offset = Dot(mean, direction);
        var gain = 0.0;
        halfWeight = 0;
        for (var iteration = 0; iteration < MostIterations; iteration++)
        {
            var sideWeight = 0.0;
            side.AsSpan().Clear();
            foreach (var i in clusters.Members(cluster))
            {
                var row = points.Samples.AsSpan(i * d, d);
                if (DotProduct.Of(row, direction) > offset)
                {
                    var w = points.SampleWeights is null ? 1 : points.SampleWeights[i];
                    sideWeight += w;
                    CenterAccumulator.AddScaled(side, row, w);
                }
            }

            var otherWeight = weight - sideWeight;
            if (!(sideWeight > 0) || !(otherWeight > 1e-12 * weight))
            {
                break;
            }

            var squaredDistance = 0.0;
            offset = 0;
            for (var f = 0; f < d; f++)
            {
                var a = side[f] / sideWeight;
                var b = mean[f] + (sideWeight / otherWeight * (mean[f] - a));
                side[f] = a;
                direction[f] = a - b;
                squaredDistance += direction[f] * direction[f];
                offset += direction[f] * (a + b) / 2;
            }

            var found = sideWeight * otherWeight / weight * squaredDistance;
            if (!(found > gain * (1 + 1e-9)))
            {
                break;
            }

            gain = found;
            halfWeight = sideWeight;
            side.CopyTo(best.AsSpan());
        }

        if (gain > 0)
        {
            best.CopyTo(half);
        }

        return gain;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
