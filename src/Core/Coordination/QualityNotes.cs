using System.Globalization;
using KMeans.Input;
using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>Says in words what may be wrong with the clusters: empty ones, ones that depend on the seed, ones that a single column decides.</summary>
internal static class QualityNotes
{
    /// <summary>Less than this part of the rows grouped alike means that the clusters depend on the seed.</summary>
    private const double LeastAgreement = 0.75;

    /// <summary>Costs that differ by less than this are as good as the same; a model that is worse than a plain run by more should be looked at.</summary>
    private const double SameCost = 0.02;

    /// <summary>A column with more than this part of the variance decides alone.</summary>
    private const double DominantShare = 0.9;

    /// <summary>Finds the sentences.</summary>
    /// <param name="finish">The final centers.</param>
    /// <param name="initial">Knows the columns' variances.</param>
    /// <param name="input">For the columns' names.</param>
    /// <param name="options">The user's.</param>
    /// <returns>None where all is well.</returns>
    public static IEnumerable<string> Of(Finish finish, InitialCenters initial, InputSet input, TrainingOptions options)
    {
        var k = options.ClusterCount;
        var empty = finish.ClusterWeights.Count(weight => weight == 0);
        if (empty > 0)
        {
            yield return $"{empty} of {k} clusters {(empty == 1 ? "is" : "are")} empty: the input has fewer different rows than clusters; choose a smaller --k.";
        }

        if (finish.Quality is { } quality)
        {
            if (quality.LloydGap > SameCost)
            {
                yield return Text($"plain k-means on {quality.LloydRows:N0} of the rows found centers that cost {quality.LloydGap / (1 + quality.LloydGap):P1} less; try another --seed, more --summary-rows or --extra-center-factor 4.");
            }
            else if (Math.Abs(quality.LloydGap) < SameCost && quality.SeedAgreement < LeastAgreement)
            {
                yield return Text($"another start gives clusters of the same cost within {SameCost:P0} in which only {quality.SeedAgreement:P0} of the rows are grouped alike: the clusters depend on the seed; look at other values of --k.");
            }
        }

        if (options.Scaling == ColumnScaling.None && input.FeatureCount > 1)
        {
            var total = initial.ColumnVariances.Sum();
            var (largest, column) = initial.ColumnVariances.Select((variance, column) => (variance, column)).MaxBy(each => each.variance);
            if (largest > DominantShare * total)
            {
                yield return Text($"column {input.Columns[column].Name} has {largest / total:P1} of the variance and all but decides the clusters alone; --scale standard gives every column the same weight.");
            }
        }
    }

    private static string Text(FormattableString text) => text.ToString(Sentences);

    private static readonly NumberFormatInfo Sentences = new() { PercentPositivePattern = 0, PercentNegativePattern = 0, NumberGroupSeparator = "," };
}
