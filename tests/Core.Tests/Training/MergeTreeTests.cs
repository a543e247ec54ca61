using KMeans.Training;

namespace KMeans.Tests.Training;

public class MergeTreeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(101)]
    public void Add_InAnyOrder_MergesTheSamePairs(int count)
    {
        var inOrder = Merge(Enumerable.Range(0, count));
        var random = new Random(count);
        for (var round = 0; round < 5; round++)
        {
            Assert.Equal(inOrder, Merge(Enumerable.Range(0, count).OrderBy(_ => random.Next()).ToArray()));
        }

        Assert.Equal(count, inOrder.Count(c => c == '.'));
    }

    [Fact]
    public void Add_InOrder_HoldsOnlyAFewSummaries()
    {
        var live = 0;
        var most = 0;
        var tree = new MergeTree<Box>(1000, (_, _) => live--);
        for (var i = 0; i < 1000; i++)
        {
            live++;
            most = Math.Max(most, live);
            tree.Add(i, new Box());
        }

        Assert.InRange(most, 1, 11);
        Assert.NotNull(tree.Root);
    }

    private static string Merge(IEnumerable<int> order)
    {
        var items = order.ToArray();
        var tree = new MergeTree<Box>(items.Length, (earlier, later) => earlier.Text = $"({earlier.Text}{later.Text})");
        foreach (var i in items)
        {
            tree.Add(i, new Box { Text = $"{i}." });
        }

        return tree.Root!.Text;
    }

    private sealed class Box
    {
        public string Text { get; set; } = "";
    }
}
