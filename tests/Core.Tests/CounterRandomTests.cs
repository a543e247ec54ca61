namespace KMeans.Tests;

public class CounterRandomTests
{
    [Fact]
    public void Unit_OverManyIndices_IsUniform()
    {
        var random = new CounterRandom(1, RandomPurpose.RandomBatch);
        var counts = new int[16];
        for (var i = 0; i < 160_000; i++)
        {
            counts[(int)(random.Unit(i) * 16)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void Bits_ForOtherSeedsPurposesAndStreams_Differ()
    {
        var first = new CounterRandom(1, RandomPurpose.RandomBatch).Bits(0);
        Assert.NotEqual(first, new CounterRandom(2, RandomPurpose.RandomBatch).Bits(0));
        Assert.NotEqual(first, new CounterRandom(1, RandomPurpose.Opening).Bits(0));
        Assert.NotEqual(first, new CounterRandom(1, RandomPurpose.RandomBatch, 1).Bits(0));
        Assert.NotEqual(first, new CounterRandom(1, RandomPurpose.RandomBatch).Bits(1));
        Assert.Equal(first, new CounterRandom(1, RandomPurpose.RandomBatch).Bits(0));
    }

    [Fact]
    public void Below_StaysUnderItsBound()
    {
        var random = new CounterRandom(3, RandomPurpose.Opening);
        Assert.All(Enumerable.Range(0, 1000), i => Assert.InRange(random.Below(i, 7), 0, 6));
    }
}
