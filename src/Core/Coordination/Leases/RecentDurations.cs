namespace KMeans.Coordination;

/// <summary>What partitions took lately: where deadlines and expectations come from.</summary>
internal sealed class RecentDurations
{
    private const int Capacity = 128;
    private readonly double[] ring = new double[Capacity];
    private int count;

    /// <summary>Whether nothing was finished yet.</summary>
    public bool IsEmpty => count == 0;

    /// <summary>The median, in seconds; 0 where there is none.</summary>
    public double Median { get; private set; }

    /// <summary>What nine in ten do not exceed, in seconds; 0 where there is none.</summary>
    public double High { get; private set; }

    /// <summary>Takes one more. O(1) amortized: at most 128 are sorted.</summary>
    /// <param name="seconds">Of a partition.</param>
    public void Add(double seconds)
    {
        ring[count++ % Capacity] = seconds;
        var sorted = ring[..Math.Min(count, Capacity)];
        Array.Sort(sorted);
        Median = sorted[sorted.Length / 2];
        High = sorted[Math.Min(sorted.Length - 1, sorted.Length * 9 / 10)];
    }
}
