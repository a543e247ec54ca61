namespace KMeans.Http.Service.Tuning;

/// <summary>The hyperparameters that a tuning job tries, one after the other: a pure function of the ranges, the strategy and the seed, so that a process that takes the job over tries the same.</summary>
internal static class Trials
{
    /// <summary>Draws that may be the same as earlier ones before the space counts as used up.</summary>
    private const int MostRepeats = 1000;

    /// <summary>Lists them.</summary>
    /// <param name="plan">What is searched.</param>
    /// <returns>Each combination once; at most as many as the plan allows.</returns>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> List(TuningPlan plan) => plan.IsGrid ? Grid(plan) : Random(plan);

    private static List<IReadOnlyDictionary<string, string>> Grid(TuningPlan plan)
    {
        var trials = new List<IReadOnlyDictionary<string, string>>();
        for (var i = 0L; i < plan.MostTrials; i++)
        {
            var left = i;
            var values = new Dictionary<string, string>(StringComparer.Ordinal);

            // The last range turns fastest, as written out by hand.
            foreach (var range in plan.Ranges.Reverse())
            {
                values[range.Name] = range.At(left % range.Count!.Value);
                left /= range.Count!.Value;
            }

            if (left > 0)
            {
                break;
            }

            trials.Add(values);
        }

        return trials;
    }

    private static List<IReadOnlyDictionary<string, string>> Random(TuningPlan plan)
    {
        var trials = new List<IReadOnlyDictionary<string, string>>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var random = new CounterRandom(plan.Seed, RandomPurpose.Tuning);
        var draws = 0L;
        var repeats = 0;
        while (trials.Count < plan.MostTrials && repeats < MostRepeats)
        {
            var values = plan.Ranges.ToDictionary(range => range.Name, range => range.Draw(random.Unit(draws++)), StringComparer.Ordinal);
            if (seen.Add(string.Join('\n', values.Values)))
            {
                trials.Add(values);
                repeats = 0;
            }
            else
            {
                repeats++;
            }
        }

        return trials;
    }
}
