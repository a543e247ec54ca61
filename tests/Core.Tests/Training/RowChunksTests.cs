using KMeans.Training;

namespace KMeans.Tests.Training;

public class RowChunksTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(400)]
    [InlineData(5_000)]
    public void Take_OfAnyTwoLengths_HoldsTheRowsOfBothAndEmptiesTheOther(int d)
    {
        // Around the length of a chunk, whatever it is for d.
        foreach (var (first, second) in new[] { (0, 0), (0, 700), (700, 0), (1, 1), (3, 900), (511, 513), (1_000, 1_024) })
        {
            var chunks = Fill(0, first, d);
            var other = Fill(first, second, d);

            chunks.Take(other);

            Assert.Equal(0, other.Count);
            Assert.Equal(Enumerable.Range(0, first + second), Keys(chunks).Order());
            AssertRowsBelongToTheirKeys(chunks, d);
            other.Add(new KeptRow(7, 0, 1, 1, 0), Values(7, d));
            Assert.Equal(first + second, chunks.Count);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(33.3)]
    [InlineData(99.9)]
    [InlineData(1_000)]
    public void DropFrom_AThreshold_KeepsExactlyTheRowsBelowItAndTakesMoreAfterwards(double threshold)
    {
        const int D = 3;
        var chunks = Fill(0, 1_000, D);

        // Priorities rise with the keys, then fall with them.
        chunks.Take(Fill(1_000, 1_000, D, key => (2_000 - key) / 10.0));
        chunks.DropFrom(threshold);

        Assert.Equal(Enumerable.Range(0, 2_000).Where(key => (key < 1_000 ? key : 2_000 - key) / 10.0 < threshold), Keys(chunks).Order());
        chunks.Take(Fill(3_000, 300, D));
        Assert.Equal(300, Keys(chunks).Count(key => key >= 3_000));
        AssertRowsBelongToTheirKeys(chunks, D);
    }

    [Fact]
    public void Over_TwoArrays_SharesThemAndTakesNoMore()
    {
        float[] values = [1, 2, 3, 4];
        var chunks = RowChunks.Over([new KeptRow(5, 0, 1, 1, 0), new KeptRow(6, 0, 1, 1, 0)], values, 2);

        Assert.Same(values, chunks.Whole());
        Assert.Equal([3, 4], chunks.Row(1).ToArray());
        Assert.Throws<InvalidOperationException>(() => chunks.Add(new KeptRow(7, 0, 1, 1, 0), [5, 6]));
        Assert.Null(new RowChunks(2).Whole());
    }

    [Fact]
    public void Take_OfManyLists_AllocatesLittleBesideTheirRows()
    {
        const int D = 16;
        var lists = Enumerable.Range(0, 64).Select(i => Fill(i * 600, 600, D)).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var step = 1; step < lists.Length; step *= 2)
        {
            for (var i = 0; i < lists.Length; i += 2 * step)
            {
                lists[i].Take(lists[i + step]);
            }
        }

        // The rows take 4 MB; copying them at every level of the tree would take 24 MB.
        var rows = 64 * 600 * ((D * sizeof(float)) + 40);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, rows / 2);
        Assert.Equal(64 * 600, lists[0].Count);
    }

    private static RowChunks Fill(int first, int count, int d, Func<int, double>? priority = null)
    {
        var chunks = new RowChunks(d);
        for (var key = first; key < first + count; key++)
        {
            chunks.Add(new KeptRow(key, priority?.Invoke(key) ?? key / 10.0, 1 + key, 2, key % 7), Values(key, d));
        }

        return chunks;
    }

    private static float[] Values(int key, int d) => [.. Enumerable.Range(0, d).Select(i => key + (i / 8_192f))];

    private static IEnumerable<int> Keys(RowChunks chunks) => Enumerable.Range(0, chunks.Count).Select(i => (int)chunks[i].Key);

    private static void AssertRowsBelongToTheirKeys(RowChunks chunks, int d)
    {
        for (var i = 0; i < chunks.Count; i++)
        {
            var key = (int)chunks[i].Key;
            Assert.Equal(key % 7, chunks[i].Label);
            Assert.True(chunks.Row(i).SequenceEqual(Values(key, d)), $"row {key}");
        }
    }
}
