using System.Globalization;

namespace KMeans.Training;

/// <summary>How many rows a summary keeps: a count, or a share of all rows.</summary>
/// <param name="Count">Rows, or null.</param>
/// <param name="Share">0 to 1, or null.</param>
public sealed record SummaryRows(long? Count, double? Share)
{
    /// <summary>The most rows that <see cref="Auto"/> keeps, times features: 8 Mi values are 32 MiB.</summary>
    private const long AutoValues = 8L << 20;

    /// <summary>At least 20 rows a cluster and 4,096 rows, more where they are small.</summary>
    public static SummaryRows Auto { get; } = new(null, null);

    /// <summary>Reads "2000" or "5%".</summary>
    /// <param name="text">From the user.</param>
    /// <returns>The setting.</returns>
    /// <exception cref="InputException">It is neither.</exception>
    public static SummaryRows Parse(string text)
    {
        if (text.EndsWith('%') && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) && percent > 0 && percent <= 100)
        {
            return new SummaryRows(null, percent / 100);
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
        {
            return new SummaryRows(count, null);
        }

        return text == "auto" ? Auto : throw new InputException($"--summary-rows '{text}': give a count of rows such as 20000, a share such as 5%, or auto.");
    }

    /// <summary>The count for one input: never less than 20 rows a cluster, so that the state answers any k up to this one.</summary>
    /// <param name="rowCount">n, known or estimated.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="clusterCount">k.</param>
    /// <returns>Rows to keep, at most n.</returns>
    public int For(long rowCount, int featureCount, int clusterCount)
    {
        var least = Math.Max(20L * clusterCount, 2_000);
        var wanted = Count ?? (Share is { } share ? (long)Math.Ceiling(share * rowCount) : Math.Clamp(AutoValues / featureCount, 4_096, 65_536));
        return (int)Math.Min(Math.Max(wanted, least), Math.Min(rowCount, Array.MaxLength / Math.Max(1, featureCount)));
    }

    /// <inheritdoc/>
    public override string ToString() => Share is { } share ? string.Create(CultureInfo.InvariantCulture, $"{share * 100}%") : Count?.ToString(CultureInfo.InvariantCulture) ?? "auto";
}
