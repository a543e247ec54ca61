using KMeans.Coordination;
using KMeans.Kernels;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class RefinementTests
{
    [Theory]
    [InlineData(1.0, false)]
    [InlineData(1.019, false)]
    [InlineData(1.021, true)]
    [InlineData(2.0, true)]
    public void IsWorthwhile_WhereLookingIsDear_IsWhetherThePassCostMoreThanTheBatchPromised(double overPromise, bool expected)
    {
        const int FeatureCount = 64;
        const int ClusterCount = 50;
        const int RowCount = 4_000;
        var samples = Blobs.Make(RowCount, FeatureCount, ClusterCount);
        var centers = SampledPass.Centers(samples, FeatureCount, Enumerable.Range(0, ClusterCount));
        var summary = SampledPass.Run(SampledPass.Context(samples, FeatureCount, centers, 3_000, 1_000));
        Assert.Equal(1, SearchPlan.For(summary.Sample.Count, ClusterCount, FeatureCount).Trials);
        using var threads = new ComputeThreads(1);

        var initial = SampledPass.Initial(samples, FeatureCount, centers);
        Assert.True(initial.ExpectedMsd > initial.Msd);
        Assert.Equal(expected, new Refinement(summary, ClusterCount, AssignmentKernels.Best, threads).IsWorthwhile(initial, overPromise * initial.ExpectedMsd * RowCount));
    }

    [Fact]
    public void IsWorthwhile_WhereLookingCostsNextToNothing_IsTrueWhateverThePassCost()
    {
        var samples = Blobs.Make(2_000, 2, 4);
        var centers = SampledPass.Centers(samples, 2, 0, 1, 2, 3);
        var summary = SampledPass.Run(SampledPass.Context(samples, 2, centers, 500, 500));
        using var threads = new ComputeThreads(1);

        Assert.True(new Refinement(summary, 4, AssignmentKernels.Best, threads).IsWorthwhile(SampledPass.Initial(samples, 2, centers), 0));
    }

    [Theory]
    [InlineData(1_000, 1)]
    [InlineData(1_000, 2)]
    [InlineData(1_000, 3)]
    [InlineData(2_000, 4)]
    [InlineData(2_000, 5)]
    [InlineData(9_000, 6)]
    public void Candidates_WhereTheReducedCentersLeaveClustersTogether_AreBothBetter(int sampleLimit, long seed)
    {
        // Two of the five groups have one center, one of them has two.
        const int FeatureCount = 2;
        var samples = Blobs.Make(10_000, FeatureCount, 5, spread: 50);
        var reduced = SampledPass.Centers(samples, FeatureCount, 0, 1, 2, 3, 8);
        var summary = SampledPass.Run(SampledPass.Context(samples, FeatureCount, reduced, sampleLimit, 1_000) with { Seed = seed });
        using var threads = new ComputeThreads(2);

        var candidates = new Refinement(summary, 5, AssignmentKernels.Best, threads).Candidates(reduced, 0, seed, CancellationToken.None).ToArray();

        Assert.Equal(2, candidates.Length);
        Assert.True(SampledPass.Msd(samples, FeatureCount, reduced) > 10 * FeatureCount);
        Assert.All(candidates, centers => Assert.InRange(SampledPass.Msd(samples, FeatureCount, centers), 0.95 * FeatureCount, 1.05 * FeatureCount));
    }

    [Theory]
    [InlineData(600, 2)]
    [InlineData(800, 1)]
    public void Candidates_WhereTheBatchWasMostOfTheRows_AreNotSearchedAfreshAgain(int searchedRows, int expected)
    {
        var samples = Blobs.Make(1_000, 2, 4);
        var reduced = SampledPass.Centers(samples, 2, 0, 1, 2, 3);
        var summary = SampledPass.Run(SampledPass.Context(samples, 2, reduced, 500, 500));
        using var threads = new ComputeThreads(1);

        Assert.Equal(expected, new Refinement(summary, 4, AssignmentKernels.Best, threads).Candidates(reduced, searchedRows, 1, CancellationToken.None).Count());
    }
}
