using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>Adds up the progress of a pass over all threads and passes it on ten times a second.</summary>
/// <param name="progress">The listener, or null.</param>
/// <param name="totalRows">Rows of all epochs.</param>
/// <param name="rowsBefore">Rows of the epochs before this one.</param>
/// <param name="centers">Running centers.</param>
/// <param name="placement">Where the partitions are, or null.</param>
internal sealed class PassMeter(IProgress<TrainingProgress>? progress, long totalRows, long rowsBefore, int centers, PlacementBoard? placement)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private long rows;
    private double squaredDistances;
    private long reported;

    /// <summary>Counts a batch. Without a lock, because every thread comes by with every batch.</summary>
    /// <param name="count">Its rows.</param>
    /// <param name="cost">Their weighted squared distances.</param>
    public void Advance(int count, double cost)
    {
        if (progress is null)
        {
            return;
        }

        var sum = Volatile.Read(ref squaredDistances);
        for (double seen; !(seen = Interlocked.CompareExchange(ref squaredDistances, sum + cost, sum)).Equals(sum);)
        {
            sum = seen;
        }

        var done = Interlocked.Add(ref rows, count);
        var last = Volatile.Read(ref reported);
        if (TimeProvider.System.GetElapsedTime(last) >= Interval && Interlocked.CompareExchange(ref reported, TimeProvider.System.GetTimestamp(), last) == last)
        {
            progress.Report(new TrainingProgress(TrainingPhase.Pass, Math.Min(rowsBefore + done, totalRows), totalRows, (sum + cost) / done, centers) { Placement = placement?.Snapshot() });
        }
    }
}
