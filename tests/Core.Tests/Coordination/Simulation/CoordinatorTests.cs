namespace KMeans.Tests.Coordination.Simulation;

public class CoordinatorTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 10)]
    public void Pass_WithASlowInstance_TakesLittleLongerThanWithoutIt(int instances, double slowness)
    {
        using var problem = new Problem(150, 1, rowMode: false, halfLife: 0);
        var healthy = new Schedule(1, problem) { Plan = new FaultPlan { Instances = 2, HasSameThreads = true } }.Run();
        var outcome = new Schedule(1, problem) { Plan = new FaultPlan { Instances = instances, Slowness = slowness, HasSameThreads = true } }.Run();
        Assert.InRange(outcome.Seconds, 0, 1.1 * healthy.Seconds);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(30)]
    public void Pass_WithAMuchFasterInstance_SharesPartitionsBySpeed(double speed)
    {
        // As where one machine has a GPU: if all are busy to the end, the pass takes what all could do together.
        const int Partitions = 1500;
        using var problem = new Problem(Partitions, 1, rowMode: false, halfLife: 0);
        var outcome = new Schedule(1, problem) { Plan = new FaultPlan { Instances = 3, Slowness = 1 / speed, HasSameThreads = true } }.Run();
        Assert.InRange(outcome.Seconds, 0, 1.1 * Partitions / (speed + 2));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Coordinator_WithASlowInstance_HoldsNoMoreThanItsBound(int instances)
    {
        using var problem = new Problem(600, 1, rowMode: false, halfLife: 0);
        for (var seed = 0; seed < 10; seed++)
        {
            var outcome = new Schedule(seed, problem) { Plan = new FaultPlan { Instances = instances, Slowness = 100, Delay = 0.2, HasCheckpoint = true } }.Run();
            Assert.InRange(outcome.Counts.MostHeld, 1, Schedule.Bound(600, instances));
        }
    }

    [Fact]
    public void Restart_RepeatsAtMostThePartitionsInFlight()
    {
        using var problem = new Problem(200, 1, rowMode: false, halfLife: 0);
        for (var seed = 0; seed < 20; seed++)
        {
            var undisturbed = new Schedule(seed, problem) { Plan = new FaultPlan { Instances = 1, HasSameThreads = true, HasCheckpoint = true } }.Run();
            var outcome = new Schedule(seed, problem) { Plan = new FaultPlan { Instances = 1, HasSameThreads = true, HasCheckpoint = true, Crashes = 1 } }.Run();
            Assert.Equal(200, undisturbed.RunPartitions);

            // One instance has two blocks at a time, of at most a quarter of what is left.
            Assert.InRange(outcome.RunPartitions, 200, 200 + 64);
            Assert.Equal(1, outcome.Crashes);
        }
    }
}
