using KMeans.Training;

namespace KMeans.Tests.Training;

public class AutoPolicyTests
{
    [Theory]
    [InlineData(10, 784, 60_000L, 5_000)]
    [InlineData(100, 784, 60_000L, 10_000)]
    [InlineData(50, 15, 1_000_000L, 5_000)]
    [InlineData(500, 16, 1_000_000L, 50_000)]
    [InlineData(200, 400, 230_000L, 20_000)]
    public void RandomBatchSize_WhereAnAssignmentIsCheap_IsAHundredRowsACenter(int centers, int features, long rows, int expected) =>
        Assert.Equal(expected, AutoPolicy.RandomBatchSize(centers, features, null, rows));

    [Theory]
    [InlineData(500, 400, 230_000L, 10_000)]
    [InlineData(1_000, 400, 230_000L, 20_000)]
    [InlineData(500, 400, 700_000L, 14_000)]
    public void RandomBatchSize_WhereAnAssignmentIsDear_IsAFiftiethOfThePassButTwentyRowsACenter(int centers, int features, long rows, int expected) =>
        Assert.Equal(expected, AutoPolicy.RandomBatchSize(centers, features, null, rows));

    [Theory]
    [InlineData(2_300_000L)]
    [InlineData(null)]
    public void RandomBatchSize_OfManyRows_IsBoundByItsMemory(long? rows) => Assert.Equal((8 << 20) / 400, AutoPolicy.RandomBatchSize(500, 400, null, rows));
}
