using KMeans.Input;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class MemoryPlanTests
{
    private static readonly TrainingOptions Options = new() { ClusterCount = 10, Threads = 8, RowBudget = 0, SummaryRows = SummaryRows.Parse("2000") };

    [Fact]
    public void Make_WithoutALimit_GivesWhatIsAskedFor() => Assert.Equal(8, Plan(Options).Threads);

    [Fact]
    public void Make_WithLessMemory_TakesSmallerTilesAndThenFewerThreads()
    {
        var plans = new[] { 1024, 512, 256, 192, 128 }.Select(mebibytes => Plan(Options with { MemoryLimitBytes = (long)mebibytes << 20 })).ToArray();
        Assert.Equal(8, plans[0].Threads);
        Assert.InRange(plans[^1].Threads, 1, 7);
        Assert.All(plans.Zip(plans.Skip(1)), pair => Assert.True(pair.Second.Threads <= pair.First.Threads && pair.Second.TileValues <= pair.First.TileValues));
    }

    [Fact]
    public void Make_WithTooLittle_NamesTheOptionAndWhatIsNeeded()
    {
        var error = Assert.Throws<InputException>(() => Plan(Options with { MemoryLimitBytes = 32 << 20 }));
        Assert.Matches(@"^--memory-limit 32MiB: this training needs \d+ MiB or so; raise the limit", error.Message);
    }

    [Fact]
    public void Train_WithLittleMemory_GivesTheSameFingerprint()
    {
        var samples = Blobs.Make(200_000, 6, 8);
        var options = new TrainingOptions { ClusterCount = 8, RowBudget = 0, Threads = 4 };
        Assert.Equal(Trainer.Train(samples, 6, options).Model.Fingerprint, Trainer.Train(samples, 6, options with { MemoryLimitBytes = 100 << 20 }).Model.Fingerprint);
    }

    private static MemoryPlan Plan(TrainingOptions options)
    {
        using var input = InputSet.Create([new StubFile("a", 10_000_000, columns: Enumerable.Range(0, 100).Select(i => new InputColumn($"x{i}", "float")).ToArray())], new ColumnChoice());
        return MemoryPlan.Make(input, options, 10);
    }
}
