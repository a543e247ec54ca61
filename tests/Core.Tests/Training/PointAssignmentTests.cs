using KMeans.Coordination;
using KMeans.Kernels;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class PointAssignmentTests
{
    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 5)]
    [InlineData(1_024, 5)]
    [InlineData(1_025, 5)]
    [InlineData(5_000, 5)]
    [InlineData(100, 5_000)]
    public void Run_OverAnyNumberOfTiles_FindsTheNearestCenterOfEachPoint(int rows, int featureCount)
    {
        var samples = Blobs.Make(rows, featureCount, 4);
        var centers = Blobs.Make(7, featureCount, 7, seed: 8).Select(x => (double)x).ToArray();
        using var threads = new ComputeThreads(3);

        var (labels, squaredDistances) = PointAssignment.Run(samples, centers, featureCount, AssignmentKernels.Best, threads, CancellationToken.None);

        Assert.Equal(rows, labels.Length);
        Assert.Equal(rows, squaredDistances.Length);
        for (var i = 0; i < rows; i++)
        {
            var (label, least) = (-1, double.PositiveInfinity);
            for (var j = 0; j < 7; j++)
            {
                var sum = 0.0;
                for (var f = 0; f < featureCount; f++)
                {
                    sum += Math.Pow(samples[(i * featureCount) + f] - centers[(j * featureCount) + f], 2);
                }

                (label, least) = sum < least ? (j, sum) : (label, least);
            }

            Assert.Equal(label, labels[i]);
            Assert.Equal(least, squaredDistances[i], 1e-9 * least);
        }
    }

    [Fact]
    public void Run_OfMemoryThatIsLargerThanItsPart_LooksAtThePartOnly()
    {
        using var threads = new ComputeThreads(1);
        var (labels, _) = PointAssignment.Run(new float[] { 1, 9, 100 }.AsMemory(0, 2), [0, 10], 1, AssignmentKernels.Best, threads, CancellationToken.None);
        Assert.Equal([0, 1], labels);
    }

    [Fact]
    public void Run_WhenCancelled_Stops()
    {
        using var threads = new ComputeThreads(2);
        Assert.ThrowsAny<OperationCanceledException>(() =>
            PointAssignment.Run(new float[10_000], [0], 1, AssignmentKernels.Best, threads, new CancellationToken(true)));
    }
}
