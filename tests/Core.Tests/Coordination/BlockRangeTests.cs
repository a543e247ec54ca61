using KMeans.Coordination;

namespace KMeans.Tests.Coordination;

public class BlockRangeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(13)]
    public void Halves_OfEveryNode_AreNodesWhoseParentItIs(int partitions)
    {
        var open = new Queue<BlockRange>([BlockRange.Root(partitions)]);
        var leaves = 0;
        while (open.TryDequeue(out var block))
        {
            Assert.True(block.IsAligned(partitions));
            if (block.Count == 1)
            {
                leaves++;
                continue;
            }

            var (earlier, later) = block.Halves();
            Assert.Equal((block.First, earlier.End, block.End), (earlier.First, later.First, later.End));
            Assert.Equal((block, block), (earlier.Parent(partitions), later.Parent(partitions)));
            open.Enqueue(earlier);
            open.Enqueue(later);
        }

        Assert.Equal(partitions, leaves);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(-1, 0)]
    [InlineData(2, 2)]
    [InlineData(0, 3)]
    [InlineData(4, 9)]
    public void IsAligned_WhereNoNodeHasThatRange_IsFalse(int first, int end) => Assert.False(new BlockRange(first, end).IsAligned(8));
}
