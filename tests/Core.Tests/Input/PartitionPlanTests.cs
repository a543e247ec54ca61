using KMeans.Input;
using KMeans.Tests.Support;

namespace KMeans.Tests.Input;

public class PartitionPlanTests
{
    [Theory]
    [InlineData(1, 65_536)]
    [InlineData(64, 65_536)]
    [InlineData(200, 32_768)]
    [InlineData(400, 16_384)]
    [InlineData(784, 8_192)]
    [InlineData(100_000, 1_024)]
    public void RowsPerPartition_DependsOnTheFeatureCountAlone(int featureCount, int rows) => Assert.Equal(rows, PartitionPlan.RowsPerPartition(featureCount));

    [Fact]
    public void Make_OfTheSameRowsInOtherFiles_CutsAtTheSameRows()
    {
        var one = PartitionPlan.Make([new StubFile("a", 200_000)], 64);
        var many = PartitionPlan.Make([new StubFile("a", 50_000), new StubFile("b", 0), new StubFile("c", 149_999), new StubFile("d", 1)], 64);

        Assert.Equal(4, one.Count);
        Assert.Equal(Keys(one), Keys(many));
        Assert.Equal([0, 1, 2, 3], many.Select(partition => partition.Index));
    }

    [Fact]
    public void Make_WithoutRowCounts_CutsBytesAndCoversThemOnce()
    {
        var partitions = PartitionPlan.Make([new StubFile("a.csv", null, 20L << 20), new StubFile("b.csv", null, 5), new StubFile("c.csv.gz", null, 1000, canSeek: false)], 3);

        Assert.Equal(5, partitions.Count);
        Assert.All(partitions, partition => Assert.Single(partition.Segments));
        Assert.Equal([0, 8L << 20, 16L << 20, 0, 0], partitions.Select(partition => partition.Segments[0].Range.Start));
        Assert.Equal([8L << 20, 16L << 20, 20L << 20, 5, long.MaxValue], partitions.Select(partition => partition.Segments[0].Range.End));
        Assert.Equal([0, 8L << 20, 16L << 20, 20L << 20, (20L << 20) + 5], partitions.Select(partition => partition.Segments[0].KeyBase));
    }

    /// <summary>The global row index at which each partition begins and ends.</summary>
    private static (long, long)[] Keys(List<Partition> partitions) => partitions
        .Select(partition => (partition.Segments[0].KeyBase + partition.Segments[0].Range.Start, partition.Segments[^1].KeyBase + partition.Segments[^1].Range.End)).ToArray();
}
