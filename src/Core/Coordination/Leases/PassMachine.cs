using System.Numerics;

namespace KMeans.Coordination;

/// <summary>What the machine wants done.</summary>
/// <param name="Attempt">Which attempt.</param>
internal abstract record PassCommand(long Attempt)
{
    /// <summary>Have an instance run a block.</summary>
    /// <param name="Instance">Which.</param>
    /// <param name="Block">What.</param>
    /// <param name="Attempt">The attempt's number.</param>
    internal sealed record Start(IInstance Instance, BlockRange Block, long Attempt) : PassCommand(Attempt);

    /// <summary>Tell an instance that a result is not wanted any more.</summary>
    /// <param name="Attempt">The attempt's number.</param>
    internal sealed record Cancel(long Attempt) : PassCommand(Attempt);
}

/// <summary>Who runs what in one pass, and until when: leases, retries, hedging and fencing.</summary>
/// <remarks>
/// A deterministic machine without threads, locks or waiting: events are method calls, what is to be done comes out as <see cref="Commands"/>, time is the provider's.
/// The same calls at the same times give the same commands. It never sees a summary; whoever drives it merges them and says how many are held.
/// Blocks are handed out in order, halved to the size that suits the instance, the lowest first, so that finished blocks merge soon.
/// </remarks>
internal sealed partial class PassMachine
{
    private readonly LeaseOptions options;
    private readonly TimeProvider clock;
    private readonly long start;
    private readonly Work root;
    private readonly SortedDictionary<BlockRange, Work> pending = [];
    private readonly Dictionary<long, Lease> leases = [];
    private readonly List<Member> members = [];
    private readonly RecentDurations durations = new();
    private readonly int levels;
    private int joined;
    private int mostMembers = 1;
    private int held;
    private long attempt;
    private bool isPaused;
    private TimeSpan plannedWake = TimeSpan.MaxValue;
    private TimeSpan lastAdvance;
    private TimeSpan aloneSince;
    private (BlockRange Block, Exception Error)? failed;

