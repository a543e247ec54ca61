using KMeans.Coordination;

namespace KMeans.Tests.Coordination.Simulation;

/// <summary>The coordinator stops dead: a process killed at this very point.</summary>
internal sealed class SimulatedCrash : Exception;

/// <summary>Nothing will ever happen again, or far too much has: the schedule hangs.</summary>
internal sealed class SimulatedHang(string message) : Exception(message);

/// <summary>Time that passes only where everybody waits, and what happens in it, in one fixed order.</summary>
internal sealed class VirtualWorld(int mostEvents = 200_000) : TimeProvider
{
    private readonly PriorityQueue<Action, (long Time, long Order)> agenda = new();
    private long now;
    private long order;
    private int events;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(now);

    /// <summary>Seconds since the beginning.</summary>
    public double Seconds => now / (double)TimeSpan.TicksPerSecond;

    /// <summary>Has something happen later.</summary>
    public void After(double seconds, Action action) => agenda.Enqueue(action, (now + (long)(seconds * TimeSpan.TicksPerSecond), order++));

    /// <summary>Lets the next thing happen, unless that is after a time.</summary>
    /// <returns>False where nothing happens until then; the time is then reached.</returns>
    public bool Step(long until)
    {
        if (!agenda.TryPeek(out _, out var next) || next.Time > until)
        {
            if (until == long.MaxValue)
            {
                throw new SimulatedHang("everybody waits and nothing is on the agenda");
            }

            now = Math.Max(now, until);
            return false;
        }

        if (++events > mostEvents)
        {
            throw new SimulatedHang($"{mostEvents} events have happened, the last at {Seconds} s");
        }

        var action = agenda.Dequeue();
        now = Math.Max(now, next.Time);
        action();
        return true;
    }
}

/// <summary>A coordinator's mailbox in a virtual world: answers are lost, delayed and doubled on their way, and so come in another order.</summary>
internal sealed class VirtualMailbox(VirtualWorld world, Random random, FaultPlan plan) : IMailbox
{
    private const int MostTakes = 100_000;
    private readonly Queue<CoordinatorEvent> inbox = [];
    private int takes;

    /// <summary>Called before each wait: may throw a crash.</summary>
    public Action? OnTake { get; set; }

    /// <summary>Nothing arrives any more: the process behind it is gone.</summary>
    public bool IsClosed { get; set; }

    public void Post(CoordinatorEvent happened)
    {
        if (happened is not CoordinatorEvent.Answered { Answer.IsCanceled: false })
        {
            inbox.Enqueue(happened);
            return;
        }

        if (random.NextDouble() < plan.Drop)
        {
            return;
        }

        Deliver(happened);
        if (random.NextDouble() < plan.Duplicate)
        {
            Deliver(happened);
        }
    }

    public CoordinatorEvent? Take(TimeSpan wait)
    {
        var until = wait == TimeSpan.MaxValue ? long.MaxValue : world.GetTimestamp() + Math.Max(0, wait.Ticks);
        while (true)
        {
            if (inbox.TryDequeue(out var happened))
            {
                return happened;
            }

            OnTake?.Invoke();
            if (++takes > MostTakes)
            {
                throw new SimulatedHang($"the coordinator looked {MostTakes} times, the last at {world.Seconds} s with a wait of {wait}");
            }

            if (wait <= TimeSpan.Zero || !world.Step(until))
            {
                return inbox.TryDequeue(out happened) ? happened : null;
            }
        }
    }

    private void Deliver(CoordinatorEvent happened)
    {
        var delay = random.NextDouble() < plan.Delay ? random.NextDouble() * plan.LongestDelay : 0.001;
        world.After(delay, () =>
        {
            if (!IsClosed)
            {
                inbox.Enqueue(happened);
            }
        });
    }
}
