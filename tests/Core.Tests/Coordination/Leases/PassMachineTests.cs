using KMeans.Coordination;
using KMeans.Tests.Coordination.Simulation;

namespace KMeans.Tests.Coordination.Leases;

public class PassMachineTests
{
    private readonly VirtualWorld world = new();

    [Fact]
    public void Finish_AfterAnotherInstanceGaveTheBlock_IsDropped()
    {
        var (machine, first, second) = TwoWithOnePartition();

        // Nothing is known of how long it takes, so the second helps after the least lease.
        for (var i = 0; i < 31; i++)
        {
            Wait(1);
            machine.Advance(0);
        }

        var starts = Starts(machine);
        Assert.Equal([(second, 2L)], starts.Select(start => (start.Instance, start.Attempt)));

        Assert.Equal(2, machine.Finish(2, new BlockRange(0, 1)));
        Assert.True(machine.IsComplete);
        Assert.Equal([1L], Cancels(machine));
        Assert.Equal(0, machine.Finish(1, new BlockRange(0, 1)));
        Assert.Equal((1, 1), (machine.Counts.Hedges, machine.Counts.Late));
        Assert.Equal(0, machine.Finish(2, new BlockRange(0, 1)));
        Assert.Equal(1, machine.Counts.Unknown);
        Assert.NotNull(first);
    }

    [Fact]
    public void Finish_AfterTheLeaseRanOut_IsTakenWhereItIsTheFirst()
    {
        var machine = new PassMachine(1, [], 1, new LeaseOptions { FirstLease = TimeSpan.FromSeconds(10) }, world);
        machine.Join(new Stub("a"));
        machine.Advance(0);
        Starts(machine);
        Wait(10);
        machine.Advance(0);
        Assert.Equal(1, machine.Counts.Lost);

        Assert.Equal(1, machine.Finish(1, new BlockRange(0, 1)));
        Assert.True(machine.IsComplete);
    }

    [Fact]
    public void Finish_AfterTheLeaseRanOut_IsDroppedWhereThereIsNoRoomForIt()
    {
        var machine = new PassMachine(8, [], 1, new LeaseOptions { FirstLease = TimeSpan.FromSeconds(10) }, world);
        machine.Join(new Stub("a"));
        machine.Advance(0);
        Assert.Equal([new BlockRange(0, 1), new BlockRange(1, 2)], Starts(machine).Select(start => start.Block));
        Wait(10);
        machine.Advance(machine.Bound);

        Assert.Equal(0, machine.Finish(1, new BlockRange(0, 1)));
        Assert.Equal(1, machine.Counts.Late);
        Wait(1);
        machine.Advance(0);
        Assert.Contains(Starts(machine), start => start.Block == new BlockRange(0, 1));
    }

    [Fact]
    public void Machine_ThatIsFullAndWhereNothingRuns_HandsOutABlockThatMergesWithWhatIsHeld()
    {
        var machine = new PassMachine(16, [new BlockRange(8, 10), new BlockRange(12, 14)], 1, new LeaseOptions(), world);
        machine.Join(new Stub("a"));
        machine.Advance(machine.Bound);
        Assert.Equal([new BlockRange(10, 12)], Starts(machine).Select(start => start.Block));
    }

    [Fact]
    public void Fault_OfTheData_EndsThePassWithTheLowestPartition_OnceNoLowerOneIsOpen()
    {
        var machine = new PassMachine(3, [], 1, new LeaseOptions(), world);
        machine.Join(new Stub("a"));
        machine.Join(new Stub("b"));
        machine.Advance(0);
        Assert.Equal([0, 1, 2], Starts(machine).Select(start => start.Block.First).Order());

        machine.Fault(3, new InputException("row of partition 2"));
        machine.Advance(0);
        Assert.Null(machine.Failure);
        Assert.Empty(Starts(machine));
        machine.Fault(2, new InputException("row of partition 1"));
        machine.Finish(1, new BlockRange(0, 1));
        Assert.Equal("row of partition 1", machine.Failure?.Message);
    }

    [Fact]
    public void Fault_OfAnInstance_WaitsAndGoesToAnother()
    {
        var (machine, _, second) = TwoWithOnePartition();
        machine.Fault(1, new InstanceFaultException("away", transient: true));
        machine.Advance(0);
        Assert.Empty(Starts(machine));
        Assert.Equal(TimeSpan.FromMilliseconds(100), machine.NextWake());

        Wait(0.1);
        machine.Advance(0);
        Assert.Equal([second], Starts(machine).Select(start => start.Instance));
    }

