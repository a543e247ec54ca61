using KMeans.Kernels;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class SplitMergeTests
{
    [Fact]
    public void Improve_WithTwoCentersInOneClusterAndOneInTwo_MovesOne()
    {
        // Lloyd's algorithm stays where it is: {-0.5, 0.5} share the first cluster, 105 lies between the others.
        float[] samples = [-1, 0, 0, 1, 100, 101, 109, 110];
        using var clusters = Clusters(samples, 1, [-0.5, 0.5, 105]);
        clusters.Descend(50, 0, CancellationToken.None);
        Assert.True(clusters.TotalError > 60);

        Assert.True(new SplitMerge(clusters, null).Improve(new SearchPlan(1, 10, 5, 0, 5, 0), CancellationToken.None));

        Assert.Equal([0.0, 100.5, 109.5], clusters.Means.ToArray().Order());
        Assert.Equal(3, clusters.TotalError, 1e-9);
    }

    [Fact]
    public void Improve_AtTheOptimum_ChangesNothing()
    {
        float[] samples = [-1, 0, 0, 1, 100, 101, 109, 110];
        using var clusters = Clusters(samples, 1, [0, 100.5, 109.5]);
        var before = clusters.Means.ToArray();

        Assert.False(new SplitMerge(clusters, null).Improve(new SearchPlan(1, 10, 5, 5, 5, 0), CancellationToken.None));

        Assert.Equal(before, clusters.Means.ToArray());
        Assert.Equal([0, 1, 2, 3], clusters.Members(0).ToArray());
    }

    [Fact]
    public void Improve_WithACenterThatHasNoMembers_UsesIt()
    {
        float[] samples = [0, 1, 2, 50, 51, 52];
        using var clusters = Clusters(samples, 1, [25, 9_000]);
        new SplitMerge(clusters, null).Improve(new SearchPlan(1, 10, 5, 0, 5, 0), CancellationToken.None);
        Assert.Equal([1.0, 51], clusters.Means.ToArray().Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Improve_OnOverlappingClusters_NeverRaisesTheError(int tries)
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var samples = Blobs.Make(2_000, 5, 30, spread: 1, seed: seed);
            using var clusters = Clusters(samples, 5, samples.Take(12 * 5).Select(x => (double)x).ToArray());
            clusters.Descend(100, 1e-6, CancellationToken.None);
            var before = clusters.TotalError;
            new SplitMerge(clusters, null).Improve(new SearchPlan(1, 10, 10, tries, 10, 1e-6), CancellationToken.None);
            Assert.True(clusters.TotalError <= before * (1 + 1e-12));
        }
    }

    private static PointClusters Clusters(float[] samples, int featureCount, double[] centers)
    {
        var clusters = new PointClusters(new RowBlock(samples, samples.Length / featureCount, null), featureCount, centers.Length / featureCount, AssignmentKernels.Best, null);
        clusters.Assign(centers, CancellationToken.None);
        return clusters;
    }
}
