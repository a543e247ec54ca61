using KMeans.Coordination;
using KMeans.Kernels;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class LloydTests
{
    private const int FeatureCount = 3;

    [Fact]
    public void Run_ToConvergence_MatchesTheObviousLloyd()
    {
        var samples = Blobs.Make(3_000, FeatureCount, 6, spread: 3);
        var start = samples.Take(6 * FeatureCount).Select(x => (double)x).ToArray();
        var (expected, iterations) = Obvious(samples, start, 1_000);

        var result = Lloyd.Run([new RowBlock(samples, 3_000, null)], start, FeatureCount, 1_000, 0, AssignmentKernels.Best, null, CancellationToken.None);

        Assert.True(iterations > 5);
        Assert.InRange(result.IterationCount, iterations - 1, iterations + 1);
        Assert.All(expected.Zip(result.Centers), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Fact]
    public void Run_CostNeverRisesWithMoreIterations()
    {
        var samples = Blobs.Make(5_000, FeatureCount, 20, spread: 2);
        var start = samples.Take(20 * FeatureCount).Select(x => (double)x).ToArray();
        var costs = Enumerable.Range(1, 15).Select(most => Lloyd.Run([new RowBlock(samples, 5_000, null)], start, FeatureCount, most, 0, AssignmentKernels.Best, null, CancellationToken.None).SquaredDistances).ToArray();

        Assert.All(costs.Zip(costs.Skip(1)), pair => Assert.True(pair.Second <= pair.First * (1 + 1e-12)));
        Assert.True(costs[^1] < 0.9 * costs[0]);
    }

    [Fact]
    public void Run_WithATolerance_StopsWhenAnIterationGainsLess()
    {
        var samples = Blobs.Make(5_000, FeatureCount, 20, spread: 2);
        var start = samples.Take(20 * FeatureCount).Select(x => (double)x).ToArray();
        var blocks = new[] { new RowBlock(samples, 5_000, null) };
        var loose = Lloyd.Run(blocks, start, FeatureCount, 300, 0.01, AssignmentKernels.Best, null, CancellationToken.None);
        var tight = Lloyd.Run(blocks, start, FeatureCount, 300, 1e-6, AssignmentKernels.Best, null, CancellationToken.None);
        Assert.InRange(loose.IterationCount, 2, tight.IterationCount - 1);
        Assert.True(tight.SquaredDistances < loose.SquaredDistances);
    }

    [Fact]
    public void Run_OnBlocksAndThreads_GivesTheBitsOfOneThread()
    {
        var samples = Blobs.Make(40_000, FeatureCount, 9, spread: 2);
        RowBlock[] blocks = [new RowBlock(samples[..(25_000 * FeatureCount)], 25_000, null), new RowBlock(samples[(25_000 * FeatureCount)..], 15_000, null)];
        var start = samples.Take(9 * FeatureCount).Select(x => (double)x).ToArray();
        var expected = Lloyd.Run(blocks, start, FeatureCount, 20, 0, AssignmentKernels.Best, null, CancellationToken.None).Centers;
        using var threads = new ComputeThreads(3);
        Assert.Equal(expected, Lloyd.Run(blocks, start, FeatureCount, 20, 0, AssignmentKernels.Best, threads, CancellationToken.None).Centers);
    }

    [Fact]
    public void Run_WithAnEmptyCluster_GivesItTheFarthestRow()
    {
        float[] samples = [0, 0, 0, 1, 0, 0, 2, 0, 0, 900, 0, 0];
        double[] start = [1, 0, 0, -5_000, 0, 0];
        var result = Lloyd.Run([new RowBlock(samples, 4, null)], start, FeatureCount, 50, 0, AssignmentKernels.Best, null, CancellationToken.None);
        Assert.Equal([1.0, 900.0], new[] { result.Centers[0], result.Centers[3] });
        Assert.Equal(2, result.SquaredDistances);
    }

    private static (double[] Centers, int Iterations) Obvious(float[] samples, double[] start, int most)
    {
        var centers = start.ToArray();
        var k = centers.Length / FeatureCount;
        var rows = samples.Chunk(FeatureCount).ToArray();
        var previous = double.PositiveInfinity;
        for (var iteration = 1; ; iteration++)
        {
            double Distance(float[] row, int j) => Enumerable.Range(0, FeatureCount).Sum(f => Math.Pow(row[f] - centers[(j * FeatureCount) + f], 2));
            var labels = rows.Select(row => Enumerable.Range(0, k).MinBy(j => Distance(row, j))).ToArray();
            var cost = rows.Zip(labels, Distance).Sum();
            for (var j = 0; j < k; j++)
            {
                var own = rows.Where((_, i) => labels[i] == j).ToArray();
                for (var f = 0; f < FeatureCount; f++)
                {
                    centers[(j * FeatureCount) + f] = own.Average(row => (double)row[f]);
                }
            }

            if (iteration >= most || previous - cost <= 0)
            {
                return (centers, iteration);
            }

            previous = cost;
        }
    }
}
