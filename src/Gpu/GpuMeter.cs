using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using KMeans.Coordination;
using KMeans.Gpu.Kernels;
using KMeans.Kernels;
using KMeans.Metrics;

namespace KMeans.Gpu;

/// <summary>Measures a device through the members that training uses: its peak, the copy, the kernel, the CPU's part, and all of them together.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="threads">Threads that stream.</param>
/// <param name="time">How long each figure is measured.</param>
internal sealed class GpuMeter(GpuKernel kernel, ComputeThreads threads, TimeSpan time)
{
    private const int GroupsPerProcessor = 8;
    private readonly GpuDevice device = kernel.Device;

    /// <summary>Float32 operations a second on registers alone.</summary>
    /// <returns>The best of several runs, in 10^9.</returns>
    public double PeakGflops()
    {
        var groups = device.Accelerator.NumMultiprocessors * GroupsPerProcessor;
        using var sums = device.Accelerator.Allocate1D<float>((long)groups * device.ThreadCount);
        var burn = device.Accelerator.LoadStreamKernel<float, ArrayView<float>>(PeakKernel.Burn);
        var operations = 2.0 * groups * device.ThreadCount * PeakKernel.Chains * PeakKernel.Length;
        return operations / Best(() =>
        {
            burn(new KernelConfig(groups, device.ThreadCount), 0.999f, sums.View.BaseView);
            device.Accelerator.Synchronize();
        }) / 1e9;
    }

    /// <summary>Bytes a second from page-locked memory to the device.</summary>
    /// <returns>The best of several copies, in 10^9.</returns>
    public double CopyGigabytesPerSecond()
    {
        const int featureCount = 256;
        var rows = kernel.TileValues / featureCount;
        var samples = GC.AllocateUninitializedArray<float>(rows * featureCount, pinned: true);
        using var buffers = new GpuBuffers(device, rows, featureCount, 1);
        buffers.Attach(0, samples);
        return samples.Length * (double)sizeof(float) / Best(() =>
        {
            buffers.CopyRows(0, samples, 0, rows);
            buffers.Wait(0);
        }) / 1e9;
    }

    /// <summary>Measures one shape.</summary>
    /// <param name="featureCount">d.</param>
    /// <param name="centerCount">K.</param>
    /// <param name="peakGflops">Of the device.</param>
    /// <param name="copyGigabytesPerSecond">To the device.</param>
    /// <returns>The rates.</returns>
    public DeviceShape Shape(int featureCount, int centerCount, double peakGflops, double copyGigabytesPerSecond)
    {
        var random = new CounterRandom(1, RandomPurpose.Generation, featureCount);
        var centers = new double[centerCount * featureCount];
        for (var i = 0; i < centers.Length; i++)
        {
            centers[i] = random.Unit(i) - 0.5;
        }

        // Enough groups for all of the device, but no more rows than a thread sends.
        var rows = Math.Clamp(kernel.TileValues / featureCount, device.TileSize, 4 * device.TileSize * device.Accelerator.NumMultiprocessors);
        rows = Math.Min(rows, 8192);
        var samples = GC.AllocateUninitializedArray<float>(rows * featureCount, pinned: true);
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (float)(random.Unit(centers.Length + i) - 0.5);
        }

        var packed = kernel.Pack(centers, centerCount, featureCount, null, isForProduct: false);
        var operations = 2.0 * centerCount * featureCount / 1e9;
        var fused = rows / Compute(samples, rows, packed) * operations;
        double? product = null;
        var takesProduct = device.Products.IsTaken(centerCount, featureCount);
        if (takesProduct || device.Products.IsUsable())
        {
            packed = kernel.Pack(centers, centerCount, featureCount, packed, isForProduct: true);
            product = rows / Compute(samples, rows, packed) * operations;
        }

