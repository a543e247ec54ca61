using System.Diagnostics;
using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Metrics;

/// <summary>How fast the assignment is for one shape.</summary>
/// <param name="Features">d.</param>
/// <param name="Centers">K.</param>
/// <param name="Threads">Threads that computed at the same time.</param>
/// <param name="Gflops">2 n K d over the time, in 10^9 a second.</param>
/// <param name="Share">Of the machine's peak with as many threads.</param>
/// <param name="GigabytesPerSecond">Bytes of rows a second, in 10^9.</param>
/// <param name="BandwidthShare">Of the machine's read bandwidth with as many threads; null where rows came from a cache.</param>
public sealed record KernelRate(int Features, int Centers, int Threads, double Gflops, double Share, double GigabytesPerSecond, double? BandwidthShare);

/// <summary>Measures the assignment through the interface that training uses: packing every 5,000 rows, norms, near-ties, labels and distances included.</summary>
internal static class KernelMeter
{
    /// <summary>A mini-batch of training.</summary>
    private const int RowsPerPacking = 5_000;

    /// <summary>Rows are 4 MiB, as they come from a reader through the caches.</summary>
    private const int Values = 1 << 20;

    /// <summary>With so few operations for each value reading may be the limit, and rows come from memory.</summary>
    private const int FewCenters = 16;
    private const int ManyFeatures = 128;

    /// <summary>Whether the rows of a shape are read from memory.</summary>
    /// <param name="featureCount">d.</param>
    /// <param name="centerCount">K.</param>
    /// <returns>True where there are few centers and many features.</returns>
    public static bool ReadsMemory(int featureCount, int centerCount) => centerCount <= FewCenters && featureCount >= ManyFeatures;

    /// <summary>Measures one shape on all threads at once, each with rows of its own.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="centerCount">K.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="time">How long.</param>
    /// <returns>The median rate of the mini-batches, in 10^9 operations a second, summed over the threads.</returns>
    public static double Gflops(IAssignmentKernel kernel, int featureCount, int centerCount, ComputeThreads threads, TimeSpan time)
    {
        var medians = new double[threads.WorkerCount];
        var centers = new double[centerCount * featureCount];
        Fill(centers.Length, 1, (i, x) => centers[i] = x);
        threads.Run(threads.WorkerCount, (_, item) => medians[item] = Median(kernel, centers, featureCount, centerCount, item, time), CancellationToken.None);
        return medians.Sum();
    }

    private static double Median(IAssignmentKernel kernel, double[] centers, int featureCount, int centerCount, int stream, TimeSpan time)
    {
        var tile = Math.Clamp((1 << 18) / featureCount, 16, 8192);
        var values = ReadsMemory(featureCount, centerCount) ? BandwidthMeter.Values : Values;
        var rows = Math.Max(tile, values / featureCount / tile * tile);
        var samples = new float[rows * featureCount];
        Fill(samples.Length, 2 + stream, (i, x) => samples[i] = (float)x);
        var labels = new int[tile];
        var squaredDistances = new double[tile];
        var workspace = kernel.CreateWorkspace();
        PackedCenters? packed = null;
        var rates = new List<double>();
        var first = 0;
        var start = Stopwatch.GetTimestamp();
        while (rates.Count < 5 || Stopwatch.GetElapsedTime(start) < time)
        {
            var began = Stopwatch.GetTimestamp();
            packed = kernel.Pack(centers, centerCount, featureCount, packed);
            var done = 0;
            for (; done < RowsPerPacking; done += tile)
            {
                kernel.Assign(samples.AsSpan(first * featureCount, tile * featureCount), tile, packed, labels, squaredDistances, workspace);
                first = (first + tile) % rows;
            }

            rates.Add(2.0 * done * centerCount * featureCount / Stopwatch.GetElapsedTime(began).TotalSeconds / 1e9);
        }

        rates.Sort();
        return rates[rates.Count / 2];
    }

    private static void Fill(int count, int stream, Action<int, double> set)
    {
        var random = new CounterRandom(1, RandomPurpose.Generation, stream);
        for (var i = 0; i < count; i++)
        {
            set(i, random.Unit(i) - 0.5);
        }
    }
}
