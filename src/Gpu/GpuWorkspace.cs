using KMeans.Kernels;

namespace KMeans.Gpu;

/// <summary>One thread's way to the device, and what happens where the device fails: smaller tiles where memory did not suffice, the CPU's kernel for everything else.</summary>
/// <remarks>Whatever happens the labels are the same: a batch whose proposals did not arrive whole is done again from the rows, which the host still has.</remarks>
internal sealed class GpuWorkspace : DeviceWorkspace
{
    private readonly GpuKernel kernel;
    private readonly GpuDevice device;
    private readonly int capacity;
    private readonly int featureCount;
    private readonly float[][] samples;
    private readonly int[] counts;
    private readonly State[] states;
    private readonly ProposalCheck check;
    private GpuBuffers? buffers;
    private GpuCenters? centers;

    /// <summary>Takes the memory.</summary>
    /// <param name="kernel">Whose workspace it is.</param>
    /// <param name="rows">Rows of a slot on the device, as planned.</param>
    /// <param name="capacity">The most rows of a batch.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="slotCount">Slots.</param>
    public GpuWorkspace(GpuKernel kernel, int rows, int capacity, int featureCount, int slotCount)
    {
        this.kernel = kernel;
        device = kernel.Device;
        this.capacity = capacity;
        this.featureCount = featureCount;
        samples = new float[slotCount][];
        counts = new int[slotCount];
        states = new State[slotCount];
        check = new ProposalCheck(kernel.Host, featureCount);
        Reserve(rows);
    }

    private enum State
    {
        /// <summary>Nothing was sent.</summary>
        Host,

        /// <summary>The rows are on their way.</summary>
        Staged,

        /// <summary>The kernel was started.</summary>
        Running,

        /// <summary>There are more rows than the device has room for: they go in pieces.</summary>
        InPieces,
    }

    /// <summary>Rows of a slot on the device; 0 where it has none.</summary>
    public int DeviceCapacity => buffers?.Rows ?? 0;

    /// <summary>Whether the device can do anything with the centers as they are packed.</summary>
    private bool IsForDevice => centers!.IsProvable && !device.IsLost && (!centers.IsForProduct || device.Products.Refusal is null);

    /// <inheritdoc/>
    public override void Attach(int slot, float[] samples)
    {
        this.samples[slot] = samples;
        OnDevice(() => buffers!.Attach(slot, samples));
    }

    /// <inheritdoc/>
    public override void Stage(int slot, int sampleCount)
    {
        counts[slot] = sampleCount;
        states[slot] = buffers is null || device.IsLost ? State.Host : sampleCount > buffers.Rows ? State.InPieces : State.Staged;
        if (states[slot] == State.Staged)
        {
            OnDevice(() => buffers!.CopyRows(slot, samples[slot], 0, sampleCount));
        }
    }

    /// <inheritdoc/>
    public override void Begin(int slot, PackedCenters centers)
    {
        this.centers = (GpuCenters)centers;
        if (!IsForDevice)
        {
            states[slot] = State.Host;
        }

        if (states[slot] == State.Staged && OnDevice(() => Start(slot, counts[slot])))
        {
            states[slot] = State.Running;
        }
    }

    /// <inheritdoc/>
    public override void Finish(int slot, Span<int> labels, Span<double> squaredDistances)
    {
        var count = counts[slot];
        var done = 0;
        if (states[slot] == State.Running)
        {
            done = Take(slot, 0, count, labels, squaredDistances);
        }

        // The device may be lost, or its tiles become smaller, at any of these steps.
        while (done < count && states[slot] == State.InPieces && buffers is not null && IsForDevice)
        {
            var piece = Math.Min(count - done, buffers.Rows);
            var first = done;
            if (OnDevice(() =>
            {
                buffers.CopyRows(slot, samples[slot], first, piece);
                Start(slot, piece);
            }))
            {
                done += Take(slot, first, piece, labels[first..], squaredDistances[first..]);
            }
        }

        DeviceRows += done;
        HostRows += count - done;
        device.Count(done, count - done, centers!.IsForProduct);
        if (done < count)
        {
            NearTies += check.OnHost(samples[slot].AsSpan(done * featureCount, (count - done) * featureCount), count - done, centers!, labels[done..], squaredDistances[done..]);
        }

        states[slot] = State.Host;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        buffers?.Dispose();
        buffers = null;
    }

    private void Start(int slot, int count)
    {
        buffers!.CopyCenters(slot, centers!);
        buffers.Launch(slot, count);
    }

    /// <summary>Waits for a slot's proposals and decides.</summary>
    /// <returns>Rows that are done: all or none.</returns>
    private int Take(int slot, int first, int count, Span<int> labels, Span<double> squaredDistances)
    {
        if (!OnDevice(() => buffers!.Wait(slot)))
        {
            return 0;
        }

        NearTies += check.Decide(samples[slot].AsSpan(first * featureCount, count * featureCount), buffers!.Results(slot)[..count], centers!, labels, squaredDistances);
        return count;
    }

    /// <summary>Asks something of the device, and answers its failure.</summary>
    /// <returns>Whether it succeeded.</returns>
    private bool OnDevice(Action call)
    {
        if (buffers is null)
        {
            return false;
        }

        try
        {
            call();
            return true;
        }
        catch (Exception e) when (GpuFault.IsLibrary(e))
        {
            // These centers are packed for it, so that their rows go to the host; the next packing is for the fused kernel.
            device.Products.Refuse(GpuFault.Reason(e));
            return false;
        }
        catch (Exception e) when (GpuFault.IsOutOfMemory(e))
        {
            Shrink();
        }
        catch (Exception e) when (GpuFault.IsDevice(e))
        {
            kernel.Lose(e);
            buffers.Dispose();
            buffers = null;
        }

        // Nothing that was begun counts, in this slot or the other: it is begun again in pieces, or left to the host.
        for (var slot = 0; slot < states.Length; slot++)
        {
            states[slot] = buffers is null ? State.Host : State.InPieces;
        }

        return false;
    }

    private void Shrink()
    {
        var rows = buffers!.Rows;
        buffers.Dispose();
        buffers = null;
        Reserve(rows / 2);
    }

    /// <summary>Takes memory for so many rows, or half as many, and so on.</summary>
    private void Reserve(int rows)
    {
        var wanted = rows;
        for (; rows >= Math.Min(device.TileSize, wanted) && rows > 0 && buffers is null && !device.IsLost; rows /= 2)
        {
            try
            {
                buffers = new GpuBuffers(device, rows, featureCount, samples.Length);
                for (var slot = 0; slot < samples.Length; slot++)
                {
                    if (samples[slot] is not null)
                    {
                        buffers.Attach(slot, samples[slot]);
                    }
                }
            }
            catch (Exception e) when (GpuFault.IsDevice(e))
            {
                buffers?.Dispose();
                buffers = null;
                if (!GpuFault.IsOutOfMemory(e))
                {
                    kernel.Lose(e);
                }
            }
        }

        kernel.Planned(DeviceCapacity, capacity);
    }
}
