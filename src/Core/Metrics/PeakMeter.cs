using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Metrics;

/// <summary>Measures how many float32 operations a second this machine can do: fused multiply-adds on registers alone.</summary>
internal static class PeakMeter
{
    /// <summary>Multiply-adds between two looks at the clock: some milliseconds.</summary>
    private const int Iterations = 200_000;

    private const int Chains = 24;

    /// <summary>Measures it on the widest vectors of this machine.</summary>
    /// <param name="threads">Threads that compute at the same time.</param>
    /// <param name="time">How long.</param>
    /// <returns>The best of many short runs, in 10^9 operations a second; a multiply-add is two.</returns>
    public static double Gflops(ComputeThreads threads, TimeSpan time) =>
        Vector512.IsHardwareAccelerated ? Measure<Lanes512, Vector512<float>>(threads, time)
        : Vector256.IsHardwareAccelerated ? Measure<Lanes256, Vector256<float>>(threads, time)
        : Measure<Lanes128, Vector128<float>>(threads, time);

    private static double Measure<TLanes, TVector>(ComputeThreads threads, TimeSpan time)
        where TLanes : IFloatLanes<TVector>
        where TVector : struct
    {
        var operations = 2.0 * Iterations * Chains * TLanes.Count;
        var best = new double[threads.WorkerCount];
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            // As many items as threads: each takes one, so that all compute at once.
            threads.Run(threads.WorkerCount, (_, item) =>
            {
                var began = Stopwatch.GetTimestamp();
                Burn<TLanes, TVector>();
                best[item] = Math.Max(best[item], operations / Stopwatch.GetElapsedTime(began).TotalSeconds / 1e9);
            }, CancellationToken.None);
        }

        return best.Sum();
    }

    /// <summary>Twenty-four independent chains: more than the four cycles of latency times two units need, and few enough to stay in registers of 512 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Burn<TLanes, TVector>()
        where TLanes : IFloatLanes<TVector>
        where TVector : struct
    {
        var x = TLanes.Broadcast(0.999f);
        var y = TLanes.Broadcast(1e-3f);
        TVector a0 = y, a1 = y, a2 = y, a3 = y, a4 = y, a5 = y, a6 = y, a7 = y, a8 = y, a9 = y, a10 = y, a11 = y;
        TVector b0 = x, b1 = x, b2 = x, b3 = x, b4 = x, b5 = x, b6 = x, b7 = x, b8 = x, b9 = x, b10 = x, b11 = x;
        for (var i = 0; i < Iterations; i++)
        {
            a0 = TLanes.MultiplyAdd(a0, x, y);
            a1 = TLanes.MultiplyAdd(a1, x, y);
            a2 = TLanes.MultiplyAdd(a2, x, y);
            a3 = TLanes.MultiplyAdd(a3, x, y);
            a4 = TLanes.MultiplyAdd(a4, x, y);
            a5 = TLanes.MultiplyAdd(a5, x, y);
            a6 = TLanes.MultiplyAdd(a6, x, y);
            a7 = TLanes.MultiplyAdd(a7, x, y);
            a8 = TLanes.MultiplyAdd(a8, x, y);
            a9 = TLanes.MultiplyAdd(a9, x, y);
            a10 = TLanes.MultiplyAdd(a10, x, y);
            a11 = TLanes.MultiplyAdd(a11, x, y);
            b0 = TLanes.MultiplyAdd(b0, x, y);
            b1 = TLanes.MultiplyAdd(b1, x, y);
            b2 = TLanes.MultiplyAdd(b2, x, y);
            b3 = TLanes.MultiplyAdd(b3, x, y);
            b4 = TLanes.MultiplyAdd(b4, x, y);
            b5 = TLanes.MultiplyAdd(b5, x, y);
            b6 = TLanes.MultiplyAdd(b6, x, y);
            b7 = TLanes.MultiplyAdd(b7, x, y);
            b8 = TLanes.MultiplyAdd(b8, x, y);
            b9 = TLanes.MultiplyAdd(b9, x, y);
            b10 = TLanes.MultiplyAdd(b10, x, y);
            b11 = TLanes.MultiplyAdd(b11, x, y);
        }

        // The sum makes every chain count, or the compiler might drop it.
        return TLanes.Sum(a0) + TLanes.Sum(a1) + TLanes.Sum(a2) + TLanes.Sum(a3) + TLanes.Sum(a4) + TLanes.Sum(a5) + TLanes.Sum(a6) + TLanes.Sum(a7)
            + TLanes.Sum(a8) + TLanes.Sum(a9) + TLanes.Sum(a10) + TLanes.Sum(a11) + TLanes.Sum(b0) + TLanes.Sum(b1) + TLanes.Sum(b2) + TLanes.Sum(b3)
            + TLanes.Sum(b4) + TLanes.Sum(b5) + TLanes.Sum(b6) + TLanes.Sum(b7) + TLanes.Sum(b8) + TLanes.Sum(b9) + TLanes.Sum(b10) + TLanes.Sum(b11);
    }
}
