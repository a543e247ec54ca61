using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KMeans.Coordination;

namespace KMeans.Metrics;

/// <summary>How fast this machine reads rows that are in memory and in no cache.</summary>
/// <param name="OneThread">With one thread, in 10^9 bytes a second.</param>
/// <param name="AllThreads">With all threads, each reading rows of its own.</param>
public sealed record MemoryRate(double OneThread, double AllThreads);

/// <summary>Measures the read bandwidth: sums of floats, one after another, over more memory than the caches hold.</summary>
internal static class BandwidthMeter
{
    /// <summary>Floats a thread: 128 MiB, several times what the last-level cache gives a core.</summary>
    public const int Values = 32 << 20;

    /// <summary>Measures it.</summary>
    /// <param name="threads">Threads that read at the same time.</param>
    /// <param name="time">How long.</param>
    /// <returns>The median of the readings, in 10^9 bytes a second, summed over the threads.</returns>
    public static double GigabytesPerSecond(ComputeThreads threads, TimeSpan time)
    {
        var medians = new double[threads.WorkerCount];
        threads.Run(threads.WorkerCount, (_, item) => medians[item] = Median(time), CancellationToken.None);
        return medians.Sum();
    }

    private static double Median(TimeSpan time)
    {
        // Written once, or the system would map every page to the same zeros.
        var values = new float[Values];
        values.AsSpan().Fill(1);
        var rates = new List<double>();
        var start = Stopwatch.GetTimestamp();
        while (rates.Count < 3 || Stopwatch.GetElapsedTime(start) < time)
        {
            var began = Stopwatch.GetTimestamp();
            if (!(Sum(values) > 0))
            {
                throw new InvalidOperationException("The sum of ones is not positive.");
            }

            rates.Add(Values * (double)sizeof(float) / Stopwatch.GetElapsedTime(began).TotalSeconds / 1e9);
        }

        rates.Sort();
        return rates[rates.Count / 2];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Sum(ReadOnlySpan<float> values)
    {
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(values);
        var sum0 = Vector512<float>.Zero;
        var sum1 = sum0;
        var sum2 = sum0;
        var sum3 = sum0;
        for (var i = 0; i < vectors.Length; i += 4)
        {
            sum0 += vectors[i];
            sum1 += vectors[i + 1];
            sum2 += vectors[i + 2];
            sum3 += vectors[i + 3];
        }

        return Vector512.Sum((sum0 + sum1) + (sum2 + sum3));
    }
}
