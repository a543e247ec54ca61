using KMeans.Kernels;

namespace KMeans.Tests.Kernels;

public class CenterAccumulatorTests
{
    [Fact]
    public void Add_FourWeightedPoints_GivesTheSumsByHand()
    {
        var accumulator = new CenterAccumulator(3, 2);
        accumulator.Add([1, 2, 3, 4, 5, 6, 7, 8], 4, [2, 0, 2, 0], [10, 20, 30, 40], [1, 0.5, 2, 0]);
        Assert.Equal([1.5, 2, 0, 0, 11, 14], accumulator.ClusterSums.ToArray());
        Assert.Equal([0.5, 0, 3], accumulator.ClusterWeights.ToArray());
        Assert.Equal([10, 0, 70], accumulator.SquaredErrors.ToArray());
        Assert.Equal([1, 0, 2], accumulator.Counts.ToArray());
    }

    [Fact]
    public void Add_EveryFeatureCount_HasTheBitsOfTheObviousLoop()
    {
        var random = new Random(1);
        for (var d = 1; d <= 40; d++)
        {
            const int SampleCount = 37;
            var samples = AssignmentContract.Uniform(random, SampleCount * d, -1000, 1000);
            var weights = AssignmentContract.UniformCenters(random, SampleCount, 0, 3);
            var squaredDistances = AssignmentContract.UniformCenters(random, SampleCount, 0, 9);
            var labels = Enumerable.Range(0, SampleCount).Select(_ => random.Next(5)).ToArray();
            var expected = new double[5 * d];
            for (var i = 0; i < SampleCount; i++)
            {
                for (var f = 0; f < d; f++)
                {
                    var product = weights[i] * samples[(i * d) + f];
                    expected[(labels[i] * d) + f] += product;
                }
            }

            var accumulator = new CenterAccumulator(5, d);
            accumulator.Add(samples, SampleCount, labels, squaredDistances, weights);
            Assert.Equal(expected, accumulator.ClusterSums.ToArray());
        }
    }

    [Fact]
    public void Add_WithoutWeights_IsAddWithOnes()
    {
        var samples = AssignmentContract.Uniform(new Random(2), 20 * 9);
        var labels = Enumerable.Range(0, 20).Select(i => i % 3).ToArray();
        var squaredDistances = AssignmentContract.UniformCenters(new Random(3), 20);
        var without = new CenterAccumulator(3, 9);
        var with = new CenterAccumulator(3, 9);
        without.Add(samples, 20, labels, squaredDistances, []);
        with.Add(samples, 20, labels, squaredDistances, Enumerable.Repeat(1.0, 20).ToArray());
        Assert.Equal(with.ClusterSums.ToArray(), without.ClusterSums.ToArray());
        Assert.Equal(with.SquaredErrors.ToArray(), without.SquaredErrors.ToArray());
        Assert.Equal(with.ClusterWeights.ToArray(), without.ClusterWeights.ToArray());
    }

    [Fact]
    public void Merge_TwoAccumulators_AddsEveryNumber()
    {
        var left = new CenterAccumulator(2, 1);
        var right = new CenterAccumulator(2, 1);
        left.Add([1, 2], 2, [0, 1], [3, 4], []);
        right.Add([10, 20], 2, [1, 1], [30, 40], [2, 1]);
        left.Merge(right);
        Assert.Equal([1, 42], left.ClusterSums.ToArray());
        Assert.Equal([1, 4], left.ClusterWeights.ToArray());
        Assert.Equal([3, 104], left.SquaredErrors.ToArray());
        Assert.Equal([1, 3], left.Counts.ToArray());
        Assert.Throws<ArgumentException>(() => left.Merge(new CenterAccumulator(2, 2)));
    }

    [Fact]
    public void Reset_ToASmallerShape_IsEmpty()
    {
        var accumulator = new CenterAccumulator(4, 3);
        accumulator.Add([1, 2, 3], 1, [3], [1], []);
        accumulator.Add([1, 2, 3], 1, [0], [1], []);
        accumulator.Reset(2, 3);
        Assert.Equal(new double[6], accumulator.ClusterSums.ToArray());
        Assert.Equal(new double[2], accumulator.ClusterWeights.ToArray());
        Assert.Equal(new long[2], accumulator.Counts.ToArray());
    }

    [Fact]
    public void Add_LabelOfNoCenter_Throws()
    {
        var accumulator = new CenterAccumulator(9, 1);
        accumulator.Reset(2, 1);
        Assert.Throws<IndexOutOfRangeException>(() => accumulator.Add([1], 1, [2], [1], []));
    }
}
