namespace KMeans.Training;

/// <summary>The facility-location rule: a row at squared distance D^2 with weight w opens a center with probability min(1, w D^2 / f).</summary>
/// <param name="Cost">f, the cost of a center. Positive infinity: nothing is opened. 0: every row that is not at a center opens one.</param>
/// <param name="MostOpened">How many opened centers a summary holds. Past it f doubles and opened centers that are no longer worth it are closed.</param>
/// <remarks>Meyerson 2001; Liberty, Sriharsha and Sviridenko 2016; the doubling after Shindler, Wong and Meyerson 2011.</remarks>
internal readonly record struct OpeningRule(double Cost, int MostOpened)
{
    /// <summary>Nothing is opened.</summary>
    public static OpeningRule None { get; } = new(double.PositiveInfinity, 0);

    /// <summary>Whether a row opens a center.</summary>
    /// <param name="cost">f as it stands now.</param>
    /// <param name="weightedSquaredDistance">w D^2.</param>
    /// <param name="unit">The row's keyed number in [0, 1).</param>
    /// <returns>With probability min(1, w D^2 / f).</returns>
    public static bool Opens(double cost, double weightedSquaredDistance, double unit) => weightedSquaredDistance > unit * cost;
}
