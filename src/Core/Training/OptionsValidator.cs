namespace KMeans.Training;

/// <summary>Checks options before any work.</summary>
internal static class OptionsValidator
{
    /// <summary>K is at most this.</summary>
    public const int MostRunningCenters = 1 << 24;

    /// <summary>Refuses what is out of range.</summary>
    /// <param name="options">From the user.</param>
    /// <exception cref="InputException">Names the option, its value and its limit.</exception>
    public static void Validate(TrainingOptions options)
    {
        AtLeast("k", options.ClusterCount, 1);
        AtLeast("epochs", options.Epochs, 1);
        AtLeast("mini-batch-size", options.MiniBatchSize, 1);
        AtLeast("extra-center-factor", options.ExtraCenterFactor, 1);
        AtLeast("half-life-time-size", options.HalfLifeTimeSize, 0);
        AtLeast("local-lloyd-max-iter", options.LocalLloydMaxIterations, 1);
        AtLeast("local-lloyd-num-trials", options.LocalLloydTrials, 1);
        AtLeast("row-budget", options.RowBudget, 0);
        AtLeast("memory-limit", options.MemoryLimitBytes, 1);
        Between("shards", options.Shards, 1, 1024);
        Between("threads", options.Threads, 1, 1024);
        if (options.MaxRuntime is { } runtime && (runtime <= TimeSpan.Zero || runtime > TimeSpan.FromDays(30)))
        {
            throw new InputException($"--max-runtime {runtime}: must be more than nothing and at most 30 days.");
        }

        if (options.LocalLloydTolerance is { } tolerance && !(tolerance >= 0 && tolerance <= 1))
        {
            throw new InputException($"--local-lloyd-tol {tolerance}: must be from 0 to 1.");
        }

        if ((long)options.ClusterCount * (options.ExtraCenterFactor ?? 1) > MostRunningCenters)
        {
            throw new InputException($"--k {options.ClusterCount} x --extra-center-factor {options.ExtraCenterFactor ?? 1}: at most {MostRunningCenters} running centers are supported.");
        }
    }

    private static void AtLeast(string name, long? value, long least)
    {
        if (value < least)
        {
            throw new InputException($"--{name} {value}: must be {least} or more.");
        }
    }

    private static void Between(string name, long? value, long least, long most)
    {
        if (value < least || value > most)
        {
            throw new InputException($"--{name} {value}: must be from {least} to {most}.");
        }
    }
}
