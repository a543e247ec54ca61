using KMeans.Coordination;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class CostEstimatorTests
{
    private const int FeatureCount = 3;
    private const int RowCount = 6_000;
    private const int ClusterCount = 8;

    [Theory]
    [InlineData("blobs", true)]
    [InlineData("blobs", false)]
    [InlineData("heavy", true)]
    [InlineData("heavy", false)]
    public void ForReporting_OverManySeeds_IsUnbiasedAndItsIntervalHoldsTheTrueCost(string data, bool nearRunning)
    {
        const int Trials = 200;
        var (samples, running) = Data(data);
        var centers = nearRunning ? running.Select((x, i) => x * (i % 2 == 0 ? 1.02 : 0.97)).ToArray() : SampledPass.Centers(samples, FeatureCount, Enumerable.Range(50, ClusterCount));
        var truth = SampledPass.Msd(samples, FeatureCount, centers);
        var context = SampledPass.Context(samples, FeatureCount, running, 300, 800);
        var estimates = Enumerable.Range(1, Trials).Select(seed => Estimate(SampledPass.Run(context with { Seed = seed, Pool = new SummaryPool(context.Broadcast, context.Retention) }), centers)).ToArray();

        var errors = estimates.Select(estimate => (estimate.Msd / truth) - 1).ToArray();
        var standardError = Math.Sqrt(errors.Sum(x => x * x) / Trials / Trials);
        Assert.All(estimates, estimate => Assert.True(estimate.Low < estimate.Msd && estimate.Msd < estimate.High));
        Assert.True(Math.Abs(errors.Average()) <= 3 * standardError, $"off by {errors.Average()}, standard error {standardError}");
        var covered = estimates.Count(estimate => estimate.Low <= truth && truth <= estimate.High);
        Assert.True(covered >= 0.88 * Trials, $"{covered} of {Trials}");
    }

    [Fact]
    public void ForReporting_OfTheRunningMeans_IsNearlyExactWhereASampleAloneIsNot()
    {
        var (samples, running) = Data("apart");
        var summary = SampledPass.Run(SampledPass.Context(samples, FeatureCount, running, 300, 800));
        var centers = summary.Centers.Means.ToArray();
        var truth = SampledPass.Msd(samples, FeatureCount, centers);

        var regressed = Estimate(summary, centers);
        var plain = Estimate(summary, centers, decayed: true);

        Assert.Equal(truth, regressed.Msd, 1e-6 * truth);
        Assert.True(10 * (regressed.High - regressed.Low) <= plain.High - plain.Low);
        Assert.True(Math.Abs(plain.Msd - truth) > 1e-4 * truth);
    }

    [Fact]
    public void ForReporting_OfTheRunningMeansDirections_IsNearlyExactWhereDistancesToTheMeansAreNot()
    {
        // Rows of length 1, so far around their directions that their means have half of it.
        var samples = Blobs.Make(RowCount, 12, ClusterCount, spread: 0.7);
        foreach (var row in Enumerable.Range(0, RowCount).Select(i => i * 12))
        {
            var length = Math.Sqrt(samples.AsSpan(row, 12).ToArray().Sum(value => (double)value * value));
            samples.AsSpan(row, 12).ToArray().Select(value => (float)(value / length)).ToArray().CopyTo(samples, row);
        }

        using var threads = new ComputeThreads(1);
        var running = new CenterSearch(new RowBlock(samples, RowCount, null), 12, ClusterCount, AssignmentKernels.Best, threads).Run(1, RandomPurpose.InitialCenters, CancellationToken.None).Centers;
        var summary = SampledPass.Run(SampledPass.Context(samples, 12, running, 300, 800));
        var unit = new UnitCenters(ColumnTransform.Identity(12));
        var centers = unit.Directions(summary.Centers.Means);
        var truth = SampledPass.Msd(samples, 12, centers);

        var near = new CostEstimator(summary, false, AssignmentKernels.Best, threads, unit).ForReporting(centers, null, CancellationToken.None);
        var means = new CostEstimator(summary, false, AssignmentKernels.Best, threads).ForReporting(centers, null, CancellationToken.None);

        Assert.InRange(truth, near.Low * 0.999, near.High * 1.001);
        Assert.Equal(truth, near.Msd, 5e-3 * truth);
        Assert.True(2 * (near.High - near.Low) < means.High - means.Low, $"{near} where the means alone give {means}");
    }

    [Fact]
    public void ForReporting_AfterDecay_IsThePlainMeanOfEveryOtherRowOfTheUniformSample()
    {
        var (samples, running) = Data("blobs");
        var summary = SampledPass.Run(NoneCertain(SampledPass.Context(samples, FeatureCount, running, 300, 800)));
        Assert.DoesNotContain(Enumerable.Range(0, summary.Sample.Count), summary.Sample.IsCertain);
        Assert.Equal(800, summary.CostSample.Count);

        var estimate = Estimate(summary, running, decayed: true);

        var reporting = Enumerable.Range(0, 400).SelectMany(i => summary.CostSample.Row(2 * i).ToArray()).ToArray();
        using var threads = new ComputeThreads(1);
        var costs = PointAssignment.Run(reporting, running, FeatureCount, AssignmentKernels.Best, threads, CancellationToken.None).SquaredDistances;
        var mean = costs.Average();
        var standardError = Math.Sqrt(costs.Sum(x => (x - mean) * (x - mean)) / 399 / 400 * (1 - (400.0 / RowCount)));
        Assert.Equal(mean, estimate.Msd, 1e-9 * mean);
        Assert.Equal(mean - (1.96 * standardError), estimate.Low, 1e-9 * mean);
        Assert.Equal(mean + (1.96 * standardError), estimate.High, 1e-9 * mean);
        Assert.Equal(CostKind.Estimate, estimate.Kind);
        Assert.Equal(RowCount, estimate.TotalWeight);
    }

    [Fact]
    public void ForChoosing_LooksAtTheRowsThatReportingLeavesAside()
    {
        var (samples, running) = Data("blobs");
        var summary = SampledPass.Run(NoneCertain(SampledPass.Context(samples, FeatureCount, running, 300, 800)));
        using var threads = new ComputeThreads(1);

        var choosing = Enumerable.Range(0, 400).SelectMany(i => summary.CostSample.Row((2 * i) + 1).ToArray()).ToArray();
        var msd = new CostEstimator(summary, true, AssignmentKernels.Best, threads).ForChoosing(running, CancellationToken.None);
        Assert.Equal(SampledPass.Msd(choosing, FeatureCount, running), msd, 1e-9 * msd);
    }

    [Theory]
    [InlineData("blobs")]
    [InlineData("heavy")]
    public void ForReporting_WithEveryRowInTheSample_IsExact(string data)
    {
        var (samples, running) = Data(data);
        var summary = SampledPass.Run(SampledPass.Context(samples, FeatureCount, running, 300, RowCount));
        var centers = SampledPass.Centers(samples, FeatureCount, Enumerable.Range(50, ClusterCount));
        var truth = SampledPass.Msd(samples, FeatureCount, centers);

        var estimate = Estimate(summary, centers);

        Assert.Equal(truth, estimate.Msd, 1e-9 * truth);
        Assert.Equal(estimate.Msd, estimate.Low);
        Assert.Equal(estimate.Msd, estimate.High);
    }

    [Fact]
    public void ForReporting_WithABound_ExceedsItNowhere()
    {
        var (samples, running) = Data("blobs");
        var summary = SampledPass.Run(SampledPass.Context(samples, FeatureCount, running, 300, 800));
        var centers = running.Select(x => x + 0.5).ToArray();
        var free = Estimate(summary, centers);
        Assert.Null(free.Bound);

        var between = (free.Msd + free.High) / 2;
        var below = free.Low * 0.9;
        Assert.Equal(free with { High = between, Bound = between }, Estimate(summary, centers, bound: between));
        Assert.Equal(free with { Low = below, Msd = below, High = below, Bound = below }, Estimate(summary, centers, bound: below));
        Assert.Equal(free with { Bound = 2 * free.High }, Estimate(summary, centers, bound: 2 * free.High));
    }

    /// <summary>Every row is as likely to be kept as any other.</summary>
    private static PassContext NoneCertain(PassContext context) =>
        SampledPass.WithRetention(context, context.Retention with { DistanceFactor = 0, ClusterTerms = [.. context.Retention.ClusterTerms.Select(_ => 1.0 / RowCount)] });

    private static CostEstimate Estimate(PartitionSummary summary, double[] centers, bool decayed = false, double? bound = null)
    {
        using var threads = new ComputeThreads(1);
        return new CostEstimator(summary, decayed, AssignmentKernels.Best, threads).ForReporting(centers, bound, CancellationToken.None);
    }

    private static (float[] Samples, double[] Running) Data(string name)
    {
        var samples = name == "heavy" ? SampledPass.HeavyTailed(RowCount, FeatureCount) : Blobs.Make(RowCount, FeatureCount, ClusterCount, spread: name == "apart" ? 100 : 4);
        using var threads = new ComputeThreads(1);
        var running = new CenterSearch(new RowBlock(samples, RowCount, null), FeatureCount, ClusterCount, AssignmentKernels.Best, threads).Run(1, RandomPurpose.InitialCenters, CancellationToken.None);
        return (samples, running.Centers);
    }
}
