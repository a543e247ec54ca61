using KMeans.Coordination;
using KMeans.Input;
using KMeans.Tests.Coordination.Simulation;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Coordination;

public sealed class TrainingControlTests : IDisposable
{
    private static readonly FaultPlan NoFaults = new() { Instances = 3, HasSameThreads = true };

    private readonly Problem problem = new(100, 2, rowMode: false, halfLife: 0);
    private readonly VirtualWorld world = new();
    private readonly VirtualFleet fleet;
    private readonly TrainingControl control = new();
    private readonly CancellationTokenSource source = new();

    public TrainingControlTests() => fleet = new VirtualFleet(world, new Random(1), NoFaults, new VirtualJob(problem, []));

    public void Dispose()
    {
        problem.Dispose();
        fleet.Dispose();
        source.Dispose();
    }

    [Fact]
    public void Pause_BeforeTheFirstBlock_HandsNothingOut_UntilResumed()
    {
        control.Pause();
        world.After(1_000, () =>
        {
            Assert.Equal(0, fleet.HandedOut);
            control.Resume();
        });

        Assert.Equal(problem.Fingerprint, Problem.Print(Run()));
        Assert.True(world.Seconds > 1_000);
        Assert.False(control.IsPaused);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(50)]
    public void Pause_InMidPass_FinishesWhatRuns_HandsNothingOut_AndEndsWithTheSameFingerprint(int second)
    {
        var handedOut = 0;
        world.After(second, () =>
        {
            control.Pause();
            handedOut = fleet.HandedOut;
            Assert.True(handedOut > 0);
        });
        world.After(10_000, () =>
        {
            Assert.Equal(handedOut, fleet.HandedOut);

            // What ran was finished: pausing takes nothing back.
            Assert.Equal(handedOut, fleet.Finished);
            control.Resume();
        });

        Assert.Equal(problem.Fingerprint, Problem.Print(Run()));
        Assert.True(world.Seconds > 10_000);
        Assert.Equal(2 * problem.Partitions.Count, fleet.RunPartitions);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public void Cancel_WhilePaused_EndsTheTraining(int pausedAt)
    {
        world.After(pausedAt, control.Pause);
        world.After(1_000, source.Cancel);
        Assert.Throws<OperationCanceledException>(Run);
        Assert.Equal(1_000, world.Seconds);
        Assert.True(control.IsPaused);
    }

    /// <summary>With real threads: the time that is over is what ends the training while it is paused.</summary>
    [Fact]
    public void Train_WhilePaused_RunsNoPartition_AndGoesOnFromItsCheckpointOnceResumed()
    {
        using var folder = new TemporaryFolder();
        using var input = InputSet.Create([new MemoryInputFile(Blobs.Make(3_000, 2, 3), 2)], new ColumnChoice());
        var options = new TrainingOptions { ClusterCount = 3, RowBudget = 0 };
        var whole = Trainer.Train(input, options).Report;

        control.Pause();
        var checkpointed = options with { Checkpoint = folder.File("state") };
        Assert.Throws<TrainingStoppedException>(() => Trainer.Train(input, checkpointed with { MaxRuntime = TimeSpan.FromSeconds(1) }, null, control, CancellationToken.None));

        control.Resume();
        var report = Trainer.Train(input, checkpointed, null, control, CancellationToken.None).Report;
        Assert.Equal(whole.Fingerprint, report.Fingerprint);
    }

    private PassResult Run()
    {
        // Nothing is hedged, so that every block that is handed out is also finished.
        var coordinator = new Coordinator(fleet, new LeaseOptions { HedgeFloor = TimeSpan.FromDays(1) }, world, new VirtualMailbox(world, new Random(1), NoFaults), control);
        return problem.Runner(coordinator).Run(problem.Start, null, problem.RowMode, problem.Identity, null, source.Token);
    }
}
