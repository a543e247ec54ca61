namespace KMeans.Coordination;

/// <summary>Decides what goes wrong in a training that runs under chaos, and counts it. Thread-safe.</summary>
/// <param name="seed">What the decisions are drawn from. Which of them hits which block also depends on time.</param>
internal sealed class ChaosMonkey(long seed)
{
    /// <summary>Deaths and lost answers cost waiting; beyond so many of each there are no more, so that long trainings end.</summary>
    private const int MostCostly = 25;

    private readonly Random random = new(unchecked((int)(seed ^ (seed >> 32))));
    private readonly Lock gate = new();
    private int killed;
    private int dropped;
    private int delayed;
    private int doubled;
    private int failed;
    private int writes;

    /// <summary>What happens to an attempt.</summary>
    internal enum Fate
    {
        /// <summary>Nothing.</summary>
        Fine,

        /// <summary>The instance fails it.</summary>
        Failed,

        /// <summary>The instance dies with it.</summary>
        Killed,

        /// <summary>The answer is lost.</summary>
        Dropped,

        /// <summary>The answer takes longer.</summary>
        Delayed,
    }

    /// <summary>Draws the fate of an attempt.</summary>
    /// <returns>The fate, counted.</returns>
    public Fate Draw()
    {
        lock (gate)
        {
            switch (random.Next(100))
            {
                case < 12:
                    failed++;
                    return Fate.Failed;
                case < 22 when killed < MostCostly:
                    killed++;
                    return Fate.Killed;
                case < 30 when dropped < MostCostly:
                    dropped++;
                    return Fate.Dropped;
                case >= 30 and < 50:
                    delayed++;
                    return Fate.Delayed;
                default:
                    return Fate.Fine;
            }
        }
    }

    /// <summary>Whether an answer comes twice.</summary>
    /// <returns>Whether it does, counted.</returns>
    public bool Doubles()
    {
        lock (gate)
        {
            var doubles = random.Next(4) == 0;
            doubled += doubles ? 1 : 0;
            return doubles;
        }
    }

    /// <summary>Whether a checkpoint write fails.</summary>
    /// <returns>Whether it does, counted.</returns>
    public bool FailsWrite()
    {
        lock (gate)
        {
            var fails = random.Next(4) == 0;
            writes += fails ? 1 : 0;
            return fails;
        }
    }

    /// <summary>A delay.</summary>
    /// <returns>20 to 300 milliseconds.</returns>
    public TimeSpan Delay()
    {
        lock (gate)
        {
            return TimeSpan.FromMilliseconds(random.Next(20, 300));
        }
    }

    /// <summary>Says what was done.</summary>
    /// <returns>A sentence for the user.</returns>
    public string Describe()
    {
        lock (gate)
        {
            return $"chaos {seed}: {killed} instances killed, {dropped} answers lost, {delayed} delayed, {doubled} doubled, {failed} attempts failed, {writes} checkpoint writes failed.";
        }
    }
}
