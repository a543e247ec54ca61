using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>Adds up the progress of a pass over all threads and passes it on ten times a second.</summary>
/// <param name="progress">The listener, or null.</param>
/// <param name="totalRows">Rows of all epochs.</param>
/// <param name="rowsBefore">Rows of the epochs before this one.</param>
/// <param name="centers">Running centers.</param>
internal sealed class PassMeter(IProgress<TrainingProgress>? progress, long totalRows, long rowsBefore, int centers)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly Lock gate = new();
    private long rows;
    private double squaredDistances;
    private long reported;

    /// <summary>Counts a batch.</summary>
    /// <param name="count">Its rows.</param>
    /// <param name="cost">Their weighted squared distances.</param>
    public void Advance(int count, double cost)
    {
        if (progress is null)
        {
            return;
        }

        TrainingProgress now;
        lock (gate)
        {
            rows += count;
            squaredDistances += cost;
            if (TimeProvider.System.GetElapsedTime(reported) < Interval)
            {
                return;
            }

            reported = TimeProvider.System.GetTimestamp();
            now = new TrainingProgress(TrainingPhase.Pass, rowsBefore + rows, totalRows, squaredDistances / rows, centers);
        }

        progress.Report(now);
    }
}
