using System.Diagnostics;
using System.Globalization;

namespace KMeans.Client.Tests.Support;

/// <summary>Stops a process as Ctrl-C does.</summary>
internal static class Interruption
{
    private const long Interrupt = 1 << 1;

    /// <summary>Sends SIGINT, or SIGTERM where the process ignores that: a shell that starts the tests in the background has them ignore SIGINT, and with them whatever they start.</summary>
    /// <param name="process">The process.</param>
    /// <returns>The exit code that follows.</returns>
    public static int Send(Process process)
    {
        var (signal, exitCode) = IsIgnored() ? ("-TERM", 143) : ("-INT", 130);
        using var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        return exitCode;
    }

    private static bool IsIgnored()
    {
        const string Status = "/proc/self/status";
        const string Ignored = "SigIgn:";
        return File.Exists(Status)
            && File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) is { } mask
            && (long.Parse(mask.AsSpan(Ignored.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Interrupt) != 0;
    }
}