    [Fact]
    public void Fault_OfEveryAttempt_EndsThePassWithItsCause()
    {
        var machine = new PassMachine(1, [], 1, new LeaseOptions { MostFailures = 3 }, world);
        machine.Join(new Stub("a"));
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Assert.Null(machine.Failure);
            Wait(100);
            machine.Advance(0);
            Assert.Equal(attempt, Assert.Single(Starts(machine)).Attempt);
            machine.Fault(attempt, new InstanceFaultException("away", transient: true));
        }

        Assert.Contains("partitions 0 failed 3 times, the last time on a: away", machine.Failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_ThatIsNotTransient_ExcludesTheInstance()
    {
        var (machine, _, second) = TwoWithOnePartition();
        machine.Fault(1, new InstanceFaultException("other files", transient: false));
        Wait(1);
        machine.Advance(0);
        Assert.Equal([second], Starts(machine).Select(start => start.Instance));
        machine.Fault(2, new InstanceFaultException("other files here too", transient: false));
        Assert.Equal("other files here too", machine.Failure?.Message);
    }

    [Fact]
    public void Pause_HandsNothingOut_UntilResumed()
    {
        var machine = new PassMachine(4, [], 1, new LeaseOptions(), world);
        machine.Join(new Stub("a"));
        machine.Pause();
        machine.Advance(0);
        Assert.Empty(Starts(machine));
        machine.Resume();
        machine.Advance(0);
        Assert.Equal(2, Starts(machine).Count);
    }

    [Fact]
    public void Leave_GivesTheBlocksToWhoeverJoins()
    {
        var machine = new PassMachine(2, [], 1, new LeaseOptions(), world);
        var (gone, late) = (new Stub("gone"), new Stub("late"));
        machine.Join(gone);
        machine.Advance(0);
        Starts(machine);
        machine.Leave(gone);
        machine.Join(late);
        machine.Advance(0);
        Assert.Equal([late, late], Starts(machine).Select(start => start.Instance));
    }

    [Fact]
    public void Advance_AfterTheProcessStoodStill_BlamesNoInstance()
    {
        var machine = new PassMachine(2, [], 1, new LeaseOptions(), world);
        machine.Join(new Stub("a"));
        machine.Advance(0);
        Starts(machine);
        Wait(100_000);
        machine.Advance(0);
        Assert.Equal(0, machine.Counts.Lost);
    }

    [Fact]
    public void Machine_WithFinishedBlocks_HandsOutTheRestOnly()
    {
        var machine = new PassMachine(5, [new BlockRange(0, 2), new BlockRange(3, 4)], 1, new LeaseOptions(), world);
        machine.Join(new Stub("a"));
        machine.Advance(2);
        var starts = Starts(machine);
        Assert.Equal([new BlockRange(2, 3), new BlockRange(4, 5)], starts.Select(start => start.Block));
        Assert.All(starts, start => Assert.Equal(1, machine.Finish(start.Attempt, start.Block)));
        Assert.True(machine.IsComplete);
    }

    private (PassMachine Machine, Stub First, Stub Second) TwoWithOnePartition()
    {
        var machine = new PassMachine(1, [], 1, new LeaseOptions(), world);
        var (first, second) = (new Stub("first"), new Stub("second"));
        machine.Join(first);
        machine.Join(second);
        machine.Advance(0);
        Assert.Equal([first], Starts(machine).Select(start => start.Instance));
        return (machine, first, second);
    }

    private void Wait(double seconds) => world.Step(world.GetTimestamp() + (long)(seconds * TimeSpan.TicksPerSecond));

    private static List<PassCommand.Start> Starts(PassMachine machine)
    {
        var starts = machine.Commands.OfType<PassCommand.Start>().ToList();
        machine.Commands.Clear();
        return starts;
    }

    private static List<long> Cancels(PassMachine machine) => [.. machine.Commands.OfType<PassCommand.Cancel>().Select(cancel => cancel.Attempt)];

    private sealed class Stub(string name) : IInstance
    {
        public string Name => name;

        public int Threads => 1;

        public Task<BlockResult> RunAsync(Pass pass, BlockRange block, long attempt, Action<int, double>? advanced, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
