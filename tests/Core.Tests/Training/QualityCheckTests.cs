using KMeans.Coordination;
using KMeans.Kernels;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class QualityCheckTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(64 << 20)]
    public void Run_WhereLloydIsStuck_HasAGapBelowZero(long rowBudget)
    {
        // k-means++ leaves a few of 50 tight groups together, and Lloyd does not part them.
        var samples = Blobs.Make(20_000, 2, 50, spread: 10, noise: 0.05);
        for (var seed = 1; seed <= 3; seed++)
        {
            var report = Trainer.Train(samples, 2, new TrainingOptions { ClusterCount = 50, RowBudget = rowBudget, Seed = seed }).Report;
            Assert.InRange(report.LloydGap!.Value, -1, -0.2);
            Assert.InRange(report.LloydRows!.Value, 500, 20_000);
            Assert.InRange(report.SeedAgreement!.Value, 0.7, 0.999);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64 << 20)]
    public void Run_OnWellSeparatedGroups_AgreesInFull(long rowBudget)
    {
        var samples = Blobs.Make(20_000, 4, 4, spread: 100);
        var report = Trainer.Train(samples, 4, new TrainingOptions { ClusterCount = 4, RowBudget = rowBudget, SummaryRows = SummaryRows.Parse("5%") }).Report;

        Assert.InRange(report.SeedAgreement!.Value, 1 - 1e-12, 1);
        Assert.InRange(report.LloydGap!.Value, -0.01, 0.001);
        Assert.Empty(report.Notes);
    }

    [Theory]
    [InlineData(-1, 2, 0.75, (1.0 + 1 + 64 + 81) / 4)]
    [InlineData(5.5, 1_000, 0.5, (30.25 + 20.25 + 20.25 + 30.25) / 4)]
    public void Run_AgainstCentersThatGroupRowsOtherwise_GivesThePartThatBothGroupAlike(double first, double second, double agreement, double msd)
    {
        // Four groups on a line, k = 2: Lloyd finds {0, 1} and {10, 11}. The first pair parts 0 from the rest; the second parts nothing, so that only one way round disagrees.
        var samples = Enumerable.Range(0, 4_000).Select(i => (i % 4) switch { 0 => 0f, 1 => 1f, 2 => 10f, _ => 11f }).ToArray();
        var summary = SampledPass.Run(SampledPass.Context(samples, 1, [0.5, 10.5], 2_000, 4_000));
        using var threads = new ComputeThreads(1);
        var estimator = new CostEstimator(summary, false, AssignmentKernels.Best, threads);

        var statement = new QualityCheck(2, 1, AssignmentKernels.Best, threads).Run(summary, [first, second], estimator, 1, CancellationToken.None)!;

        Assert.Equal(agreement, statement.SeedAgreement, 0.03);
        Assert.Equal(msd / 0.25, statement.LloydGap + 1, 0.005 * msd / 0.25);
        Assert.Equal(2_000, statement.LloydRows);
    }

    [Fact]
    public void Run_WhereItWouldTakeSeconds_IsLeftOut()
    {
        var summary = SampledPass.Run(SampledPass.Context([1, 2, 3, 4], 1, [2], 4, 4));
        using var threads = new ComputeThreads(1);
        var estimator = new CostEstimator(summary, false, AssignmentKernels.Best, threads);
        Assert.Null(new QualityCheck(40_000, 1, AssignmentKernels.Best, threads).Run(summary, [2], estimator, 1, CancellationToken.None));
    }

    [Fact]
    public void Run_WhereNothingCostsAnything_IsLeftOut()
    {
        var report = Trainer.Train(Enumerable.Repeat(1f, 100).ToArray(), 1, new TrainingOptions { ClusterCount = 1 }).Report;
        Assert.Null(report.LloydGap);
        Assert.Null(report.LloydRows);
        Assert.Null(report.SeedAgreement);
    }

    [Fact]
    public void Run_OrNot_GivesTheSameModel()
    {
        var samples = Blobs.Make(20_000, 3, 10);
        var options = new TrainingOptions { ClusterCount = 10, RowBudget = 0 };
        var measured = Trainer.Train(samples, 3, options);
        var silent = Trainer.Train(samples, 3, options with { MeasuresQuality = false });

        Assert.NotNull(measured.Report.LloydGap);
        Assert.Null(silent.Report.LloydGap);
        Assert.Equal(measured.Model.Fingerprint, silent.Model.Fingerprint);
        Assert.Equal(measured.Model.Cost, silent.Model.Cost);
    }
}
