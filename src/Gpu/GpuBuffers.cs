using ILGPU;
using ILGPU.Runtime;
using KMeans.Gpu.Kernels;
using KMeans.Gpu.Products;

namespace KMeans.Gpu;

/// <summary>One thread's memory and queues on a device: two slots of rows with their proposals, and the centers. Every member may fail as devices do.</summary>
internal sealed unsafe class GpuBuffers : IDisposable
{
    private readonly GpuDevice device;
    private readonly int featureCount;
    private readonly Slot[] slots;
    private MemoryBuffer1D<float, Stride1D.Dense>? weights;
    private MemoryBuffer1D<float, Stride1D.Dense>? starts;
    private long version;
    private ProductScores? scores;
    private int places;
    private bool isForProduct;

    /// <summary>Takes the slots' memory.</summary>
    /// <param name="device">The device.</param>
    /// <param name="rows">Rows of a slot.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="slotCount">How many slots.</param>
    public GpuBuffers(GpuDevice device, int rows, int featureCount, int slotCount)
    {
        this.device = device;
        this.featureCount = featureCount;
        Rows = rows;
        slots = new Slot[slotCount];
        try
        {
            for (var i = 0; i < slotCount; i++)
            {
                device.Before?.Invoke(DeviceCall.Allocate);
                slots[i] = new Slot(device.Accelerator, rows, featureCount);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Rows that a slot has room for.</summary>
    public int Rows { get; }

    /// <summary>Bytes of a slot's row on the device.</summary>
    /// <param name="featureCount">d.</param>
    /// <returns>Values and proposal.</returns>
    public static long RowBytes(int featureCount) => (featureCount * (long)sizeof(float)) + sizeof(Proposal);

    /// <summary>Page-locks the host's rows of a slot, where the device has such a thing, so that copies need no detour and no waiting.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="samples">Pinned.</param>
    public void Attach(int slot, float[] samples) => slots[slot].Attach(device.Accelerator, samples);

    /// <summary>Begins to copy rows.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="samples">The host's rows, attached before.</param>
    /// <param name="first">The first row.</param>
    /// <param name="count">At most <see cref="Rows"/>.</param>
    public void CopyRows(int slot, float[] samples, int first, int count)
    {
        device.Before?.Invoke(DeviceCall.Copy);
        var to = slots[slot];
        to.Samples.View.BaseView.SubView(0, (long)count * featureCount).CopyFromCPUUnsafeAsync(to.Stream, ref samples[(long)first * featureCount], (long)count * featureCount);
    }

    /// <summary>Begins to copy centers, unless they are there already.</summary>
    /// <param name="slot">Whose queue they go through.</param>
    /// <param name="centers">The packing; unchanged until the slot was waited for.</param>
    public void CopyCenters(int slot, GpuCenters centers)
    {
        if (version == centers.Version)
        {
            return;
        }

        places = centers.DevicePlaces;
        isForProduct = centers.IsForProduct;
        if (isForProduct)
        {
            scores ??= device.Products.Create(Rows);
        }

        var values = (long)places * featureCount;
        if (weights is null || weights.Length < values || starts!.Length < places)
        {
            // Room for those that rows will open.
            version = 0;
            weights?.Dispose();
            starts?.Dispose();
            (weights, starts) = (null, null);
            device.Before?.Invoke(DeviceCall.Allocate);
            var room = places + ((long)places / 2 / device.TileSize * device.TileSize);
            weights = device.Accelerator.Allocate1D<float>(room * featureCount);
            starts = device.Accelerator.Allocate1D<float>(room);
        }

        device.Before?.Invoke(DeviceCall.Copy);
        var stream = slots[slot].Stream;
        weights.View.BaseView.SubView(0, values).CopyFromCPUUnsafeAsync(stream, ref *centers.Weights, values);
        starts.View.BaseView.SubView(0, places).CopyFromCPUUnsafeAsync(stream, ref *centers.Starts, places);
        version = centers.Version;
    }

    /// <summary>Begins to assign a slot's rows to the centers that were copied, and to copy the proposals back.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="count">Rows.</param>
    public void Launch(int slot, int count)
    {
        var of = slots[slot];
        if (isForProduct)
        {
            scores!.Propose(of.Stream, of.Samples.View, weights!.View, starts!.View, count, featureCount, places, of.Proposals.View);
        }
        else
        {
            device.Propose(of.Stream, of.Samples.View, weights!.View, starts!.View, count, featureCount, places / device.TileSize, of.Proposals.View);
        }

        device.Before?.Invoke(DeviceCall.Copy);
        of.Proposals.View.BaseView.SubView(0, count).CopyToCPUUnsafeAsync(of.Stream, ref of.Results[0], count);
    }

    /// <summary>Waits for all that was begun through a slot's queue.</summary>
    /// <param name="slot">The slot.</param>
    public void Wait(int slot)
    {
        device.Before?.Invoke(DeviceCall.Wait);
        slots[slot].Stream.Synchronize();
    }

    /// <summary>A slot's proposals, after waiting.</summary>
    /// <param name="slot">The slot.</param>
    /// <returns>As many as the slot has rows; those of the last launch come first.</returns>
    public ReadOnlySpan<Proposal> Results(int slot) => slots[slot].Results;

    /// <summary>Waits for what runs and frees the memory. A device that fails here too is left as it is.</summary>
    public void Dispose()
    {
        try
        {
            foreach (var slot in slots)
            {
                slot?.Dispose();
            }

            weights?.Dispose();
            starts?.Dispose();
            scores?.Dispose();
        }
        catch (Exception e) when (GpuFault.IsDevice(e))
        {
            // What cannot be freed now is freed with the device.
        }
    }

    /// <summary>A queue, memory for rows and for proposals, and where these go on the host.</summary>
    private sealed class Slot : IDisposable
    {
        private readonly PageLockScope<Proposal>? resultsLock;
        private PageLockScope<float>? samplesLock;

        public Slot(Accelerator accelerator, int rows, int featureCount)
        {
            try
            {
                Stream = accelerator.CreateStream();
                Samples = accelerator.Allocate1D<float>((long)rows * featureCount);
                Proposals = accelerator.Allocate1D<Proposal>(rows);
                Results = GC.AllocateUninitializedArray<Proposal>(rows, pinned: true);
                resultsLock = accelerator.CreatePageLockFromPinned(Results);
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public AcceleratorStream Stream { get; }

        public MemoryBuffer1D<float, Stride1D.Dense> Samples { get; }

        public MemoryBuffer1D<Proposal, Stride1D.Dense> Proposals { get; }

        public Proposal[] Results { get; }

        public void Attach(Accelerator accelerator, float[] samples)
        {
            samplesLock?.Dispose();
            samplesLock = accelerator.CreatePageLockFromPinned(samples);
        }

        public void Dispose()
        {
            Stream?.Synchronize();
            samplesLock?.Dispose();
            resultsLock?.Dispose();
            Samples?.Dispose();
            Proposals?.Dispose();
            Stream?.Dispose();
        }
    }
}
