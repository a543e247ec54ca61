using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Metrics;

/// <summary>What this machine can do and how much of it the kernels and readers use.</summary>
/// <param name="PeakGflops">Float32 peak of all threads, in 10^9 operations a second.</param>
/// <param name="PeakGflopsOneThread">Of one thread.</param>
/// <param name="Backend">The kernel measured.</param>
/// <param name="Kernels">Each shape with one thread and with all.</param>
/// <param name="Memory">Reading of rows that are in no cache.</param>
/// <param name="Readers">Reading from the page cache as it is, and decoding; one thread.</param>
public sealed record BenchResult(double PeakGflops, double PeakGflopsOneThread, string Backend, IReadOnlyList<KernelRate> Kernels, MemoryRate Memory, IReadOnlyList<ReaderRate> Readers)
{
    /// <summary>The shapes measured: (d, K) from few to many features and centers.</summary>
    private static readonly (int Features, int Centers)[] Shapes = [(8, 256), (16, 26), (26, 80), (32, 1024), (64, 64), (128, 1024), (400, 512), (400, 2048), (784, 10), (784, 128)];

    /// <summary>Those of devices: where copying limits, where computing does, what lies between, and where a matrix library takes over.</summary>
    private static readonly (int Features, int Centers)[] DeviceShapes = [(16, 256), (64, 64), (128, 256), (128, 1024), (784, 128), (512, 4096)];

    /// <summary>What was measured of a device; null for the CPU.</summary>
    public DeviceRates? Device { get; init; }

    /// <summary>Measures everything. Takes about half a minute.</summary>
    /// <param name="backend">The kernel's name, as for training.</param>
    /// <param name="threadCount">All threads.</param>
    /// <param name="advanced">Told what is measured next, or null.</param>
    /// <param name="cancellation">Stops between two measurements.</param>
    /// <returns>The figures; peak and kernels in turns, so that a machine whose speed drifts is compared with itself.</returns>
    public static BenchResult Measure(string backend, int threadCount, Action<string>? advanced, CancellationToken cancellation)
    {
        using var opened = Backends.Open(backend, threadCount, message => advanced?.Invoke(message));
        if (opened.Device is { } device)
        {
            return MeasureDevice(device, threadCount, advanced, cancellation);
        }

        var kernel = opened.Host;
        using var one = new ComputeThreads(1);
        using var all = new ComputeThreads(threadCount);
        var brief = TimeSpan.FromMilliseconds(200);
        var peaks = new Dictionary<ComputeThreads, double> { [one] = 0, [all] = 0 };
        var rates = new List<(ComputeThreads Threads, KernelRate Rate)>();
        advanced?.Invoke("memory");
        var oneMemory = BandwidthMeter.GigabytesPerSecond(one, brief);
        var memory = new MemoryRate(oneMemory, threadCount > 1 ? BandwidthMeter.GigabytesPerSecond(all, brief) : oneMemory);
        foreach (var (features, centers) in Shapes)
        {
            foreach (var threads in threadCount > 1 ? new[] { one, all } : [one])
            {
                cancellation.ThrowIfCancellationRequested();
                advanced?.Invoke($"{features} x {centers} on {threads.WorkerCount} {(threads.WorkerCount == 1 ? "thread" : "threads")}");
                peaks[threads] = Math.Max(peaks[threads], PeakMeter.Gflops(threads, brief / 2));
                rates.Add((threads, Rate(kernel, features, centers, threads, 2 * brief, threads == one ? memory.OneThread : memory.AllThreads)));
            }
        }

        cancellation.ThrowIfCancellationRequested();
        advanced?.Invoke("readers");
        var readers = ReaderMeter.Measure(2 * brief);
        var kernels = rates.Select(rate => rate.Rate with { Share = rate.Rate.Gflops / peaks[rate.Threads] }).ToArray();
        return new BenchResult(threadCount > 1 ? peaks[all] : peaks[one], peaks[one], kernel.Name, kernels, memory, readers);
    }

    /// <summary>The device's peak stands where the machine's does, and its kernel in the place of the CPU's.</summary>
    private static BenchResult MeasureDevice(IDeviceKernel device, int threadCount, Action<string>? advanced, CancellationToken cancellation)
    {
        using var one = new ComputeThreads(1);
        using var all = new ComputeThreads(threadCount);
        var brief = TimeSpan.FromMilliseconds(200);
        advanced?.Invoke("memory");
        var memory = new MemoryRate(BandwidthMeter.GigabytesPerSecond(one, brief), BandwidthMeter.GigabytesPerSecond(all, brief));
        var rates = device.Measure(DeviceShapes, all, brief, advanced, cancellation);
        cancellation.ThrowIfCancellationRequested();
        advanced?.Invoke("readers");
        var readers = ReaderMeter.Measure(2 * brief);
        var decode = threadCount * readers.First(reader => reader.Format == ReaderMeter.PlainParquet).GigabytesPerSecond * 1e9 / sizeof(float);
        rates = rates with { Shapes = [.. rates.Shapes.Select(shape => shape with { Decode = decode / shape.Features })] };
        var kernels = rates.Shapes.Select(shape => new KernelRate(
            shape.Features, shape.Centers, threadCount, shape.KernelGflops, shape.Share, shape.KernelGflops * sizeof(float) / (2.0 * shape.Centers), null));
        return new BenchResult(rates.PeakGflops, rates.PeakGflops, device.Name, [.. kernels], memory, readers) { Device = rates };
    }

    private static KernelRate Rate(IAssignmentKernel kernel, int features, int centers, ComputeThreads threads, TimeSpan time, double bandwidth)
    {
        var gflops = KernelMeter.Gflops(kernel, features, centers, threads, time);

        // A value of four bytes takes part in one multiply-add, two operations, for each center.
        var bytes = gflops * sizeof(float) / (2.0 * centers);
        return new KernelRate(features, centers, threads.WorkerCount, gflops, 0, bytes, KernelMeter.ReadsMemory(features, centers) ? bytes / bandwidth : null);
    }
}
