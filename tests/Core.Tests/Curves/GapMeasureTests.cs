using KMeans.Coordination;
using KMeans.Curves;
using KMeans.Kernels;

namespace KMeans.Tests.Curves;

public class GapMeasureTests
{
    [Theory]
    [InlineData(2, 4, 3)]
    [InlineData(5, 8, 0)]
    public void Run_WithFewDifferentRows_HasOneGapForEachKThatThereAreRowsFor(int least, int most, int expected)
    {
        // Four different rows, each two hundred times; shuffling two equal columns makes no fewer.
        var rows = Enumerable.Range(0, 800).SelectMany(i => new float[] { i % 4, i % 4 * 10 }).ToArray();
        using var threads = new ComputeThreads(1);

        Assert.Equal(expected, new GapMeasure(rows, 2, 1, AssignmentKernels.Best, threads).Run(least, most, default).Length);
    }
}
