using System.Numerics;

namespace KMeans.Coordination;

/// <content>Who gets what: the lowest block that waits, in a size that suits the instance; where nothing waits, a share of what others take too long for.</content>
internal sealed partial class PassMachine
{
    /// <summary>Leases whose results would cover one block, at most.</summary>
    private const int MostCovering = 3;

    /// <summary>Whether some instance has not all rows.</summary>
    private bool isSharded;

    /// <summary>Since when there are rows that no instance has; null where there are none.</summary>
    private TimeSpan? orphanedSince;

    private void HandOut()
    {
        WatchOrphans();
        var now = Now;
        var flight = new Flight(this);

        // First one block for everybody, then the second.
        for (var given = 0; given < LeaseOptions.LeasesPerInstance; given++)
        {
            foreach (var member in members)
            {
                if (member.Leases.Count == given && !member.IsExcluded && member.AsideUntil <= now && !TakePending(member, flight))
                {
                    Hedge(member, flight);
                }
            }
        }
    }

    /// <summary>Rows whose instance is away: it comes back in time, or the pass ends.</summary>
    private void WatchOrphans()
    {
        if (!isSharded)
        {
            return;
        }

        var orphan = pending.Values.FirstOrDefault(work => members.TrueForAll(member => member.IsExcluded || member.Instance.CountHere(work.Block) == 0));
        orphanedSince = orphan is null || members.Count == 0 ? null : orphanedSince ?? Now;
        if (orphanedSince is { } since && Now - since >= options.NoInstance)
        {
            Failure ??= new InstanceFaultException($"partitions {orphan!.Block} are on an instance that has been away for {options.NoInstance.TotalSeconds:0.#} s", transient: true);
        }
    }

    private bool TakePending(Member member, Flight flight)
    {
        var isFull = held + flight.Count + 1 > Bound;
        if (isFull && flight.Count > 0)
        {
            return false;
        }

        var now = Now;
        var closing = isFull ? Closing() : [];
        var work = (closing.Count > 0 ? closing : pending.Values.AsEnumerable()).FirstOrDefault(work => work.NotBefore <= now && member.Instance.CountHere(work.Block) > 0 && !ShouldAvoid(work, member));
        if (work is null)
        {
            return false;
        }

        while (member.Instance.CountHere(work.Block) < work.Block.Count)
        {
            // Some of its rows are elsewhere: down to the first part that is here whole.
            Halve(work);
            work = member.Instance.CountHere(work.Halves[0].Block) > 0 ? work.Halves[0] : work.Halves[1];
        }

        var size = closing.Count > 0 ? work.Block.Count : SizeFor(member);
        while (work.Block.Count > size)
        {
            Halve(work);
            work = work.Halves[0];
        }

        pending.Remove(work.Block);
        Grant(work, member);
        flight.Add();
        return true;
    }

    /// <summary>Where there is no room and nothing runs that would make some: the blocks whose other half is held, so that their results take no place of their own.</summary>
    private List<Work> Closing() => [.. pending.Values.Where(work => work.Parent is { } parent && parent.Halves.Any(half => half.IsDone))];

    /// <summary>A block that failed on an instance goes to another, where there is one.</summary>
    private bool ShouldAvoid(Work work, Member member) => work.FailedOn == member && members.Exists(other => other != member && !other.IsExcluded && other.AsideUntil <= Now && other.Instance.CountHere(work.Block) > 0);

    /// <summary>
    /// How large a block an instance gets: as many partitions as it has threads while its rate is unknown; then its share, by its rate, of a quarter of what is left, so that
    /// blocks shrink towards the end and the slow have small ones.
    /// </summary>
    private int SizeFor(Member member)
    {
        var least = Math.Max(1, member.Instance.Threads);
        var left = pending.Values.Sum(work => (long)work.Block.Count);
        var rates = members.Where(one => !one.IsExcluded).Sum(Rate);
        var share = left * Rate(member) / rates;
        var wanted = member.SecondsPerPartition is { } seconds ? Math.Min(Math.Max(least, share / 4), Math.Max(least, options.BlockTime.TotalSeconds / Math.Max(seconds, 1e-9))) : least;

        // An instance alone can always have as many partitions as threads; with others, not more than half its share.
        var most = members.Count > 1 ? Math.Max(1, share / 2) : left;
        var size = (int)Math.Clamp(Math.Min(wanted, most), 1, options.MostPartitions);
        return 1 << BitOperations.Log2((uint)size);
    }

