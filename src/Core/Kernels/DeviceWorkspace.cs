namespace KMeans.Kernels;

/// <summary>One thread's way to a device: two slots, so that rows travel to one while the device works on the other.</summary>
/// <remarks>
/// A slot goes round: <see cref="Stage"/> sends rows, <see cref="Begin"/> starts the assignment, <see cref="Finish"/> waits for it. Only the last of these waits. Rows may be staged before the
/// centers are known, which is what hides the copy: the centers of a mini-batch follow from the one before.
/// </remarks>
public abstract class DeviceWorkspace : KernelWorkspace, IDisposable
{
    /// <summary>How many slots there are.</summary>
    public const int SlotCount = 2;

    /// <summary>Rows that the device labelled since creation.</summary>
    public long DeviceRows { get; protected set; }

    /// <summary>Rows that the CPU's kernel took over since creation.</summary>
    public long HostRows { get; protected set; }

    /// <summary>Says where the rows of a slot will be. Called once a slot, before anything else.</summary>
    /// <param name="slot">0 or 1.</param>
    /// <param name="samples">Pinned: it must not move. At least (capacity, d) values.</param>
    public abstract void Attach(int slot, float[] samples);

    /// <summary>Begins to send the first rows of the slot's memory, which must not change until <see cref="Finish"/>.</summary>
    /// <param name="slot">0 or 1.</param>
    /// <param name="sampleCount">n, at most the capacity.</param>
    public abstract void Stage(int slot, int sampleCount);

    /// <summary>Begins to assign the rows that were staged. Of the two slots one at a time may be between this and <see cref="Finish"/>.</summary>
    /// <param name="slot">0 or 1.</param>
    /// <param name="centers">Packed by this kernel; may be packed anew only after <see cref="Finish"/>.</param>
    public abstract void Begin(int slot, PackedCenters centers);

    /// <summary>Waits for the assignment.</summary>
    /// <param name="slot">0 or 1.</param>
    /// <param name="labels">Length n out.</param>
    /// <param name="squaredDistances">Length n out.</param>
    public abstract void Finish(int slot, Span<int> labels, Span<double> squaredDistances);

    /// <summary>Frees the device's memory.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the device's memory.</summary>
    /// <param name="disposing">Always true: nothing here needs a finalizer.</param>
    protected abstract void Dispose(bool disposing);
}
