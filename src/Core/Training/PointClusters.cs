using System.Runtime.CompilerServices;
using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Weighted points in memory, divided among the centers that are nearest to them: the members of each cluster, their mean and their squared error around it.</summary>
/// <param name="points">n points.</param>
/// <param name="featureCount">d.</param>
/// <param name="clusterCount">k.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="threads">Threads to use, or null for the caller's own.</param>
/// <remarks>
/// Tiles of rows are labelled side by side; then each cluster's members are added up in the order of their rows. Neither depends on the threads. Memory is
/// O(n + k d), unlike <see cref="LloydStep"/>, which has k d sums for each piece of rows but touches every row once: this is for samples.
/// </remarks>
internal sealed class PointClusters(RowBlock points, int featureCount, int clusterCount, IAssignmentKernel kernel, ComputeThreads? threads) : IDisposable
{
    /// <summary>A tile's values stay in the second-level cache with room for the centers.</summary>
    private const int TileValues = 1 << 17;

    /// <summary>A few thousand points of few features still make several tiles.</summary>
    private const int MostTileRows = 1024;

    private readonly int[] labels = new int[points.Count];
    private readonly double[] squaredDistances = new double[points.Count];
    private readonly int[] order = new int[points.Count];
    private readonly int[] starts = new int[clusterCount + 1];
    private readonly double[] means = new double[clusterCount * featureCount];
    private readonly double[] weights = new double[clusterCount];
    private readonly double[] squaredErrors = new double[clusterCount];
    private readonly int[] farthest = new int[clusterCount];
    private readonly int tileRows = Math.Clamp(TileValues / featureCount, 16, 4096);
    private readonly KernelWorkspace[] workspaces = Enumerable.Range(0, threads?.WorkerCount ?? 1).Select(_ => kernel.CreateWorkspace()).ToArray();
    private readonly BoundedAssignment? bounded =
        BoundedAssignment.Pays(clusterCount, featureCount) ? new BoundedAssignment([points], clusterCount, featureCount, kernel) : null;
    private readonly BoundedAssignment.Scratch?[] scratches = new BoundedAssignment.Scratch?[threads?.WorkerCount ?? 1];
    private PackedCenters? packed;

    /// <summary>The points.</summary>
    public RowBlock Points => points;

    /// <summary>d.</summary>
    public int FeatureCount => featureCount;

    /// <summary>k.</summary>
    public int ClusterCount => clusterCount;

    /// <summary>Row-major (k, d): the means of the members. A cluster without any has a point that is far from its own center, or keeps its center.</summary>
    public ReadOnlySpan<double> Means => means;

    /// <summary>Length k: the members' weights.</summary>
    public ReadOnlySpan<double> Weights => weights;

    /// <summary>Length k: the members' weighted squared errors around their means.</summary>
    public ReadOnlySpan<double> SquaredErrors => squaredErrors;

    /// <summary>The sum of <see cref="SquaredErrors"/>: no less than what the means cost.</summary>
    public double TotalError { get; private set; }

    /// <summary>The members of a cluster.</summary>
    /// <param name="cluster">0 to k - 1.</param>
    /// <returns>Indices of points, increasing.</returns>
    public ReadOnlySpan<int> Members(int cluster) => order.AsSpan(starts[cluster], starts[cluster + 1] - starts[cluster]);

    /// <summary>One mean.</summary>
    /// <param name="cluster">0 to k - 1.</param>
    /// <returns>Length d.</returns>
    public ReadOnlySpan<double> Mean(int cluster) => means.AsSpan(cluster * featureCount, featureCount);

    /// <summary>The member that cost most when it was assigned.</summary>
    /// <param name="cluster">0 to k - 1.</param>
    /// <returns>The index of a point, or -1 where no member costs anything.</returns>
    public int Farthest(int cluster) => farthest[cluster];

