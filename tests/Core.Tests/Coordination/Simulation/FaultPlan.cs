namespace KMeans.Tests.Coordination.Simulation;

/// <summary>What goes wrong in one schedule, and how often; all drawn from the schedule's seed.</summary>
internal sealed record FaultPlan
{
    public int Instances { get; init; } = 2;

    /// <summary>Whether all instances have one thread and, the slow one apart, the same speed.</summary>
    public bool HasSameThreads { get; init; }

    /// <summary>Answers that never arrive.</summary>
    public double Drop { get; init; }

    /// <summary>Answers that arrive twice.</summary>
    public double Duplicate { get; init; }

    /// <summary>Answers that take long.</summary>
    public double Delay { get; init; }

    /// <summary>In seconds; a partition takes about one.</summary>
    public double LongestDelay { get; init; } = 100;

    /// <summary>Attempts that an instance fails.</summary>
    public double Fault { get; init; }

    /// <summary>Seconds between two deaths of instances; 0 for none. One dies, another comes some time later.</summary>
    public double DeathEvery { get; init; }

    /// <summary>Seconds between two instances that stand still for most of that time; 0 for none.</summary>
    public double StandstillEvery { get; init; }

    /// <summary>How much slower the slowest instance is.</summary>
    public double Slowness { get; init; } = 1;

    /// <summary>Whether the coordinator keeps a checkpoint.</summary>
    public bool HasCheckpoint { get; init; }

    /// <summary>Checkpoint writes that fail.</summary>
    public double WriteFault { get; init; }

    /// <summary>Times that the coordinator is killed, at a random wait or in the middle of a random write.</summary>
    public int Crashes { get; init; }

    /// <summary>Whether a file of the checkpoint is damaged while the coordinator is down.</summary>
    public bool Damage { get; init; }

    /// <summary>Partitions whose data is wrong.</summary>
    public int BadPartitions { get; init; }

    public static FaultPlan Draw(Random random)
    {
        double Rate(double most) => random.Next(3) == 0 ? 0 : random.NextDouble() * most;
        var hasCheckpoint = random.Next(3) > 0;
        return new FaultPlan
        {
            Instances = random.Next(1, 6),
            Drop = Rate(0.15),
            Duplicate = Rate(0.3),
            Delay = Rate(0.4),
            LongestDelay = Math.Pow(10, random.NextDouble() * 3),
            Fault = Rate(0.2),
            DeathEvery = random.Next(2) == 0 ? 0 : 15 + (random.NextDouble() * 60),
            StandstillEvery = random.Next(3) == 0 ? 5 + (random.NextDouble() * 60) : 0,
            Slowness = random.Next(3) == 0 ? 10 : 1 + random.NextDouble(),
            HasCheckpoint = hasCheckpoint,
            WriteFault = hasCheckpoint ? Rate(0.3) : 0,
            Crashes = hasCheckpoint ? random.Next(0, 5) : random.Next(4) == 0 ? 1 : 0,
            Damage = hasCheckpoint && random.Next(12) == 0,
            BadPartitions = random.Next(8) == 0 ? random.Next(1, 4) : 0,
        };
    }
}
