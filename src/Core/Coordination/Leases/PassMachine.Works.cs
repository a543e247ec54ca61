namespace KMeans.Coordination;

/// <content>What happens to blocks: taken, lost, failed, given back.</content>
internal sealed partial class PassMachine
{
    /// <summary>The process itself stood still (a suspended machine, a stopped process): no instance is to blame for that time.</summary>
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(5);

    /// <summary>Whether the block's result is there, its own or that of a larger block.</summary>
    private static bool IsCovered(Work work)
    {
        for (var one = work; one is not null; one = one.Parent)
        {
            if (one.IsDone)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a result that nobody waits for any more can be held: in the place of what is held or expected of its block, or beside all that is.</summary>
    private bool HasRoom(Work work) =>
        work.OpenLeaves().Sum(leaf => leaf.Covering().Any() ? 0 : leaf.Block.Count) < work.Block.Count || held + new Flight(this).Count < Bound;

    /// <summary>Ends a lease, whatever the reason: the instance gets to the one that waits behind it.</summary>
    private void Unlist(Lease lease)
    {
        lease.IsLive = false;
        lease.Member.Leases.Remove(lease);
        lease.Work.Leases.Remove(lease);
        if (lease.Member.Leases is [{ Started: null } next, ..])
        {
            next.Started = Now;
        }
    }

    private void Halve(Work work)
    {
        work.Halve();
        if (pending.Remove(work.Block))
        {
            foreach (var half in work.Halves)
            {
                pending.Add(half.Block, half);
            }
        }
    }

    /// <summary>A block's result was taken: whoever else works on it or on parts of it need not go on.</summary>
    private void Complete(Work work)
    {
        while (true)
        {
            Withdraw(work);
            work.IsDone = true;
            work.Halves = [];
            if (work.Parent is not { } parent || !parent.Halves.All(half => half.IsDone))
            {
                return;
            }

            work = parent;
        }
    }

    private void Withdraw(Work work)
    {
        pending.Remove(work.Block);
        foreach (var lease in work.Leases.ToArray())
        {
            Unlist(lease);
            Commands.Enqueue(new PassCommand.Cancel(lease.Attempt));
        }

        foreach (var half in work.Halves)
        {
            Withdraw(half);
        }
    }

    /// <summary>Gives back those parts of a block that nobody works on any more.</summary>
    private void Release(Work work)
    {
        foreach (var leaf in work.OpenLeaves())
        {
            if (!leaf.Covering().Any() && (failed is null || leaf.Block.First < failed.Value.Block.First))
            {
                pending.TryAdd(leaf.Block, leaf);
            }
        }
    }

    /// <summary>A lease that ran out or whose instance left. Its answer may still come, and is taken if it is the first.</summary>
    private void Lose(Lease lease)
    {
        Counts.Lost++;
        Unlist(lease);
        Commands.Enqueue(new PassCommand.Cancel(lease.Attempt));
        Release(lease.Work);
    }

    private void Fail(Work work, Member member, Exception error)
    {
        work.Failures++;
        work.FailedOn = member;
        var wait = options.Backoff.TotalSeconds * Math.Pow(2, Math.Min(30, work.Failures - 1));
        foreach (var leaf in work.OpenLeaves())
        {
            leaf.FailedOn = member;
            leaf.NotBefore = Now + TimeSpan.FromSeconds(Math.Min(wait, options.MostBackoff.TotalSeconds));
        }

        if (work.Failures >= options.MostFailures)
        {
            Failure ??= error is InstanceFaultException { InnerException: { } inner }
                ? inner
                : new InstanceFaultException($"partitions {work.Block} failed {work.Failures} times, the last time on {member.Instance.Name}: {error.Message.TrimEnd('.')}", transient: true, error);
        }
    }

    private void Penalize(Member member)
    {
        member.FailuresInARow++;
        if (member.FailuresInARow >= 2)
        {
            var seconds = options.Aside.TotalSeconds * Math.Pow(2, Math.Min(30, member.FailuresInARow - 2));
            member.AsideUntil = Now + TimeSpan.FromSeconds(Math.Min(seconds, options.MostAside.TotalSeconds));
        }
    }

    /// <summary>Partitions from here on are not needed: a lower one ends the pass.</summary>
    private void Abandon(int first)
    {
        foreach (var work in pending.Values.Where(work => work.Block.First >= first).ToArray())
        {
            pending.Remove(work.Block);
        }

        foreach (var lease in leases.Values.Where(lease => lease.IsLive && lease.Work.Block.First >= first).OrderBy(lease => lease.Attempt).ToArray())
        {
            Unlist(lease);
            Commands.Enqueue(new PassCommand.Cancel(lease.Attempt));
        }
    }

    /// <summary>An error of the data is the job's once no lower partition can have one, so that it is always the same one.</summary>
    private void SettleFailure()
    {
        if (failed is { } failure && !root.OpenLeaves().Any(leaf => leaf.Block.First < failure.Block.First))
        {
            Failure = failure.Error;
        }
    }

    /// <summary>Notes how fast an instance is.</summary>
    private void Measure(Lease lease)
    {
        if (lease.Started is { } began)
        {
            var seconds = (Now - began).TotalSeconds / lease.Work.Block.Count;
            lease.Member.SecondsPerPartition = lease.Member.SecondsPerPartition is { } before ? (before + seconds) / 2 : seconds;
            durations.Add(seconds);
        }
    }

    private void ForgiveStandstill()
    {
        var (now, before) = (Now, lastAdvance);
        lastAdvance = now;
        if (plannedWake == TimeSpan.MaxValue || now - plannedWake < Standstill)
        {
            return;
        }

        foreach (var lease in members.SelectMany(member => member.Leases))
        {
            lease.Started += now - before;
        }
    }

    private void ExpireLeases()
    {
        var now = Now;
        foreach (var member in members)
        {
            if (!member.Leases.Exists(lease => Deadline(lease) <= now))
            {
                continue;
            }

            // Where one block hangs, what waits behind it hangs too.
            Penalize(member);
            foreach (var lease in member.Leases.ToArray())
            {
                if (lease.Started is not null)
                {
                    Fail(lease.Work, member, new InstanceFaultException("no answer in time", transient: true));
                }

                Lose(lease);
            }
        }
    }

    private TimeSpan Deadline(Lease lease)
    {
        if (lease.Started is not { } began)
        {
            return TimeSpan.MaxValue;
        }

        var patience = Math.Pow(2, Math.Min(3, lease.Work.Failures));
        return durations.IsEmpty
            ? began + (options.FirstLease * patience)
            : began + TimeSpan.FromSeconds(Math.Clamp(options.LeaseFactor * durations.High * lease.Work.Block.Count, options.LeastLease.TotalSeconds, options.MostLease.TotalSeconds) * patience);
    }
}