    /// <summary>Starts a pass.</summary>
    /// <param name="partitionCount">1 or more.</param>
    /// <param name="finished">Blocks whose results are there already, from a checkpoint.</param>
    /// <param name="firstAttempt">Attempts are numbered from here, so that no number is used twice in a job.</param>
    /// <param name="options">How patient it is.</param>
    /// <param name="clock">The time.</param>
    public PassMachine(int partitionCount, IReadOnlyCollection<BlockRange> finished, long firstAttempt, LeaseOptions options, TimeProvider clock)
    {
        this.options = options;
        this.clock = clock;
        start = clock.GetTimestamp();
        attempt = firstAttempt;
        levels = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)partitionCount));
        held = finished.Count;
        root = new Work(BlockRange.Root(partitionCount), null);
        pending.Add(root.Block, root);
        foreach (var block in finished)
        {
            var work = root;
            while (work.Block != block)
            {
                if (work.Halves.Length == 0)
                {
                    Halve(work);
                }

                work = work.Halves.First(half => half.Block.Contains(block));
            }

            Complete(work);
        }
    }

    /// <summary>What is to be done, in order; to be emptied after every call.</summary>
    public Queue<PassCommand> Commands { get; } = [];

    /// <summary>What went other than straight.</summary>
    public PassCounts Counts { get; } = new();

    /// <summary>Whether every partition's result was taken.</summary>
    public bool IsComplete => root.IsDone;

    /// <summary>Why the pass cannot be completed, once that is sure; else null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The number of the next attempt.</summary>
    public long NextAttempt => attempt;

    /// <summary>The most summaries to be held, finished and expected: log2(partitions) + 2 x instances.</summary>
    /// <remarks>Where each instance has files of its own, each works on a part of the tree of its own.</remarks>
    public int Bound => (levels * (isSharded ? mostMembers : 1)) + (LeaseOptions.LeasesPerInstance * mostMembers);

    private TimeSpan Now => clock.GetElapsedTime(start);

    /// <summary>An instance can be given work.</summary>
    /// <param name="instance">Not a member now.</param>
    public void Join(IInstance instance)
    {
        members.Add(new Member(instance, joined++));
        isSharded |= instance.CountHere(root.Block) < root.Block.Count;
        mostMembers = Math.Max(mostMembers, members.Count);
    }

    /// <summary>An instance is gone; what it had is run elsewhere. An answer that still comes is taken if it is the first.</summary>
    /// <param name="instance">The instance; nothing happens where it is no member.</param>
    public void Leave(IInstance instance)
    {
        var member = members.Find(member => ReferenceEquals(member.Instance, instance));
        if (member is null)
        {
            return;
        }

        members.Remove(member);
        aloneSince = Now;
        foreach (var lease in member.Leases.ToArray())
        {
            Lose(lease);
        }
    }

    /// <summary>Nothing is handed out from now on; what runs goes on.</summary>
    public void Pause() => isPaused = true;

    /// <summary>Work is handed out again.</summary>
    public void Resume() => isPaused = false;

    /// <summary>An attempt gave its block's result.</summary>
    /// <param name="number">The attempt.</param>
    /// <param name="block">The block.</param>
    /// <returns>How often the block's partitions were handed out, where the result is to be taken; 0 where it came too late or twice, and is to be dropped.</returns>
    public int Finish(long number, BlockRange block)
    {
        if (!leases.Remove(number, out var lease) || lease.Work.Block != block)
        {
            Counts.Unknown++;
            return 0;
        }

        var isTaken = !IsCovered(lease.Work) && (lease.IsLive || HasRoom(lease.Work));
        lease.Member.FailuresInARow = 0;
        Measure(lease);
        Unlist(lease);
        if (!isTaken)
        {
            Counts.Late++;
            return 0;
        }

        held++;
        var attempts = lease.Work.AttemptsInAll;
        Complete(lease.Work);
        SettleFailure();
        return attempts;
    }

    /// <summary>An attempt ended without a result.</summary>
    /// <param name="number">The attempt.</param>
    /// <param name="error">An <see cref="InstanceFaultException"/> is the instance's fault; a cancellation that was asked for is none; anything else would come again anywhere and ends the pass.</param>
    public void Fault(long number, Exception error)
    {
        if (!leases.Remove(number, out var lease))
        {
            return;
        }

        var wasLive = lease.IsLive;
        Unlist(lease);
        if (IsCovered(lease.Work) || (!wasLive && error is OperationCanceledException or InstanceFaultException))
        {
            return;
        }

        if (error is not (InstanceFaultException or OperationCanceledException))
        {
            if (failed is null || lease.Work.Block.First < failed.Value.Block.First)
            {
                failed = (lease.Work.Block, error);
                Abandon(lease.Work.Block.First);
            }

            SettleFailure();
            return;
        }

        Counts.Faults++;
        var member = lease.Member;
        member.IsExcluded |= error is InstanceFaultException { IsTransient: false };
        Penalize(member);
        Fail(lease.Work, member, error);
        Release(lease.Work);
        if (members.Count > 0 && members.All(one => one.IsExcluded))
        {
            Failure ??= error;
        }
    }

    /// <summary>Lets leases run out, hands out what can be, and hedges. To be called after every event and at <see cref="NextWake"/>.</summary>
    /// <param name="heldCount">Summaries held now.</param>
    public void Advance(int heldCount)
    {
        held = heldCount;
        Counts.MostHeld = Math.Max(Counts.MostHeld, heldCount);
        ForgiveStandstill();
        ExpireLeases();
        if (members.Count == 0 && Now - aloneSince >= options.NoInstance)
        {
            Failure ??= new InstanceFaultException($"there was no instance to run partitions for {options.NoInstance.TotalSeconds:0.#} s", transient: true);
        }

        if (!isPaused && !IsComplete && Failure is null)
        {
            HandOut();
        }

        plannedWake = NextWake();
    }

    /// <summary>When <see cref="Advance"/> is to be called if nothing happens before.</summary>
    /// <returns>A time since the pass began; the greatest value where nothing is to be waited for.</returns>
    public TimeSpan NextWake()
    {
        var wake = TimeSpan.MaxValue;
        var now = Now;
        var isIdle = false;
        foreach (var member in members)
        {
            isIdle |= member.Leases.Count < LeaseOptions.LeasesPerInstance && !member.IsExcluded;
            if (member.AsideUntil > now)
            {
                wake = Earlier(wake, member.AsideUntil);
            }

            foreach (var lease in member.Leases)
            {
                wake = Earlier(wake, Deadline(lease));
            }
        }

        foreach (var work in pending.Values)
        {
            wake = work.NotBefore > now ? Earlier(wake, work.NotBefore) : wake;
        }

        if (orphanedSince is { } orphaned)
        {
            wake = Earlier(wake, orphaned + options.NoInstance);
        }

        if (members.Count == 0)
        {
            wake = Earlier(wake, aloneSince + options.NoInstance);
        }
        else if (members.Count > 1 && isIdle && !isPaused)
        {
            wake = Earlier(wake, now + TimeSpan.FromSeconds(durations.IsEmpty ? 1 : Math.Clamp(durations.Median / 4, 0.02, 1)));
        }

        return wake;
    }

    /// <summary>The time since the pass began.</summary>
    /// <returns>By the provider's clock.</returns>
    public TimeSpan Elapsed() => Now;

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
