namespace KMeans.Gpu.Kernels;

/// <summary>The shape of a group's work, known when the kernel is compiled: a group has Side x Side threads, each of which has 8 rows x 8 centers in registers.</summary>
internal interface ITile
{
    /// <summary>Threads along the rows, and along the centers.</summary>
    int Side { get; }

    /// <summary>Features that are in shared memory at a time.</summary>
    int Depth { get; }

    /// <summary>Rows of a group where it looks through products instead, a multiple of the side.</summary>
    int ScanRows { get; }
}

/// <summary>For GPUs: 256 threads take 128 rows x 128 centers, 8 features at a time.</summary>
/// <remarks>
/// A step is 64 KiB of multiply-adds a thread row: 8 x 64 a thread for 4 values that it fetches from rows and from centers each. 44 KiB of shared memory; up to 128 registers a thread let two groups share a multiprocessor.
/// </remarks>
internal readonly struct DeviceTile : ITile
{
    /// <summary>Rows, and centers, of a group.</summary>
    public const int Size = RegisterBlock.Size * 16;

    /// <summary>Threads of a group.</summary>
    public const int ThreadCount = 16 * 16;

    /// <inheritdoc/>
    public int Side => 16;

    /// <inheritdoc/>
    public int Depth => 8;

    /// <inheritdoc/>
    public int ScanRows => 16;
}

/// <summary>For ILGPU's simulator, whose threads are the system's and whose barriers cost tens of microseconds: 16 threads take 32 x 32, 32 features at a time.</summary>
internal readonly struct SimulatorTile : ITile
{
    /// <summary>Rows, and centers, of a group.</summary>
    public const int Size = RegisterBlock.Size * 4;

    /// <summary>Threads of a group.</summary>
    public const int ThreadCount = 4 * 4;

    /// <inheritdoc/>
    public int Side => 4;

    /// <inheritdoc/>
    public int Depth => 32;

    /// <inheritdoc/>
    public int ScanRows => 64;
}