        packed = kernel.Pack(centers, centerCount, featureCount, packed, takesProduct);
        var host = rows / Host(samples, rows, packed) * threads.WorkerCount;
        var gflops = takesProduct ? product!.Value : fused;
        return new DeviceShape(
            featureCount, centerCount, gflops, gflops / peakGflops, gflops / operations, copyGigabytesPerSecond * 1e9 / (sizeof(float) * (double)featureCount), host,
            Streamed(samples, rows, centers, centerCount))
        {
            FusedGflops = fused,
            ProductGflops = product,
            TakesProduct = takesProduct,
        };
    }

    /// <summary>As many launches as there are threads, as in a pass, so that groups of one fill up the device behind those of another.</summary>
    private double Compute(float[] samples, int rows, GpuCenters packed)
    {
        var all = Enumerable.Range(0, threads.WorkerCount).Select(_ => new GpuBuffers(device, rows, packed.FeatureCount, 1)).ToArray();
        try
        {
            foreach (var buffers in all)
            {
                buffers.CopyRows(0, samples, 0, rows);
                buffers.CopyCenters(0, packed);
                buffers.Wait(0);
            }

            return Best(() =>
            {
                Array.ForEach(all, buffers => buffers.Launch(0, rows));
                Array.ForEach(all, buffers => buffers.Wait(0));
            }) / all.Length;
        }
        finally
        {
            Array.ForEach(all, buffers => buffers.Dispose());
        }
    }

    /// <summary>Deciding, squared distances and sums on one thread.</summary>
    private double Host(float[] samples, int rows, GpuCenters packed)
    {
        var (labels, squaredDistances) = (new int[rows], new double[rows]);
        var check = new ProposalCheck(kernel.Host, packed.FeatureCount);
        var sums = new CenterAccumulator(packed.CenterCount, packed.FeatureCount);
        using var buffers = new GpuBuffers(device, rows, packed.FeatureCount, 1);
        buffers.CopyRows(0, samples, 0, rows);
        buffers.CopyCenters(0, packed);
        buffers.Launch(0, rows);
        buffers.Wait(0);
        return Best(() =>
        {
            check.Decide(samples, buffers.Results(0)[..rows], packed, labels, squaredDistances);
            sums.Add(samples, rows, labels, squaredDistances, []);
        });
    }

    /// <summary>Rows a second with every thread streaming two slots in turn, as in a pass whose rows are in memory.</summary>
    private double Streamed(float[] samples, int rows, double[] centers, int centerCount)
    {
        var featureCount = samples.Length / rows;
        var done = 0L;
        var began = Stopwatch.GetTimestamp();
        threads.Run(threads.WorkerCount, (_, _) =>
        {
            using var workspace = kernel.CreateWorkspace(rows, featureCount, centerCount);
            var (labels, squaredDistances) = (new int[rows], new double[rows]);
            var sums = new CenterAccumulator(centerCount, featureCount);
            for (var slot = 0; slot < DeviceWorkspace.SlotCount; slot++)
            {
                var own = GC.AllocateUninitializedArray<float>(samples.Length, pinned: true);
                samples.CopyTo(own, 0);
                workspace.Attach(slot, own);
            }

            PackedCenters? packed = null;
            workspace.Stage(0, rows);
            for (var batch = 0; batch < 2 || Stopwatch.GetElapsedTime(began) < time; batch++)
            {
                packed = kernel.Pack(centers, centerCount, featureCount, packed);
                workspace.Begin(batch % 2, packed);
                workspace.Stage((batch + 1) % 2, rows);
                workspace.Finish(batch % 2, labels, squaredDistances);
                sums.Add(samples, rows, labels, squaredDistances, []);
                Interlocked.Add(ref done, rows);
            }
        }, CancellationToken.None);
        return done / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private double Best(Action action)
    {
        // The first call compiles and warms up.
        action();
        var best = double.PositiveInfinity;
        var start = Stopwatch.GetTimestamp();
        do
        {
            var began = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(start) < time);
        return best;
    }
}
