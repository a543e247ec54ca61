using KMeans.Coordination;
using KMeans.Kernels;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class CenterSearchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Run_WhereNoiseHidesTheClustersFromSingleRows_FindsThemAll(int seed)
    {
        // Two centers are 2 x 200 apart squared, a row and its own center 1.5^2 x 200: k-means++ and Lloyd end 10 % above the planted cost.
        const int FeatureCount = 200;
        const int ClusterCount = 60;
        var points = Points(Blobs.Make(3_000, FeatureCount, ClusterCount, spread: 1, noise: 1.5), FeatureCount);
        using var threads = new ComputeThreads(2);

        var solution = new CenterSearch(points, FeatureCount, ClusterCount, AssignmentKernels.Best, threads).Run(seed, RandomPurpose.InitialCenters, CancellationToken.None);

        // The means of 50 rows each explain a fiftieth of the noise.
        Assert.InRange(solution.SquaredErrors / 3_000, 0.96 * 450 * 49 / 50, 1.01 * 450 * 49 / 50);
        Assert.All(solution.ClusterWeights, weight => Assert.InRange(weight, 40, 60));
    }

    [Fact]
    public void Run_OnManyRoundClustersOnAPlane_FindsThemAll()
    {
        const int ClusterCount = 49;
        var random = new Random(3);
        var samples = new float[2 * 100 * ClusterCount];
        for (var i = 0; i < samples.Length / 2; i++)
        {
            var cluster = i % ClusterCount;
            samples[2 * i] = (float)((10 * (cluster % 7)) + Blobs.Normal(random));
            samples[(2 * i) + 1] = (float)((10 * (cluster / 7)) + Blobs.Normal(random));
        }

        using var threads = new ComputeThreads(2);
        for (var seed = 1; seed <= 5; seed++)
        {
            var solution = new CenterSearch(Points(samples, 2), 2, ClusterCount, AssignmentKernels.Best, threads).Run(seed, RandomPurpose.InitialCenters, CancellationToken.None);
            Assert.All(solution.ClusterWeights, weight => Assert.Equal(100, weight, 5.0));
        }
    }

    [Fact]
    public void Run_WithAnyThreadsAndKernel_GivesTheSameBits()
    {
        const int FeatureCount = 19;
        var points = Points(Blobs.Make(6_000, FeatureCount, 40, spread: 1), FeatureCount);
        PointSolution Solve(int workerCount, IAssignmentKernel kernel)
        {
            using var threads = new ComputeThreads(workerCount);
            return new CenterSearch(points, FeatureCount, 30, kernel, threads).Run(5, RandomPurpose.Reduction, CancellationToken.None);
        }

        var expected = Solve(1, AssignmentKernels.Best);
        foreach (var actual in new[] { Solve(2, AssignmentKernels.Best), Solve(7, AssignmentKernels.Best), Solve(2, new ScalarKernel()) })
        {
            Assert.Equal(expected.Centers, actual.Centers);
            Assert.Equal(expected.ClusterWeights, actual.ClusterWeights);
            Assert.Equal(expected.SquaredErrors, actual.SquaredErrors);
        }
    }

    [Fact]
    public void Run_OnWeightedPoints_GoesWhereTheWeightIs()
    {
        // Four places, three centers: the two lightest share one.
        float[] samples = [0, 10, 100, 110, 0, 10, 100, 110];
        double[] weights = [500, 500, 1, 1, 500, 500, 1, 1];
        using var threads = new ComputeThreads(1);
        var solution = new CenterSearch(new RowBlock(samples, 8, weights), 1, 3, AssignmentKernels.Best, threads).Run(1, RandomPurpose.Reduction, CancellationToken.None);
        Assert.Equal([0.0, 10, 105], solution.Centers.Order());
        Assert.Equal(100, solution.SquaredErrors, 1e-9);
    }

    [Fact]
    public void Run_WithFewerDifferentPointsThanCenters_ReturnsThosePoints()
    {
        float[] samples = [.. Enumerable.Range(0, 300).Select(i => (float)(i % 3))];
        using var threads = new ComputeThreads(1);
        var solution = new CenterSearch(Points(samples, 1), 1, 5, AssignmentKernels.Best, threads).Run(1, RandomPurpose.InitialCenters, CancellationToken.None);
        Assert.Equal([0.0, 1, 2], solution.Centers.Order());
        Assert.Equal(0, solution.SquaredErrors);
    }

    [Fact]
    public void Run_WithRarePointsThatAThinnedSampleMisses_FindsThemAmongAll()
    {
        // One point in a thousand is another one, and every different point can have a center.
        var samples = Enumerable.Repeat(1f, 20_000).ToArray();
        (samples[4_321], samples[15_000]) = (50, 90);
        using var threads = new ComputeThreads(2);
        var solution = new CenterSearch(Points(samples, 1), 1, 3, AssignmentKernels.Best, threads).Run(1, RandomPurpose.InitialCenters, CancellationToken.None);
        Assert.Equal([1.0, 50, 90], solution.Centers.Order());
    }

    private static RowBlock Points(float[] samples, int featureCount) => new(samples, samples.Length / featureCount, null);
}
