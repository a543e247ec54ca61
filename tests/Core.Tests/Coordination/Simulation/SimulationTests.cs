using System.Collections.Concurrent;
using System.Globalization;

namespace KMeans.Tests.Coordination.Simulation;

public class SimulationTests
{
    /// <summary>How many schedules, and from which seed: the nightly script runs far more of them.</summary>
    private static readonly int Count = Setting("KMEANS_SCHEDULES", 1_000);
    private static readonly int First = Setting("KMEANS_FIRST_SCHEDULE", 1);

    [Fact]
    public void EverySchedule_EndsWithTheSameFingerprint_OrTheErrorThatItsFaultDeserves()
    {
        var problems = new ConcurrentDictionary<int, Lazy<Problem>>();
        var failures = new ConcurrentQueue<string>();
        var outcomes = new ConcurrentBag<Outcome>();
        Parallel.For(First, First + Count, seed =>
        {
            try
            {
                outcomes.Add(new Schedule(seed, problems.GetOrAdd(seed % 24, key => new Lazy<Problem>(() => Make(key))).Value).Run());
            }
            catch (Exception e)
            {
                failures.Enqueue($"schedule {seed}: {e.GetType().Name}: {e.Message} {(failures.Count < 3 ? e.StackTrace : "")}");
            }
        });

        Assert.True(failures.IsEmpty, $"{failures.Count} of {Count} schedules failed:\n{string.Join('\n', failures.Order(StringComparer.Ordinal).Take(20))}");

        Report(outcomes);
        if (Count < 1_000)
        {
            return;
        }

        // A simulation in which nothing happens would prove nothing.
        Assert.True(outcomes.Count(outcome => outcome.Kind == "same") > Count / 2);
        Assert.Contains(outcomes, outcome => outcome.Kind == "error");
        Assert.Contains(outcomes, outcome => outcome.Counts.Faults > 0);
        Assert.Contains(outcomes, outcome => outcome.Counts.Lost > 0);
        Assert.Contains(outcomes, outcome => outcome.Counts.Hedges > 0);
        Assert.Contains(outcomes, outcome => outcome.Counts.Late > 0);
        Assert.Contains(outcomes, outcome => outcome.Counts.Unknown > 0);
        Assert.Contains(outcomes, outcome => outcome.Crashes > 1);
        Assert.Contains(outcomes, outcome => outcome.WriteFailures > 0);
    }

    /// <summary>Partition counts around powers of two, one and two passes, both modes, with and without decay.</summary>
    private static Problem Make(int key)
    {
        int[] partitions = [1, 2, 3, 7, 8, 21, 37, 64, 100, 5, 16, 33];
        return new Problem(partitions[key % 12], epochs: 1 + (key % 2), rowMode: key % 3 == 0, halfLife: key % 5 == 0 ? 50 : 0);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    /// <summary>The nightly script shows what happened.</summary>
    private static void Report(ConcurrentBag<Outcome> outcomes)
    {
        if (Environment.GetEnvironmentVariable("KMEANS_SCHEDULE_REPORT") is { Length: > 0 } path)
        {
            File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $"""
                schedules {outcomes.Count}
                same fingerprint {outcomes.Count(outcome => outcome.Kind == "same")}
                deserved error {outcomes.Count(outcome => outcome.Kind == "error")}
                attempts {outcomes.Sum(outcome => outcome.Counts.Attempts)}
                faults {outcomes.Sum(outcome => outcome.Counts.Faults)}
                lost leases {outcomes.Sum(outcome => outcome.Counts.Lost)}
                hedges {outcomes.Sum(outcome => outcome.Counts.Hedges)}
                late answers {outcomes.Sum(outcome => outcome.Counts.Late)}
                unknown answers {outcomes.Sum(outcome => outcome.Counts.Unknown)}
                coordinator crashes {outcomes.Sum(outcome => outcome.Crashes)}
                failed checkpoint writes {outcomes.Sum(outcome => outcome.WriteFailures)}

                """));
        }
    }
}
