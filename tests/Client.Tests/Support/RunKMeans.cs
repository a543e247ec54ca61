using System.Diagnostics;
using System.Reflection;

namespace KMeans.Client.Tests.Support;

/// <summary>What a run of the program printed and ended with.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record Ran(int ExitCode, string Output, string Error);

/// <summary>Runs the built program as a process.</summary>
internal static class RunKMeans
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>The program, in the output folder of its own build.</summary>
    public static readonly string ClientPath = Path.GetFullPath(
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ClientPath").Value!);

    /// <summary>Runs it to its end.</summary>
    /// <param name="folder">The folder to run in.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>What it printed.</returns>
    public static Ran In(TemporaryFolder folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        return Finish(process, arguments);
    }

    /// <summary>Starts it.</summary>
    /// <param name="folder">The folder to run in.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The running process.</returns>
    public static Process Start(TemporaryFolder folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(ClientPath);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    /// <summary>Waits for the end.</summary>
    /// <param name="process">From <see cref="Start"/>.</param>
    /// <param name="arguments">For the message.</param>
    /// <returns>What it printed.</returns>
    public static Ran Finish(Process process, params string[] arguments)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Longest))
        {
            process.Kill();
            throw new TimeoutException($"kmeans {string.Join(' ', arguments)} did not end within {Longest.TotalSeconds} s.");
        }

        process.WaitForExit();
        return new Ran(process.ExitCode, output.Result, error.Result);
    }
}
