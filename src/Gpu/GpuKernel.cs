using KMeans.Coordination;
using KMeans.Kernels;
using KMeans.Metrics;

namespace KMeans.Gpu;

/// <summary>The assignment on a device: <see cref="Kernels.ProposalKernel"/> proposes there, <see cref="ProposalCheck"/> decides here.</summary>
/// <remarks>Assignments with rivals and distances to known centers stay on the CPU: their callers hold all rows in memory and look at few centers a row (docs/design/gpu.md).</remarks>
internal sealed class GpuKernel : IDeviceKernel
{
    /// <summary>8 MiB of float32 a slot: 128 groups of 128 features, with a few threads more than a device runs at once; long enough a copy for the bus's full rate.</summary>
    private const int MostTileValues = 1 << 21;

    private readonly int threads;
    private readonly long freeBytes;
    private readonly Action<string> log;
    private int isPlanned;

    /// <summary>Creates one.</summary>
    /// <param name="device">Owned from now on.</param>
    /// <param name="host">The CPU's kernel.</param>
    /// <param name="threads">Threads that stream to it.</param>
    /// <param name="log">Told of losses and of smaller tiles.</param>
    public GpuKernel(GpuDevice device, IAssignmentKernel host, int threads, Action<string> log)
    {
        Device = device;
        Host = host;
        this.threads = threads;
        this.log = log;
        device.Products.Log = log;
        freeBytes = device.FreeBytes;
    }

    /// <summary>The device.</summary>
    public GpuDevice Device { get; }

    /// <inheritdoc/>
    public string Name => "gpu";

    /// <inheritdoc/>
    public IAssignmentKernel Host { get; }

    /// <inheritdoc/>
    public int TileValues => MostTileValues;

    /// <inheritdoc/>
    public PackedCenters Pack(ReadOnlySpan<double> centers, int centerCount, int featureCount, PackedCenters? reuse = null) =>
        Pack(centers, centerCount, featureCount, reuse, Device.Products.IsTaken(centerCount, featureCount));

    /// <inheritdoc/>
    public KernelWorkspace CreateWorkspace() => new GpuScratch(this);

    /// <inheritdoc/>
    public DeviceWorkspace CreateWorkspace(int rowCapacity, int featureCount, int centerCount) => CreateWorkspace(rowCapacity, featureCount, centerCount, DeviceWorkspace.SlotCount);

    /// <inheritdoc/>
    public void Assign(ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, Span<int> labels, Span<double> squaredDistances, KernelWorkspace workspace) =>
        ((GpuScratch)workspace).Assign(samples, sampleCount, Check(samples, sampleCount, centers, labels.Length, squaredDistances.Length), labels, squaredDistances);

    /// <inheritdoc/>
    public void AssignWithRivals(
        ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, Span<int> labels, Span<double> squaredDistances, Span<float> rivalDistances, KernelWorkspace workspace) =>
        Host.AssignWithRivals(
            samples, sampleCount, Check(samples, sampleCount, centers, labels.Length, squaredDistances.Length).ForHost(Host), labels, squaredDistances, rivalDistances, ((GpuScratch)workspace).Host);

    /// <inheritdoc/>
    public void Measure(ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, ReadOnlySpan<int> labels, Span<double> squaredDistances) =>
        Host.Measure(samples, sampleCount, Check(samples, sampleCount, centers, labels.Length, squaredDistances.Length).ForHost(Host), labels, squaredDistances);

    /// <inheritdoc/>
    public DeviceRates Measure(IReadOnlyList<(int Features, int Centers)> shapes, ComputeThreads threads, TimeSpan time, Action<string>? advanced, CancellationToken cancellation)
    {
        var meter = new GpuMeter(this, threads, time);
        advanced?.Invoke(Device.Name);
        var (peak, copy) = (meter.PeakGflops(), meter.CopyGigabytesPerSecond());
        var rates = new List<DeviceShape>();
        foreach (var (features, centers) in shapes)
        {
            cancellation.ThrowIfCancellationRequested();
            advanced?.Invoke($"{features} x {centers} on the device");
            rates.Add(meter.Shape(features, centers, peak, copy));
        }

        return new DeviceRates(Device.Name, peak, copy, rates);
    }

    /// <inheritdoc/>
    public DeviceReport Report() => Device.Report();

    /// <inheritdoc/>
    public void Dispose() => Device.Dispose();

    /// <summary>Packs for one way to make scores.</summary>
    /// <param name="centers">Row-major (K, d).</param>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="reuse">An earlier packing, or null.</param>
    /// <param name="isForProduct">Whether for the matrix product.</param>
    /// <returns>The packing.</returns>
    public GpuCenters Pack(ReadOnlySpan<double> centers, int centerCount, int featureCount, PackedCenters? reuse, bool isForProduct)
    {
        var packed = reuse as GpuCenters ?? new GpuCenters();
        packed.Set(centers, centerCount, featureCount, Device.TileSize, isForProduct);
        return packed;
    }

    /// <summary>Creates a workspace with any number of slots.</summary>
    /// <param name="rowCapacity">The most rows of a batch.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="centerCount">K.</param>
    /// <param name="slotCount">1 or 2.</param>
    /// <returns>To be disposed.</returns>
    public GpuWorkspace CreateWorkspace(int rowCapacity, int featureCount, int centerCount, int slotCount) =>
        new(this, GpuMemoryPlan.Rows(freeBytes, threads, rowCapacity, featureCount, centerCount, Device.TileSize, slotCount, ProductBytes(centerCount, featureCount)), rowCapacity, featureCount, slotCount);

    /// <summary>Gives the device up and says so once.</summary>
    /// <param name="failure">What it said.</param>
    public void Lose(Exception failure)
    {
        var reason = GpuFault.Reason(failure);
        if (Device.Lose(reason))
        {
            log($"gpu: {Device.Name} was lost ({reason}); the kernel {Host.Name} takes over. The result is the same.");
        }
    }

    /// <summary>Says once where memory does not allow the tiles that were wanted.</summary>
    /// <param name="rows">Rows of a slot; 0 where not even a tile fits.</param>
    /// <param name="wanted">Rows that were wanted.</param>
    public void Planned(int rows, int wanted)
    {
        if (rows >= wanted || Device.IsLost)
        {
            return;
        }

        Device.CountSmallerTiles();
        if (Interlocked.Exchange(ref isPlanned, 1) == 0)
        {
            log(rows > 0
                ? $"gpu: the memory of {Device.Name} allows tiles of {rows} rows instead of {wanted}; fewer --threads leave more for each."
                : $"gpu: the memory of {Device.Name} does not suffice for a tile of each thread; the kernel {Host.Name} takes the others. Fewer --threads leave more for each.");
        }
    }

    /// <summary>What the plan sets aside for the product: also where only the centers that rows may open make it pay.</summary>
    private long ProductBytes(int centerCount, int featureCount) => Device.Products.IsTaken(centerCount + (centerCount / 2), featureCount) ? Device.Products.Bytes : 0;

    private GpuCenters Check(ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, int labelCount, int squaredDistanceCount)
    {
        if (centers is not GpuCenters packed)
        {
            throw new ArgumentException($"The centers were not packed by the kernel '{Name}'.", nameof(centers));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Length, checked(sampleCount * packed.FeatureCount));
        ArgumentOutOfRangeException.ThrowIfLessThan(labelCount, sampleCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(squaredDistanceCount, sampleCount);
        return packed;
    }
}
