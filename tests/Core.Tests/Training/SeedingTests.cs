using KMeans.Coordination;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class SeedingTests
{
    [Theory]
    [InlineData(600, 400)]
    [InlineData(600, 20)]
    [InlineData(2_100, 1_050)]
    public void Choose_WithThreads_ChoosesWhatOneThreadDoes(int count, int chosen)
    {
        const int FeatureCount = 13;
        var random = new Random(7);

        // Some points are there twice, some weigh nothing.
        var samples = Enumerable.Range(0, count * FeatureCount).Select(_ => (float)random.NextDouble()).ToArray();
        samples.AsSpan(0, 20 * FeatureCount).CopyTo(samples.AsSpan(100 * FeatureCount));
        var points = new RowBlock(samples, count, [.. Enumerable.Range(0, count).Select(i => (double)(i % 5))]);
        using var threads = new ComputeThreads(3);

        List<int> Choose(ComputeThreads? threads) =>
            Seeding.Choose(points, FeatureCount, chosen, InitMethod.KMeansPlusPlus, new CounterRandom(3, RandomPurpose.InitialCenters), CancellationToken.None, threads);

        var expected = Choose(null);
        Assert.Equal(expected, Choose(threads));
        Assert.Equal(expected.Count, expected.Distinct().Count());
    }
}
