using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using KMeans.Gpu.Kernels;
using KMeans.Gpu.Products;

namespace KMeans.Gpu;

/// <summary>What a workspace is about to ask of a device; tests fail some of these calls.</summary>
internal enum DeviceCall
{
    /// <summary>Takes memory.</summary>
    Allocate,

    /// <summary>Copies to it or from it.</summary>
    Copy,

    /// <summary>Starts the kernel.</summary>
    Launch,

    /// <summary>Waits for what was started.</summary>
    Wait,
}

/// <summary>The kernel's arguments, in its order, with where it runs.</summary>
/// <param name="stream">The queue.</param>
/// <param name="config">Groups and threads.</param>
/// <param name="samples">The rows.</param>
/// <param name="weights">The panels.</param>
/// <param name="starts">The starts.</param>
/// <param name="sampleCount">n.</param>
/// <param name="featureCount">d.</param>
/// <param name="panelCount">Panels.</param>
/// <param name="proposals">Out.</param>
internal delegate void ProposalLauncher(
    AcceleratorStream stream, KernelConfig config, ArrayView<float> samples, ArrayView<float> weights, ArrayView<float> starts, int sampleCount, int featureCount, int panelCount,
    ArrayView<Proposal> proposals);

/// <summary>An open device with the compiled kernel. Thread-safe: each workspace has queues of its own.</summary>
internal sealed class GpuDevice : IDisposable
{
    private readonly Context context;
    private readonly ProposalLauncher launcher;
    private int isLost;
    private long rows;
    private long hostRows;
    private long batches;
    private long productRows;
    private int smallerTiles;

    /// <summary>Opens a device and compiles the kernel for it.</summary>
    /// <param name="context">Owned from now on, also where this fails.</param>
    /// <param name="device">Of the context.</param>
    public GpuDevice(Context context, Device device)
    {
        this.context = context;
        try
        {
            // Threads that wait sleep: the processor has rows to decode.
            Accelerator = device is CudaDevice cuda ? cuda.CreateCudaAccelerator(context, CudaAcceleratorFlags.ScheduleBlockingSync) : device.CreateAccelerator(context);
            Name = $"{(device is CPUDevice ? "ILGPU's simulator" : device.Name)} ({(device.AcceleratorType == AcceleratorType.Cuda ? "CUDA" : device.AcceleratorType.ToString())})";
            (TileSize, ThreadCount) = device is CPUDevice ? (SimulatorTile.Size, SimulatorTile.ThreadCount) : (DeviceTile.Size, DeviceTile.ThreadCount);
            (ProductTile, ScanRows) = device is CPUDevice ? (ProductTile.ForSimulator, default(SimulatorTile).ScanRows) : (ProductTile.ForDevices, default(DeviceTile).ScanRows);
            launcher = device is CPUDevice ? Load<SimulatorTile>() : Load<DeviceTile>();
            Products = new ProductSource(this);
        }
        catch
        {
            Accelerator?.Dispose();
            context.Dispose();
            throw;
        }
    }

    /// <summary>ILGPU's device.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>What it is called, and how it is reached.</summary>
    public string Name { get; }

    /// <summary>Rows, and centers, that a group takes.</summary>
    public int TileSize { get; }

    /// <summary>Threads of a group.</summary>
    public int ThreadCount { get; }

    /// <summary>Rows whose products are looked through by one group.</summary>
    public int ScanRows { get; }

    /// <summary>How many products are made at a time.</summary>
    public ProductTile ProductTile { get; }

    /// <summary>The matrix product, where scores are made by it.</summary>
    public ProductSource Products { get; }

    /// <summary>Whether nothing more is to be asked of it.</summary>
    public bool IsLost => Volatile.Read(ref isLost) != 0;

    /// <summary>What it was lost by.</summary>
    public string? LossReason { get; private set; }

    /// <summary>Memory that is free, in bytes.</summary>
    public long FreeBytes => Accelerator is CudaAccelerator cuda ? cuda.GetFreeMemory() : Accelerator.MemorySize;

    /// <summary>Called before every call, from the caller's thread; what it throws is the call's failure.</summary>
    public Action<DeviceCall>? Before { get; set; }

    /// <summary>Gives it up.</summary>
    /// <param name="reason">The failure.</param>
    /// <returns>True for the first.</returns>
    public bool Lose(string reason)
    {
        if (Interlocked.Exchange(ref isLost, 1) != 0)
        {
            return false;
        }

        LossReason = reason;
        return true;
    }

    /// <summary>Begins the assignment.</summary>
    /// <param name="stream">The queue.</param>
    /// <param name="samples">Row-major (n, d).</param>
    /// <param name="weights">The panels.</param>
    /// <param name="starts">The starts.</param>
    /// <param name="sampleCount">n, at least 1.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="panelCount">Panels.</param>
    /// <param name="proposals">Length n out.</param>
    public void Propose(
        AcceleratorStream stream, ArrayView<float> samples, ArrayView<float> weights, ArrayView<float> starts, int sampleCount, int featureCount, int panelCount, ArrayView<Proposal> proposals)
    {
        Before?.Invoke(DeviceCall.Launch);
        launcher(stream, new KernelConfig((sampleCount + TileSize - 1) / TileSize, ThreadCount), samples, weights, starts, sampleCount, featureCount, panelCount, proposals);
    }

    /// <summary>Counts a batch.</summary>
    /// <param name="onDevice">Rows that it took.</param>
    /// <param name="onHost">Rows that the CPU took.</param>
    /// <param name="isProduct">Whether the device's scores were made by the matrix product.</param>
    public void Count(int onDevice, int onHost, bool isProduct)
    {
        Interlocked.Add(ref rows, onDevice);
        Interlocked.Add(ref productRows, isProduct ? onDevice : 0);
        Interlocked.Add(ref hostRows, onHost);
        Interlocked.Add(ref batches, onDevice > 0 ? 1 : 0);
    }

    /// <summary>Counts a thread that went on with smaller tiles.</summary>
    public void CountSmallerTiles() => Interlocked.Increment(ref smallerTiles);

    /// <summary>What it did until now.</summary>
    /// <returns>The counts.</returns>
    public KMeans.Kernels.DeviceReport Report() => new(
        Name, Interlocked.Read(ref rows), Interlocked.Read(ref hostRows), Interlocked.Read(ref batches), Volatile.Read(ref smallerTiles), Volatile.Read(ref isLost), LossReason)
    {
        ProductRows = Interlocked.Read(ref productRows),
        ProductRefusal = Products.Refusal,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Accelerator.Dispose();
            context.Dispose();
        }
        catch (Exception e) when (IsLost && GpuFault.IsDevice(e))
        {
            // A lost device cannot free anything; its driver does when the process ends.
        }
    }

    private ProposalLauncher Load<TTile>()
        where TTile : struct, ITile
    {
        var load = Accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int, int, ArrayView<Proposal>>(
            ProposalKernel.Propose<TTile>, new KernelSpecialization(ThreadCount, 2));
        return (stream, config, samples, weights, starts, sampleCount, featureCount, panelCount, proposals) =>
            load(stream, config, samples, weights, starts, sampleCount, featureCount, panelCount, proposals);
    }
}
