using KMeans.Coordination;
using KMeans.Kernels;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.Curves;

/// <summary>What is said of each solution beside its msd, from the rows that were kept uniformly.</summary>
/// <param name="rows">The rows.</param>
/// <param name="featureCount">d.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="threads">Threads.</param>
internal sealed class CurveMeasures(KeptRows rows, int featureCount, IAssignmentKernel kernel, ComputeThreads threads)
{
    /// <summary>Rows of the silhouette, for which every center is looked at in double.</summary>
    private const int SilhouetteRows = 1024;

    /// <summary>Rows that a thread takes at a time.</summary>
    private const int Block = 64;

    private readonly double totalWeight = rows.Weights.Sum();

    /// <summary>Length r: the rows' own weights.</summary>
    public IReadOnlyList<double> Weights => rows.Weights;

    /// <summary>The squared distance of each row to its nearest center. O(r k d).</summary>
    /// <param name="centers">Row-major (k, d).</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Length r.</returns>
    public double[] SquaredDistances(double[] centers, CancellationToken cancellation) => PointAssignment.Run(rows.Rows, centers, featureCount, kernel, threads, cancellation).SquaredDistances;

    /// <summary>The mean of the Euclidean distances.</summary>
    /// <param name="squaredDistances">Length r.</param>
    /// <returns>0 where there are no rows with a weight.</returns>
    public double MeanDistance(double[] squaredDistances)
    {
        var sum = 0.0;
        for (var i = 0; i < squaredDistances.Length; i++)
        {
            sum += rows.Weights[i] * Math.Sqrt(squaredDistances[i]);
        }

        return totalWeight > 0 ? sum / totalWeight : 0;
    }

    /// <summary>The simplified silhouette: 1 where every row is at its center, 0 where it is as near to another.</summary>
    /// <param name="centers">Row-major (k, d).</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The weighted mean over evenly chosen rows; null for one cluster. O(r k d), Hruschka et al. 2004.</returns>
    public double? Silhouette(double[] centers, CancellationToken cancellation)
    {
        var count = Math.Min(rows.Count, SilhouetteRows);
        if (centers.Length == featureCount || count == 0)
        {
            return null;
        }

        var values = new double[count];
        ParallelRun.InBlocks(threads, count, Block, (_, first, after) =>
        {
            for (var i = first; i < after; i++)
            {
                values[i] = Silhouette(rows.Rows.AsSpan(Row(i, count) * featureCount, featureCount), centers);
            }
        }, cancellation);
        var (sum, weight) = (0.0, 0.0);
        for (var i = 0; i < count; i++)
        {
            sum += rows.Weights[Row(i, count)] * values[i];
            weight += rows.Weights[Row(i, count)];
        }

        return weight > 0 ? sum / weight : null;
    }

    private int Row(int index, int count) => (int)((long)index * rows.Count / count);

    private double Silhouette(ReadOnlySpan<float> row, double[] centers)
    {
        var (nearest, second) = (double.PositiveInfinity, double.PositiveInfinity);
        for (var j = 0; j < centers.Length; j += featureCount)
        {
            var squaredDistance = SquaredDistance.Between(row, centers.AsSpan(j, featureCount));
            if (squaredDistance < nearest)
            {
                (nearest, second) = (squaredDistance, nearest);
            }
            else if (squaredDistance < second)
            {
                second = squaredDistance;
            }
        }

        return second > 0 ? 1 - Math.Sqrt(nearest / second) : 0;
    }
}
