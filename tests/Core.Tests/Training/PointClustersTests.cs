using KMeans.Coordination;
using KMeans.Kernels;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class PointClustersTests
{
    [Fact]
    public void Assign_OnWeightedPoints_GivesMembersMeansAndErrors()
    {
        float[] samples = [0, 10, 2, 11, 7];
        double[] weights = [1, 2, 3, 2, 0];
        using var clusters = new PointClusters(new RowBlock(samples, 5, weights), 1, 2, AssignmentKernels.Best, null);

        clusters.Assign([1, 9], CancellationToken.None);

        Assert.Equal([0, 2], clusters.Members(0).ToArray());
        Assert.Equal([1, 3, 4], clusters.Members(1).ToArray());
        Assert.Equal([1.5, 10.5], clusters.Means.ToArray());
        Assert.Equal([4.0, 4], clusters.Weights.ToArray());
        Assert.Equal([3.0, 1], clusters.SquaredErrors.ToArray());
        Assert.Equal(4, clusters.TotalError);
        Assert.Equal(2, clusters.Farthest(0));
        Assert.Equal(3, clusters.Farthest(1));
    }

    [Fact]
    public void Descend_MatchesLloyd()
    {
        var samples = Blobs.Make(5_000, 7, 15, spread: 2);
        var start = samples.Take(15 * 7).Select(x => (double)x).ToArray();
        var expected = Lloyd.Run([new RowBlock(samples, 5_000, null)], start, 7, 12, 0, AssignmentKernels.Best, null, CancellationToken.None);
        using var threads = new ComputeThreads(3);
        using var clusters = new PointClusters(new RowBlock(samples, 5_000, null), 7, 15, AssignmentKernels.Best, threads);

        clusters.Assign(start, CancellationToken.None);
        clusters.Descend(11, 0, CancellationToken.None);

        Assert.All(expected.Centers.Zip(clusters.Means.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.InRange(clusters.TotalError, 0.99 * expected.SquaredDistances, expected.SquaredDistances);
    }

    [Fact]
    public void Assign_WithCentersThatNothingIsNearestTo_PutsThemAtFarPointsOfDifferentClusters()
    {
        float[] samples = [0, 1, 8, 100, 101, 130];
        using var clusters = new PointClusters(new RowBlock(samples, 6, null), 1, 4, AssignmentKernels.Best, null);
        clusters.Assign([1, 101, 5_000, 6_000], CancellationToken.None);
        Assert.Equal([130.0, 8], clusters.Means[2..].ToArray());
        Assert.Equal([3.0, 3, 0, 0], clusters.Weights.ToArray());
    }
}