    private double Rate(Member member) => 1 / Expected(member);

    /// <summary>What a partition takes there, as far as is known.</summary>
    private double Expected(Member member) => Math.Max(1e-9, member.SecondsPerPartition ?? (durations.IsEmpty ? 1 : durations.Median));

    private void Grant(Work work, Member member)
    {
        var lease = new Lease(attempt++, work, member) { Started = member.Leases.Count == 0 ? Now : null };
        work.Attempts++;
        work.Leases.Add(lease);
        member.Leases.Add(lease);
        leases.Add(lease.Attempt, lease);
        Counts.Attempts++;
        Commands.Enqueue(new PassCommand.Start(member.Instance, work.Block, lease.Attempt));
    }

    /// <summary>
    /// Has an idle instance do what another takes too long for: the later half of the block, because whoever has it goes from the front, or the block itself where it cannot be
    /// halved. Whichever result comes first counts.
    /// </summary>
    private void Hedge(Member member, Flight flight)
    {
        var isFull = held + flight.Count + 1 > Bound;

        // An instance that may take nothing new helps the block that holds the others up as soon as that is quicker at all.
        var factor = isFull && pending.Count > 0 ? 1 : options.HedgeFactor;
        var expected = Expected(member);
        foreach (var (leaf, remaining) in flight.Longest())
        {
            // None that follows is longer, and one partition is the least that there is to do.
            if (!durations.IsEmpty && remaining <= Math.Max(options.HedgeFloor.TotalSeconds, expected * factor))
            {
                return;
            }

            var halves = !isFull && leaf.Block.Count > 1;
            var covering = leaf.Covering().ToList();

            // While nothing is finished nobody knows what is long.
            var isLong = durations.IsEmpty
                ? covering.Min(Age) > options.LeastLease.TotalSeconds
                : remaining > expected * factor * (halves ? leaf.Block.Halves().Later.Count : leaf.Block.Count);
            if (!isLong || covering.Count >= MostCovering || leaf.Leases.Count > 1 || covering.Exists(lease => lease.Member == member)
                || member.Instance.CountHere(leaf.Block) < leaf.Block.Count)
            {
                continue;
            }

            var work = leaf;
            if (halves)
            {
                Halve(leaf);
                work = leaf.Halves[1];
            }

            Counts.Hedges++;
            Grant(work, member);
            flight.Renew();
            return;
        }
    }

    private double Age(Lease lease) => lease.Started is { } began ? (Now - began).TotalSeconds : 0;

    /// <summary>Seconds until an answer is to be expected. What is overdue takes as long again as it took: the longer it lasts, the less is known.</summary>
    private double Remaining(Lease lease)
    {
        var duration = Expected(lease.Member) * lease.Work.Block.Count;
        if (lease.Started is { } began)
        {
            var age = (Now - began).TotalSeconds;
            return age < duration ? duration - age : age;
        }

        var before = lease.Member.Leases.TakeWhile(one => one != lease).Sum(Remaining);
        return before + duration;
    }

    /// <summary>The blocks in flight while work is handed out: each may become one summary to be held.</summary>
    private sealed class Flight
    {
        private readonly PassMachine machine;
        private List<(Work Leaf, double Remaining)>? longest;

        public Flight(PassMachine machine)
        {
            this.machine = machine;
            Count = Leaves().Count();
        }

        /// <summary>How many there are.</summary>
        public int Count { get; private set; }

        /// <summary>The blocks and what they still take, in seconds, the longest first. Sorted once, as most instances find nothing in it.</summary>
        public List<(Work Leaf, double Remaining)> Longest() => longest ??=
            [.. Leaves().Select(leaf => (leaf, leaf.Covering().Min(machine.Remaining))).OrderByDescending(leaf => leaf.Item2).ThenBy(leaf => leaf.leaf.Block)];

        /// <summary>One was added, which no instance can hedge yet.</summary>
        public void Add() => Count++;

        /// <summary>A block was hedged.</summary>
        public void Renew()
        {
            longest = null;
            Count = Leaves().Count();
        }

        /// <summary>Without partitions behind one that ends the pass: nobody waits for them.</summary>
        private IEnumerable<Work> Leaves() => machine.members.SelectMany(member => member.Leases).SelectMany(lease => lease.Work.OpenLeaves()).Distinct()
            .Where(leaf => machine.failed is not { } failure || leaf.Block.First < failure.Block.First);
    }
}