    /// <summary>Divides the points anew and takes the means. O(n k d).</summary>
    /// <param name="centers">Row-major (k, d).</param>
    /// <param name="cancellation">Stops between tiles.</param>
    public void Assign(ReadOnlySpan<double> centers, CancellationToken cancellation)
    {
        packed = kernel.Pack(centers, clusterCount, featureCount, packed);
        bounded?.Begin(centers);
        var tiles = (points.Count + tileRows - 1) / tileRows;
        ParallelRun.Over(threads, tiles, (worker, tile) =>
        {
            var start = tile * tileRows;
            var count = Math.Min(tileRows, points.Count - start);
            var samples = points.Samples.AsSpan(start * featureCount, count * featureCount);
            if (bounded is null)
            {
                kernel.Assign(samples, count, packed, labels.AsSpan(start), squaredDistances.AsSpan(start), workspaces[worker]);
            }
            else
            {
                var scratch = scratches[worker] ??= bounded.CreateScratch(tileRows);
                bounded.Assign(0, start, packed, labels.AsSpan(start, count), squaredDistances.AsSpan(start, count), workspaces[worker], scratch);
            }
        }, cancellation);
        Group();
        centers.CopyTo(means);
        ParallelRun.Over(threads, clusterCount, (_, cluster) => AddUp(cluster), cancellation);
        TotalError = 0;
        foreach (var error in squaredErrors)
        {
            TotalError += error;
        }

        Occupy();
    }

    /// <summary>Moves every center to its members' mean and divides the points anew.</summary>
    /// <param name="cancellation">Stops between tiles.</param>
    public void Step(CancellationToken cancellation) => Assign(means.AsSpan(), cancellation);

    /// <summary>Lloyd's algorithm from the means as they are.</summary>
    /// <param name="most">The most iterations.</param>
    /// <param name="tolerance">Relative to the error: an iteration that gains no more is the last.</param>
    /// <param name="cancellation">Stops between tiles.</param>
    public void Descend(int most, double tolerance, CancellationToken cancellation)
    {
        for (var i = 0; i < most; i++)
        {
            var before = TotalError;
            Step(cancellation);
            if (before - TotalError <= tolerance * before)
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        (packed as IDisposable)?.Dispose();
        bounded?.Dispose();
    }

    /// <summary>Sorts the points by label, keeping their order. O(n + k).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Group()
    {
        starts.AsSpan().Clear();
        foreach (var label in labels)
        {
            starts[label + 1]++;
        }

        for (var j = 0; j < clusterCount; j++)
        {
            starts[j + 1] += starts[j];
        }

        for (var i = labels.Length - 1; i >= 0; i--)
        {
            order[--starts[labels[i] + 1]] = i;
        }

        // Filling from the back has moved every end to its start.
        for (var j = 0; j < clusterCount; j++)
        {
            starts[j] = starts[j + 1];
        }

        starts[clusterCount] = labels.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddUp(int cluster)
    {
        var sum = means.AsSpan(cluster * featureCount, featureCount);
        var weight = 0.0;
        var cost = 0.0;
        var largest = 0.0;
        farthest[cluster] = -1;
        weights[cluster] = 0;
        squaredErrors[cluster] = 0;
        Span<double> center = featureCount <= 1024 ? stackalloc double[featureCount] : new double[featureCount];
        sum.CopyTo(center);
        sum.Clear();
        foreach (var i in Members(cluster))
        {
            var w = points.SampleWeights is null ? 1 : points.SampleWeights[i];
            if (w == 0)
            {
                continue;
            }

            weight += w;
            var own = w * squaredDistances[i];
            cost += own;
            if (own > largest)
            {
                largest = own;
                farthest[cluster] = i;
            }

            CenterAccumulator.AddScaled(sum, points.Samples.AsSpan(i * featureCount, featureCount), w);
        }

        if (weight == 0)
        {
            center.CopyTo(sum);
            return;
        }

        var moved = 0.0;
        for (var f = 0; f < featureCount; f++)
        {
            sum[f] /= weight;
            var difference = sum[f] - center[f];
            moved += difference * difference;
        }

        weights[cluster] = weight;
        squaredErrors[cluster] = Math.Max(0, cost - (weight * moved));
    }

    /// <summary>Puts centers without members at the points that cost most, one of a cluster.</summary>
    private void Occupy()
    {
        var donors = new List<int>();
        for (var j = 0; j < clusterCount; j++)
        {
            if (weights[j] == 0)
            {
                var donor = -1;
                for (var other = 0; other < clusterCount; other++)
                {
                    if (farthest[other] >= 0 && !donors.Contains(other) && (donor < 0 || squaredErrors[other] > squaredErrors[donor]))
                    {
                        donor = other;
                    }
                }

                if (donor < 0)
                {
                    return;
                }

                donors.Add(donor);
                for (var f = 0; f < featureCount; f++)
                {
                    means[(j * featureCount) + f] = points.Samples[(farthest[donor] * featureCount) + f];
                }
            }
        }
    }
}
