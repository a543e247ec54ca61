namespace KMeans.Coordination;

/// <summary>A block as the lease table sees it. Blocks are halved to be handed out in parts, so works make a tree like the merge tree's.</summary>
/// <param name="block">What is to be run.</param>
/// <param name="parent">The work that was halved, or null.</param>
internal sealed class Work(BlockRange block, Work? parent)
{
    /// <summary>What is to be run.</summary>
    public BlockRange Block => block;

    /// <summary>The work that was halved, or null.</summary>
    public Work? Parent => parent;

    /// <summary>The halves where it was halved, else empty.</summary>
    public Work[] Halves { get; set; } = [];

    /// <summary>Whether its result, or that of all its parts, was taken.</summary>
    public bool IsDone { get; set; }

    /// <summary>Attempts that were made at exactly this block.</summary>
    public int Attempts { get; set; }

    /// <summary>Of them, those that failed or were lost.</summary>
    public int Failures { get; set; }

    /// <summary>It is not handed out before.</summary>
    public TimeSpan NotBefore { get; set; }

    /// <summary>Where it failed last, or null.</summary>
    public Member? FailedOn { get; set; }

    /// <summary>Leases of exactly this block that run.</summary>
    public List<Lease> Leases { get; } = [];

    /// <summary>Attempts at this block and at those above it: how often its partitions were handed out.</summary>
    public int AttemptsInAll
    {
        get
        {
            var sum = 0;
            for (var work = this; work is not null; work = work.Parent)
            {
                sum += work.Attempts;
            }

            return sum;
        }
    }

    /// <summary>Halves it; the halves start with its history of failures.</summary>
    public void Halve()
    {
        var (earlier, later) = block.Halves();
        Halves = [Half(earlier), Half(later)];

        Work Half(BlockRange half) => new(half, this) { Failures = Failures, NotBefore = NotBefore, FailedOn = FailedOn };
    }

    /// <summary>The parts that are neither done nor halved.</summary>
    /// <returns>In order; this one where it is not halved.</returns>
    public IEnumerable<Work> OpenLeaves() => IsDone ? [] : Halves.Length == 0 ? [this] : Halves.SelectMany(half => half.OpenLeaves());

    /// <summary>Leases whose result would cover this block: its own and those of the works above.</summary>
    /// <returns>In no order.</returns>
    public IEnumerable<Lease> Covering()
    {
        for (var work = this; work is not null; work = work.Parent)
        {
            foreach (var lease in work.Leases)
            {
                yield return lease;
            }
        }
    }
}

/// <summary>One attempt at a block by one instance.</summary>
/// <param name="attempt">Its number, which fences it: answers are matched by it alone.</param>
/// <param name="work">The block.</param>
/// <param name="member">Who runs it.</param>
internal sealed class Lease(long attempt, Work work, Member member)
{
    /// <summary>Its number.</summary>
    public long Attempt => attempt;

    /// <summary>The block.</summary>
    public Work Work => work;

    /// <summary>Who runs it.</summary>
    public Member Member => member;

    /// <summary>When the instance got to it, as far as the coordinator can tell; null while it waits behind another.</summary>
    public TimeSpan? Started { get; set; }

    /// <summary>Whether it runs; a lease that was lost or is not wanted any more stays known until it answers.</summary>
    public bool IsLive { get; set; } = true;
}

/// <summary>An instance as the lease table sees it.</summary>
/// <param name="instance">The instance.</param>
/// <param name="order">It joined as the how-manieth.</param>
internal sealed class Member(IInstance instance, int order)
{
    /// <summary>The instance.</summary>
    public IInstance Instance => instance;

    /// <summary>It joined as the how-manieth.</summary>
    public int Order => order;

    /// <summary>Its leases that run, in the order in which they were given.</summary>
    public List<Lease> Leases { get; } = [];

    /// <summary>What a partition takes there, in seconds of wall time with all its threads at work; null before its first block.</summary>
    public double? SecondsPerPartition { get; set; }

    /// <summary>Failures since its last success.</summary>
    public int FailuresInARow { get; set; }

    /// <summary>It is given nothing before.</summary>
    public TimeSpan AsideUntil { get; set; }

    /// <summary>Whether it gets no more blocks of this pass.</summary>
    public bool IsExcluded { get; set; }
}
