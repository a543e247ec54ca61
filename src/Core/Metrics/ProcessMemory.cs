using System.Diagnostics;

namespace KMeans.Metrics;

/// <summary>What this process has taken of the machine's memory.</summary>
public static class ProcessMemory
{
    /// <summary>The most resident memory so far.</summary>
    /// <returns>Bytes.</returns>
    public static long PeakBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
