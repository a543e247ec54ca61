using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class PassWarmUpTests
{
    /// <summary>It runs on threads of the pool, where an exception would end the process.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(64, 64)]
    [InlineData(512, 400)]
    public void Run_WithEveryKernel_TrainsOnAllItsRows(int centerCount, int featureCount)
    {
        foreach (var kernel in AssignmentKernels.Available)
        {
            var summary = PassWarmUp.Run(kernel, centerCount, featureCount);
            Assert.Equal((64L, centerCount), (summary.RowCount, summary.Centers.Count));
        }
    }
}
