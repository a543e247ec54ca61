using KMeans.Coordination;
using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.CoreSets;

/// <summary>Opens running centers for clusters of new rows that a state does not know, before any of those rows is counted by a center that is not theirs.</summary>
/// <param name="points">A random batch of the new rows.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="threads">Threads.</param>
internal sealed class NewClusters(RowBlock points, IAssignmentKernel kernel, ComputeThreads threads)
{
    /// <summary>The batch may cost so many times what earlier rows did before something new is looked for: its own chance.</summary>
    private const double Tolerated = 1.05;

    /// <summary>At most so many centers are opened: as many as a pass may open.</summary>
    private const int MostOpened = 64;

    /// <summary>Lloyd's iterations that take the opened centers from a row to the middle of its cluster.</summary>
    private const int Iterations = 4;

    /// <summary>Looks for them.</summary>
    /// <param name="centers">The state's running centers; in/out.</param>
    /// <param name="msd">What earlier rows cost around them.</param>
    /// <param name="seed">The user's seed.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The same with further ones of weight 0. O(m K d), and O(m d) for each center that is opened.</returns>
    /// <remarks>k-means++ (Arthur and Vassilvitskii 2007) with the known centers as the first ones, until the batch costs no more than earlier rows do.</remarks>
    public RunningCenters Add(RunningCenters centers, double msd, long seed, CancellationToken cancellation)
    {
        var (d, known) = (centers.FeatureCount, centers.Count);
        var squaredDistances = PointAssignment.Run(points.Samples.AsMemory(0, points.Count * d), centers.Means, d, kernel, threads, cancellation).SquaredDistances;
        var random = new CounterRandom(seed, RandomPurpose.NewClusters);
        var row = new double[d];
        while (centers.Count < known + Math.Min(MostOpened, points.Count) && Draw(squaredDistances, msd, random.Unit(centers.Count - known)) is var drawn && drawn >= 0)
        {
            for (var f = 0; f < d; f++)
            {
                row[f] = points.Samples[(drawn * d) + f];
            }

            centers.Add(new CenterId(-1, centers.Count), 0, row, 0);
            for (var i = 0; i < points.Count; i++)
            {
                squaredDistances[i] = Math.Min(squaredDistances[i], SquaredDistance.Between(points.Samples.AsSpan(i * d, d), row));
            }
        }

        if (centers.Count > known)
        {
            var moved = Lloyd.Run([points], centers.Means, d, Iterations, 0, kernel, threads, cancellation).Centers;
            moved.AsSpan(known * d).CopyTo(centers.Means[(known * d)..]);
        }

        return centers;
    }

    /// <summary>A row with a probability that goes with its cost; -1 where all together cost no more than earlier rows.</summary>
    private int Draw(double[] squaredDistances, double msd, double unit)
    {
        var (sum, weights) = (0.0, 0.0);
        for (var i = 0; i < squaredDistances.Length; i++)
        {
            var weight = points.SampleWeights?[i] ?? 1;
            sum += weight * squaredDistances[i];
            weights += weight;
        }

        if (!(sum > Tolerated * msd * weights))
        {
            return -1;
        }

        var left = unit * sum;
        for (var i = 0; i < squaredDistances.Length; i++)
        {
            left -= (points.SampleWeights?[i] ?? 1) * squaredDistances[i];
            if (left < 0)
            {
                return i;
            }
        }

        return squaredDistances.Length - 1;
    }
}
