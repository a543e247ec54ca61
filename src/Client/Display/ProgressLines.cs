namespace KMeans.Client.Display;

/// <summary>Progress for logs: plain lines, at most one in five seconds, and none for what is done sooner.</summary>
/// <param name="output">Where to.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgressLines(TextWriter output, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly Lock gate = new();
    private readonly PhaseClock clock = new(time);
    private long last = time.GetTimestamp();

    /// <summary>Takes a report.</summary>
    /// <param name="activity">The latest.</param>
    public void Report(Activity activity)
    {
        lock (gate)
        {
            clock.Enter(activity);
            if (time.GetElapsedTime(last) < Interval)
            {
                return;
            }

            last = time.GetTimestamp();
            output.WriteLine($"{activity.Phase}: {string.Join(", ", clock.Describe(activity, Readable.Count))}".TrimEnd(' ', ':'));
        }
    }
}
