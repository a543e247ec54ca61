using KMeans.Input;

namespace KMeans.Client.Display;

/// <summary>Shows on standard error how far a command is: live in a terminal, in a line every few seconds elsewhere, not at all if the user wants quiet.</summary>
internal static class Progress
{
    /// <summary>Runs work and shows its progress.</summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="quiet">Whether to show nothing.</param>
    /// <param name="work">Is given where to report to, from any thread and as often as it likes.</param>
    /// <returns>What the work gives.</returns>
    public static T Run<T>(bool quiet, Func<Action<Activity>, T> work)
    {
        if (quiet)
        {
            return work(static _ => { });
        }

        return Console.IsErrorRedirected ? work(new ProgressLines(Console.Error, TimeProvider.System).Report) : LiveProgress.Run(work);
    }

    /// <summary>Makes a counter of an input's rows that reports an activity with each batch.</summary>
    /// <param name="phase">What is being done.</param>
    /// <param name="input">What is read, from now on and once; where its row count is not known, bytes tell how far it is.</param>
    /// <param name="report">Where to.</param>
    /// <returns>To be called with the rows of each batch, from any thread.</returns>
    public static Action<int> CountRows(string phase, InputSet input, Action<Activity> report)
    {
        if (input.RowCount is { } total)
        {
            return CountRows(phase, total, report);
        }

        var done = 0L;
        var before = input.BytesRead;
        return rows => report(new Activity(
            phase, Interlocked.Add(ref done, rows), 0, Math.Min(1, (input.BytesRead - before) / Math.Max(1.0, input.TotalBytes)), double.NaN));
    }

    /// <summary>Makes a counter of a known number of rows.</summary>
    /// <param name="phase">What is being done.</param>
    /// <param name="total">How many rows there are.</param>
    /// <param name="report">Where to.</param>
    /// <returns>To be called with the rows of each batch, from any thread.</returns>
    public static Action<int> CountRows(string phase, long total, Action<Activity> report)
    {
        var done = 0L;
        return rows =>
        {
            var now = Interlocked.Add(ref done, rows);
            report(new Activity(phase, now, total, Math.Min(1, now / Math.Max(1.0, total)), double.NaN));
        };
    }
}
