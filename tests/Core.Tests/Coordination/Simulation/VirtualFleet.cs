using KMeans.Coordination;

namespace KMeans.Tests.Coordination.Simulation;

/// <summary>Instances of a virtual world: of different speeds, dying, standing still and failing as the plan says. They outlive coordinators.</summary>
internal sealed class VirtualFleet : IFleet
{
    private readonly VirtualWorld world;
    private readonly Random random;
    private readonly FaultPlan plan;
    private readonly VirtualJob job;
    private readonly List<VirtualInstance> living = [];
    private readonly HashSet<VirtualInstance> known = [];
    private Action<IInstance>? joined;
    private Action<IInstance>? left;
    private int named;

    public VirtualFleet(VirtualWorld world, Random random, FaultPlan plan, VirtualJob job)
    {
        this.world = world;
        this.random = random;
        this.plan = plan;
        this.job = job;
        for (var i = 0; i < plan.Instances; i++)
        {
            Add(i == 0 ? plan.Slowness : plan.HasSameThreads ? 1 : 1 + (random.NextDouble() * 0.5));
        }

        Repeat(plan.DeathEvery, Kill);
        Repeat(plan.StandstillEvery, Stop);
    }

    public int InstanceCount => plan.Instances;

    public int ThreadCount => plan.Instances;

    /// <summary>The most instances at a time that coordinators knew of.</summary>
    public int MostInstances { get; private set; }

    /// <summary>Blocks that were handed out, over all coordinators.</summary>
    public int HandedOut { get; private set; }

    /// <summary>Of them, those whose result was given.</summary>
    public int Finished { get; private set; }

    /// <summary>Partitions that were run, over all coordinators.</summary>
    public int RunPartitions { get; private set; }

    public void Watch(Action<IInstance> joined, Action<IInstance> left)
    {
        (this.joined, this.left) = (joined, left);
        living.ForEach(joined);
    }

    public void Dispose()
    {
    }

    private void Repeat(double every, Action action)
    {
        if (every > 0)
        {
            world.After(every * (0.5 + random.NextDouble()), () =>
            {
                action();
                Repeat(every, action);
            });
        }
    }

    private void Add(double slowness)
    {
        var instance = new VirtualInstance(this, $"instance-{named++}", plan.HasSameThreads ? 1 : random.Next(1, 4), slowness);
        living.Add(instance);
        known.Add(instance);
        MostInstances = Math.Max(MostInstances, known.Count);
        joined?.Invoke(instance);
    }

    private void Kill()
    {
        if (living.Count == 0)
        {
            return;
        }

        var victim = living[random.Next(living.Count)];
        living.Remove(victim);
        victim.Die();

        // Half of the deaths are noticed only because nothing is heard any more.
        if (random.Next(2) == 0)
        {
            Forget(victim);
        }
        else
        {
            world.After(random.NextDouble() * 60, () => Forget(victim));
        }

        world.After(random.NextDouble() * 20, () => Add(1 + (random.NextDouble() * plan.Slowness)));
    }

    private void Forget(VirtualInstance instance)
    {
        known.Remove(instance);
        left?.Invoke(instance);
    }

    private void Stop()
    {
        if (living.Count > 0)
        {
            living[random.Next(living.Count)].StandStill(random.NextDouble() * plan.StandstillEvery * 0.8);
        }
    }

    /// <summary>Runs one block after the other.</summary>
    private sealed class VirtualInstance(VirtualFleet fleet, string name, int threads, double slowness) : IInstance
    {
        private readonly List<Item> queue = [];
        private bool isDead;
        private double stillUntil;

        public string Name => name;

        public int Threads => threads;

        public void Die() => isDead = true;

        public void StandStill(double seconds) => stillUntil = Math.Max(stillUntil, fleet.world.Seconds + seconds);

        public Task<BlockResult> RunAsync(Pass pass, BlockRange block, long attempt, Action<int, double>? advanced, CancellationToken cancellation)
        {
            var item = new Item(pass, block, new TaskCompletionSource<BlockResult>());
            queue.Add(item);
            fleet.HandedOut++;

            // One cancellation in ten gets lost on its way.
            cancellation.Register(() =>
            {
                if (!isDead && fleet.random.Next(10) > 0 && item.Answer.TrySetCanceled(cancellation))
                {
                    End(item);
                }
            });
            if (queue.Count == 1)
            {
                Begin(item);
            }

            return item.Answer.Task;
        }

        private void Begin(Item item) => fleet.world.After(item.Block.Count * slowness * (0.8 + (0.4 * fleet.random.NextDouble())) / threads, () => Finish(item));

        private void Finish(Item item)
        {
            if (isDead || item.Answer.Task.IsCompleted)
            {
                return;
            }

            if (stillUntil > fleet.world.Seconds)
            {
                fleet.world.After(stillUntil - fleet.world.Seconds + 0.001, () => Finish(item));
                return;
            }

            fleet.RunPartitions += item.Block.Count;
            if (fleet.random.NextDouble() < fleet.plan.Fault)
            {
                item.Answer.TrySetException(new InstanceFaultException("simulated", transient: true));
            }
            else if (fleet.job.BadIn(item.Block) is { } bad)
            {
                item.Answer.TrySetException(new InputException($"partition {bad} is bad"));
            }
            else
            {
                fleet.Finished++;
                item.Answer.TrySetResult(fleet.job.Problem.Run(item.Pass, item.Block, name));
            }

            End(item);
        }

        private void End(Item item)
        {
            var wasFirst = queue.Count > 0 && ReferenceEquals(queue[0], item);
            queue.Remove(item);
            if (wasFirst && queue.Count > 0)
            {
                Begin(queue[0]);
            }
        }

        private sealed class Item(Pass pass, BlockRange block, TaskCompletionSource<BlockResult> answer)
        {
            public Pass Pass => pass;

            public BlockRange Block => block;

            public TaskCompletionSource<BlockResult> Answer => answer;
        }
    }
}

/// <summary>What a schedule is about: a problem and the partitions of it whose data is wrong.</summary>
internal sealed record VirtualJob(Problem Problem, IReadOnlyList<int> Bad)
{
    public int? BadIn(BlockRange block) => Bad.Where(bad => bad >= block.First && bad < block.End).Select(bad => (int?)bad).Min();
}
