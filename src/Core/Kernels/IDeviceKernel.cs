using KMeans.Coordination;
using KMeans.Metrics;

namespace KMeans.Kernels;

/// <summary>A kernel whose O(n K d) work runs on a device with memory of its own. Rows travel there while the device works on others.</summary>
/// <remarks>
/// Its labels and squared distances are those of every other kernel: the device only proposes, the error bound says what is proven, and the CPU decides the rest. A device that
/// is lost costs speed and nothing else: its rows go to <see cref="Host"/>.
/// </remarks>
public interface IDeviceKernel : IAssignmentKernel, IDisposable
{
    /// <summary>The CPU's kernel: for what the device cannot prove, for all rows once it is lost, and for work that is not streamed.</summary>
    IAssignmentKernel Host { get; }

    /// <summary>Values of rows that a thread should send at once.</summary>
    int TileValues { get; }

    /// <summary>Creates what one thread needs to stream rows to the device, in memory that was planned for it.</summary>
    /// <param name="rowCapacity">The most rows of a batch.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="centerCount">K, as far as it is known; it may grow.</param>
    /// <returns>To be disposed.</returns>
    DeviceWorkspace CreateWorkspace(int rowCapacity, int featureCount, int centerCount);

    /// <summary>Measures the device.</summary>
    /// <param name="shapes">(d, K) of each shape.</param>
    /// <param name="threads">Threads that stream to it.</param>
    /// <param name="time">How long each figure is measured.</param>
    /// <param name="advanced">Told what is measured next, or null.</param>
    /// <param name="cancellation">Stops between two shapes.</param>
    /// <returns>The rates, without those of decoding.</returns>
    DeviceRates Measure(IReadOnlyList<(int Features, int Centers)> shapes, ComputeThreads threads, TimeSpan time, Action<string>? advanced, CancellationToken cancellation);

    /// <summary>What the device did until now.</summary>
    /// <returns>The counts.</returns>
    DeviceReport Report();
}

/// <summary>What a device did. Written into the training's report.</summary>
/// <param name="Device">Its name, and how it is reached: "NVIDIA H100 PCIe (CUDA)".</param>
/// <param name="Rows">Rows that it labelled, or proposed labels for.</param>
/// <param name="HostRows">Rows that the CPU's kernel had to take over whole.</param>
/// <param name="Batches">Batches that it was sent.</param>
/// <param name="SmallerTiles">Times that its memory did not suffice, so that a thread went on with smaller tiles.</param>
/// <param name="Losses">1 where it was lost.</param>
/// <param name="LossReason">What it was lost by, or null.</param>
public sealed record DeviceReport(string Device, long Rows, long HostRows, long Batches, int SmallerTiles, int Losses, string? LossReason)
{
    /// <summary>Of <see cref="Rows"/> those whose scores a matrix library made, where there are enough centers and features for it.</summary>
    public long ProductRows { get; init; }

    /// <summary>Why the library was not used where it would have been, or null.</summary>
    public string? ProductRefusal { get; init; }
}
