using System.Diagnostics;

namespace KMeans.Client.Tests.Support;

/// <summary>Runs the program where it should end at once.</summary>
internal static class BriefRun
{
    /// <summary>Wall time on a loaded machine; the processor's time is what is promised.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Runs it to its end.</summary>
    /// <param name="place">The folder to run in.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>What it printed. Where the system can, it ends a run that takes more than a second of processor time, and the exit code is the signal's.</returns>
    public static Ran In(string place, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = place, RedirectStandardOutput = true, RedirectStandardError = true };
        if (!OperatingSystem.IsWindows())
        {
            start.FileName = "/bin/sh";
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add("ulimit -t 1; exec dotnet \"$@\"");
            start.ArgumentList.Add("kmeans");
        }

        start.ArgumentList.Add(RunKMeans.ClientPath);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        return RunKMeans.Finish(process, [.. arguments]);
    }
}
