namespace KMeans.Client.Display;

/// <summary>Measures the speed of the phase that is running.</summary>
/// <param name="time">The clock.</param>
internal sealed class PhaseClock(TimeProvider time)
{
    private string phase = "";
    private long began;

    /// <summary>Takes note of an activity.</summary>
    /// <param name="activity">The latest.</param>
    /// <returns>Whether it begins a phase.</returns>
    public bool Enter(in Activity activity)
    {
        if (activity.Phase == phase)
        {
            return false;
        }

        phase = activity.Phase;
        began = time.GetTimestamp();
        return true;
    }

    /// <summary>What there is to say about an activity beside its phase.</summary>
    /// <param name="activity">The latest.</param>
    /// <param name="count">Writes a number of rows.</param>
    /// <returns>Parts such as "12.0 M of 20.0 M rows", "3.1 M rows/s", "0:12 left", "msd 12.3"; those that are not known are left out.</returns>
    public IEnumerable<string> Describe(Activity activity, Func<double, string> count)
    {
        var seconds = time.GetElapsedTime(began).TotalSeconds;
        if (activity.Rows > 0)
        {
            var total = activity.TotalRows > 0 ? $" of {count(activity.TotalRows)}" : "";
            yield return $"{count(activity.Rows)}{total} rows";
            if (seconds > 0.5)
            {
                yield return $"{Readable.Short(activity.Rows / seconds)} rows/s";
            }
        }

        if (activity.Fraction is > 0 and < 1 && seconds > 1)
        {
            var left = TimeSpan.FromSeconds(Math.Min(TimeSpan.MaxValue.TotalSeconds / 2, seconds * (1 - activity.Fraction) / activity.Fraction));
            yield return left.TotalHours >= 1 ? $"{Math.Floor(left.TotalHours):0}:{left.Minutes:00}:{left.Seconds:00} left" : $"{left.Minutes}:{left.Seconds:00} left";
        }

        if (!double.IsNaN(activity.Msd))
        {
            yield return $"msd {Readable.Quantity(activity.Msd)}";
        }
    }
}
