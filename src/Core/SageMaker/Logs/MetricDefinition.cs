using System.Globalization;
using System.Text.RegularExpressions;

namespace KMeans.SageMaker;

/// <summary>A number that is scraped from a training's log.</summary>
/// <param name="Name">What it is called: "test:msd".</param>
/// <param name="Pattern">A regular expression whose first group is the number.</param>
public sealed record MetricDefinition(string Name, string Pattern)
{
    /// <summary>A line of a log is short; a pattern of ours takes no time.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>Those of the reference product's k-means, as its clients know them.</summary>
    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        new("train:progress", @"#progress_metric: host=\S+, completed (\S+) %"),
        new("train:throughput", @"#throughput_metric: host=\S+, train throughput=(\S+) records/second"),
        new("train:msd", @"#quality_metric: host=\S+, train msd <loss>=(\S+)"),
        new("test:msd", @"#quality_metric: host=\S+, test msd <loss>=(\S+)"),
        new("test:ssd", @"#quality_metric: host=\S+, test ssd <loss>=(\S+)"),
    ];

    /// <summary>Finds the number in a log.</summary>
    /// <param name="log">Any lines.</param>
    /// <returns>The last one that the pattern finds; null where there is none.</returns>
    public double? Find(string log)
    {
        double? found = null;
        foreach (Match match in Regex.Matches(log, Pattern, RegexOptions.CultureInvariant, Longest))
        {
            found = double.TryParse(match.Groups[1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : found;
        }

        return found;
    }
}
