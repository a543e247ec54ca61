using KMeans.Coordination;
using KMeans.Tests.Coordination.Simulation;

namespace KMeans.Tests.Coordination.Leases;

/// <summary>Instances that have the rows of some partitions only: each is given blocks that it has whole, down to single partitions, and nobody else is.</summary>
public class ShardedPassMachineTests
{
    private readonly VirtualWorld world = new();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(100)]
    public void HandOut_WhereEachInstanceHasAPart_GivesEveryPartitionToOneThatHasIt(int count)
    {
        // Contiguous parts, and every seventh partition crosses from one to the next.
        var machine = new PassMachine(count, [], 1, new LeaseOptions(), world);
        var sharers = Enumerable.Range(0, 4).Select(i => new Part($"{i}", partition => Owner(partition, count) == i)).ToList();
        sharers.ForEach(machine.Join);
        var done = new bool[count];
        for (var round = 0; !machine.IsComplete; round++)
        {
            Assert.True(round < 1000, "It does not end.");
            machine.Advance(0);
            Assert.Null(machine.Failure);
            foreach (var start in Starts(machine))
            {
                Assert.Equal(start.Block.Count, start.Instance.CountHere(start.Block));
                Assert.True(start.Block.IsAligned(count));
                Assert.True(machine.Finish(start.Attempt, start.Block) > 0);
                Array.Fill(done, true, start.Block.First, start.Block.Count);
            }

            world.Step(world.GetTimestamp() + TimeSpan.TicksPerMillisecond);
        }

        Assert.DoesNotContain(false, done);
    }

    [Fact]
    public void HandOut_WhileAnInstanceWithRowsIsAway_WaitsForItAndGoesOn()
    {
        var machine = new PassMachine(4, [], 1, new LeaseOptions(), world);
        machine.Join(new Part("early", partition => partition < 2));
        var away = new Part("away", partition => partition >= 2);
        machine.Join(away);
        machine.Leave(away);
        FinishAll(machine);
        for (var second = 0; second < 100; second++)
        {
            world.Step(world.GetTimestamp() + TimeSpan.TicksPerSecond);
            machine.Advance(1);
            Assert.Empty(Starts(machine));
        }

        machine.Join(new Part("back", partition => partition >= 2));
        FinishAll(machine);
        Assert.Null(machine.Failure);
        Assert.True(machine.IsComplete);
    }

    [Fact]
    public void HandOut_WhenAnInstanceWithRowsStaysAway_EndsThePassInTime()
    {
        var machine = new PassMachine(4, [], 1, new LeaseOptions { NoInstance = TimeSpan.FromSeconds(10) }, world);
        machine.Join(new Part("early", partition => partition < 2));
        FinishAll(machine);
        for (var second = 0; second < 10; second++)
        {
            Assert.Null(machine.Failure);
            Assert.True(machine.NextWake() - machine.Elapsed() <= TimeSpan.FromSeconds(10));
            world.Step(world.GetTimestamp() + TimeSpan.TicksPerSecond);
            machine.Advance(1);
        }

        Assert.Contains("has been away for 10 s", Assert.IsType<InstanceFaultException>(machine.Failure).Message, StringComparison.Ordinal);
    }

    private static int Owner(int partition, int count) => partition % 7 == 6 ? 3 : partition * 3 / count;

    private static void FinishAll(PassMachine machine)
    {
        machine.Advance(0);
        for (var starts = Starts(machine); starts.Count > 0; starts = Starts(machine))
        {
            Assert.All(starts, start => Assert.True(machine.Finish(start.Attempt, start.Block) > 0));
            machine.Advance(0);
        }
    }

    private static List<PassCommand.Start> Starts(PassMachine machine)
    {
        var starts = machine.Commands.OfType<PassCommand.Start>().ToList();
        machine.Commands.Clear();
        return starts;
    }

    private sealed class Part(string name, Func<int, bool> has) : IInstance
    {
        public string Name => name;

        public int Threads => 2;

        public int CountHere(BlockRange block) => Enumerable.Range(block.First, block.Count).Count(has);

        public Task<BlockResult> RunAsync(Pass pass, BlockRange block, long attempt, Action<int, double>? advanced, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
