using KMeans.Coordination;
using KMeans.Input;

namespace KMeans.Tests.Input;

public class RandomBatchTests
{
    [Theory]
    [InlineData(10, 10, 2)]
    [InlineData(1_000, 7, 3)]
    [InlineData(10_000_000, 5_000, 16)]
    [InlineData(3_000_000_000, 5_000, 400)]
    public void Runs_AreInOrderDisjointAndAsManyRowsAsWanted(long rows, int drawn, int featureCount)
    {
        var runs = RandomBatchReader.Runs(rows, drawn, featureCount, new CounterRandom(1, RandomPurpose.RandomBatch)).ToArray();

        Assert.Equal(drawn, runs.Sum(run => run.End - run.Start));
        Assert.All(runs.Zip(runs.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
        Assert.True(runs[0].Start >= 0 && runs[^1].End <= rows);
    }

    [Fact]
    public void Runs_OverManySeeds_DrawEveryRowEquallyOften()
    {
        var counts = new int[50];
        for (var seed = 0; seed < 20_000; seed++)
        {
            foreach (var run in RandomBatchReader.Runs(50, 5, 1, new CounterRandom(seed, RandomPurpose.RandomBatch)))
            {
                counts[run.Start]++;
            }
        }

        Assert.All(counts, count => Assert.InRange(count, 1_800, 2_200));
    }

    [Fact]
    public void Draw_OverSeveralFiles_GivesTheRowsOfOneFile()
    {
        var rows = Enumerable.Range(0, 3_000).Select(i => (float)i).ToArray();
        using var one = InputSet.Create([new MemoryInputFile(rows, 3)], new ColumnChoice());
        using var three = InputSet.Create([new MemoryInputFile(rows.AsMemory(0, 300), 3), new MemoryInputFile(rows.AsMemory(300, 3), 3), new MemoryInputFile(rows.AsMemory(303), 3)], new ColumnChoice());

        using var threads = new ComputeThreads(2);
        var expected = RandomBatchReader.Draw(one, 40, 5, threads, CancellationToken.None);
        var actual = RandomBatchReader.Draw(three, 40, 5, threads, CancellationToken.None);

        Assert.Equal(40, expected.Count);
        Assert.Equal(expected.Values, actual.Values);
        Assert.All(Enumerable.Range(0, 40), i => Assert.Equal(expected.Values[i * 3] + 2, expected.Values[(i * 3) + 2]));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void Draw_OnAnyThreads_GivesTheSameRows(int threadCount)
    {
        // Wide enough that runs are drawn, and in files that cut some of them.
        const int d = 9_000;
        var rows = Enumerable.Range(0, 8_000 * d).Select(i => (float)(i / d)).ToArray();
        int[] sizes = [1_000, 1, 40, 3_959, 3_000];
        var first = 0;
        using var input = InputSet.Create(sizes.Select(size => (InputFile)new MemoryInputFile(rows.AsMemory((first += size) * d - (size * d), size * d), d)).ToArray(), new ColumnChoice());
        using var one = new ComputeThreads(1);
        using var many = new ComputeThreads(threadCount);

        var expected = RandomBatchReader.Draw(input, 2_000, 5, one, CancellationToken.None);
        var actual = RandomBatchReader.Draw(input, 2_000, 5, many, CancellationToken.None);

        Assert.True(expected.Values.AsSpan().SequenceEqual(actual.Values));
        var drawn = Enumerable.Range(0, expected.Count).Select(i => (long)expected.Values[i * (long)d]).ToArray();
        Assert.Equal(RandomBatchReader.Runs(8_000, 2_000, d, new CounterRandom(5, RandomPurpose.RandomBatch)).SelectMany(run => Enumerable.Range((int)run.Start, (int)(run.End - run.Start)).Select(row => (long)row)), drawn);
    }
}
