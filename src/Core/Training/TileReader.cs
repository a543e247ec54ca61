using System.Diagnostics;
using System.Runtime.InteropServices;
using KMeans.Coordination;
using KMeans.Input;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Reads the tiles of a partition and has them assigned. With a device it is one tile ahead: while the device works on one, the next is read and sent.</summary>
/// <remarks>
/// Reading does not depend on the centers, so it may run ahead of them, over the end of a mini-batch too; assigning waits for them. Tiles, their order and their content hash are the same either way.
/// </remarks>
internal sealed class TileReader : IDisposable
{
    private readonly PassContext context;
    private readonly SampleBatch[] batches;
    private readonly KernelWorkspace workspace;
    private readonly DeviceWorkspace? device;
    private readonly ContentHash contentHash = new();
    private readonly ContentHash weightHash = new();
    private PartitionReader? reader;
    private int slot;
    private int nextSize;
    private int left;
    private bool isAhead;
    private bool isAheadOfMiniBatch;
    private bool isOver;

    /// <summary>Creates one for a thread.</summary>
    /// <param name="context">What every partition is given.</param>
    public TileReader(PassContext context)
    {
        this.context = context;
        Capacity = Math.Clamp(context.TileValues / context.FeatureCount, 16, 8192);
        device = (context.Kernel as IDeviceKernel)?.CreateWorkspace(Capacity, context.FeatureCount, context.Broadcast.Count);
        workspace = device ?? context.Kernel.CreateWorkspace();
        batches = new SampleBatch[device is null ? 1 : DeviceWorkspace.SlotCount];
        for (var i = 0; i < batches.Length; i++)
        {
            batches[i] = new SampleBatch(Capacity, context.FeatureCount, context.Input.IsWeighted);
            device?.Attach(i, batches[i].Rows.Samples);
        }
    }

    /// <summary>The most rows of a tile.</summary>
    public int Capacity { get; }

    /// <summary>The tile that was read last.</summary>
    public SampleBatch Tile => batches[slot];

    /// <summary>Time spent reading and decoding since creation.</summary>
    public TimeSpan ReadTime { get; private set; }

    /// <summary>Rows that doubles decided since creation.</summary>
    public long NearTies => workspace.NearTies;

    /// <summary>
    /// The content hash of the partition: of its rows' float32 values as they were read, transformed and filled, skipped rows as zeros; the weights of a weighted input
    /// are hashed beside them and mixed in. It depends on the rows and the transform, not on how they were cut into batches.
    /// </summary>
    public ulong ContentHash => context.Input.IsWeighted ? contentHash.Value ^ System.Numerics.BitOperations.RotateLeft(weightHash.Value, 1) : contentHash.Value;

    /// <summary>The bytes that it covers.</summary>
    public long ContentBytes { get; private set; }

    /// <summary>Rows that a device labelled, and rows that the CPU had to take over from it, since creation.</summary>
    public (long Device, long Host) DeviceRows => device is null ? (0, 0) : (device.DeviceRows, device.HostRows);

    /// <summary>Begins a partition.</summary>
    /// <param name="partition">The reader of its rows; not disposed here.</param>
    public void Open(PartitionReader partition)
    {
        reader = partition;
        contentHash.Reset();
        weightHash.Reset();
        ContentBytes = 0;
        nextSize = context.FirstMiniBatchSize;
        (isAhead, isAheadOfMiniBatch, isOver) = (false, false, false);
    }

    /// <summary>Begins a mini-batch: tiles do not cross its end. The first may be small, and each has twice the rows of the one before, up to <see cref="PassRules.MiniBatchSize"/>.</summary>
    public void BeginMiniBatch()
    {
        // What was read ahead belongs to it.
        left = nextSize - (isAhead ? batches[slot ^ 1].Count : 0);
        nextSize = (int)Math.Min(2L * nextSize, context.MiniBatchSize);
        isAheadOfMiniBatch = false;
    }

    /// <summary>Reads the next tile of the mini-batch, or takes the one that was read ahead.</summary>
    /// <returns>False at the end of the mini-batch or of the partition; <see cref="IsOver"/> tells which.</returns>
    public bool Next()
    {
        if (isAhead && !isAheadOfMiniBatch)
        {
            isAhead = false;
            slot ^= 1;
            return true;
        }

        if (left == 0 || isOver || !Read(slot, left))
        {
            return false;
        }

        left -= Tile.Count;
        return true;
    }

    /// <summary>Whether the partition has no more rows.</summary>
    public bool IsOver => isOver && !isAhead;

    /// <summary>Assigns the tile.</summary>
    /// <param name="centers">Packed by the context's kernel.</param>
    /// <param name="labels">Length n out.</param>
    /// <param name="squaredDistances">Length n out.</param>
    public void Assign(PackedCenters centers, Span<int> labels, Span<double> squaredDistances)
    {
        var batch = Tile;
        if (device is null)
        {
            context.Kernel.Assign(batch.Samples, batch.Count, centers, labels, squaredDistances, workspace);
            return;
        }

        device.Begin(slot, centers);
        try
        {
            ReadAhead();
        }
        finally
        {
            // Whatever reading says, the device must have let go of the tile.
            device.Finish(slot, labels, squaredDistances);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => device?.Dispose();

    /// <summary>Reads the next tile into the other slot: of this mini-batch where it has rows left, else of the next.</summary>
    private void ReadAhead()
    {
        if (isOver)
        {
            return;
        }

        isAheadOfMiniBatch = left == 0;
        isAhead = Read(slot ^ 1, isAheadOfMiniBatch ? nextSize : left);
        if (isAhead && !isAheadOfMiniBatch)
        {
            left -= batches[slot ^ 1].Count;
        }
    }

    private bool Read(int into, int maxRows)
    {
        var batch = batches[into];
        var start = Stopwatch.GetTimestamp();
        var more = reader!.Read(batch, maxRows);
        ReadTime += Stopwatch.GetElapsedTime(start);
        isOver = !more;
        if (more)
        {
            device?.Stage(into, batch.Count);
            Hash(batch);
        }

        return more;
    }

    /// <summary>While the tile is in the second-level cache.</summary>
    private void Hash(SampleBatch batch)
    {
        var bytes = MemoryMarshal.AsBytes(batch.Samples);
        contentHash.Append(bytes);
        ContentBytes += bytes.Length;
        if (context.Input.IsWeighted)
        {
            bytes = MemoryMarshal.AsBytes(batch.SampleWeights);
            weightHash.Append(bytes);
            ContentBytes += bytes.Length;
        }
    }
}
