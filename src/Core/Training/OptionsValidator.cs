using KMeans.Input;
using KMeans.Preparation;

namespace KMeans.Training;

/// <summary>Checks options before any work.</summary>
internal static class OptionsValidator
{
    /// <summary>K is at most this.</summary>
    public const int MostRunningCenters = 1 << 24;

    /// <summary>Refuses what is out of range, or cannot be had of an input.</summary>
    /// <param name="options">From the user.</param>
    /// <param name="input">The rows.</param>
    /// <exception cref="InputException">Names the option, and what to do.</exception>
    public static void Validate(TrainingOptions options, InputSet input)
    {
        Validate(options);
        if (input.Distance == DistanceMeasure.Cosine && options.Missing == MissingPolicy.Mean)
        {
            throw new InputException("--missing mean: a row has no direction before it is complete; with --distance cosine fill values in with kmeans prepare, or use skip.");
        }

        if (input.Distance == DistanceMeasure.Cosine && options.Scaling != ColumnScaling.None)
        {
            throw new InputException("--scale: would bend the directions that --distance cosine compares; scale with kmeans prepare, or leave it out.");
        }

        if (options.Missing == MissingPolicy.Mean && input.Files.Any(file => file is PreparedInputFile))
        {
            throw new InputException("--missing mean: a recipe says what stands for missing values; prepare with --missing mean, or use skip here.");
        }
    }

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
