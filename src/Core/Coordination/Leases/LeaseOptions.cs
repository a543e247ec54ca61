namespace KMeans.Coordination;

/// <summary>How patient the coordinator is. None of it changes a result.</summary>
internal sealed record LeaseOptions
{
    /// <summary>Blocks that an instance has at a time: one to work on, one that waits, so that its threads never wait for the coordinator.</summary>
    public const int LeasesPerInstance = 2;

    /// <summary>Partitions of the largest block.</summary>
    /// <value>256 by default. A restart repeats the blocks in flight, so they should not be huge.</value>
    public int MostPartitions { get; init; } = 256;

    /// <summary>What a block should take at most, by the instance's own rate.</summary>
    /// <value>20 seconds by default.</value>
    public TimeSpan BlockTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A lease lasts at least so long.</summary>
    /// <value>30 seconds by default.</value>
    public TimeSpan LeastLease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A lease lasts at most so long, doubled each time the block failed, up to three times, however slow blocks were before.</summary>
    /// <value>30 minutes by default.</value>
    public TimeSpan MostLease { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A lease lasts so long while no block of the pass is finished.</summary>
    /// <value>10 minutes by default.</value>
    public TimeSpan FirstLease { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Later a lease lasts so many times what the block would take at the rate that nine in ten blocks reach.</summary>
    /// <value>8 by default; doubled each time the block failed, up to three times.</value>
    public double LeaseFactor { get; init; } = 8;

    /// <summary>A block is hedged if what remains of it is this many times what another instance would need.</summary>
    /// <value>2 by default.</value>
    public double HedgeFactor { get; init; } = 2;

    /// <summary>Nothing is hedged that should be there sooner.</summary>
    /// <value>0.2 seconds by default.</value>
    public TimeSpan HedgeFloor { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Failures of one block, lost leases included, that end the job.</summary>
    /// <value>8 by default.</value>
    public int MostFailures { get; init; } = 8;

    /// <summary>A block waits so long after its first failure, twice as long after the next, and so on.</summary>
    /// <value>0.1 seconds by default.</value>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest such wait.</summary>
    /// <value>30 seconds by default.</value>
    public TimeSpan MostBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>An instance is set aside so long after its second failure in a row, twice as long after the next, and so on.</summary>
    /// <value>1 second by default.</value>
    public TimeSpan Aside { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest time aside.</summary>
    /// <value>1 minute by default.</value>
    public TimeSpan MostAside { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The job ends when there was no instance for so long.</summary>
    /// <value>5 minutes by default.</value>
    public TimeSpan NoInstance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Less patient, because under chaos answers do get lost.</summary>
    public static LeaseOptions UnderChaos { get; } = new()
    {
        LeastLease = TimeSpan.FromSeconds(1),
        FirstLease = TimeSpan.FromMinutes(1),
        MostFailures = 100,
        Backoff = TimeSpan.FromMilliseconds(20),
        MostBackoff = TimeSpan.FromSeconds(1),
        Aside = TimeSpan.FromMilliseconds(100),
        MostAside = TimeSpan.FromSeconds(1),
    };
}
