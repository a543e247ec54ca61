using KMeans.Coordination;
using KMeans.Kernels;
using KMeans.Metrics;

namespace KMeans.Tests.Support;

/// <summary>A device on a virtual clock: a copy engine and a processor, each of which does one thing after another, as slow as a test wants. Labels come from the CPU.</summary>
/// <param name="copySeconds">For a batch's rows.</param>
/// <param name="computeSeconds">For its assignment.</param>
internal sealed class TimedDevice(double copySeconds, double computeSeconds) : IDeviceKernel
{
    private double copyFree;
    private double computeFree;

    /// <summary>The clock of the thread that drives the device; it moves when that thread waits.</summary>
    public double Now { get; private set; }

    /// <summary>Batches that went through.</summary>
    public int Batches { get; private set; }

    public string Name => "timed";

    public IAssignmentKernel Host => AssignmentKernels.Best;

    public int TileValues => 1 << 12;

    public PackedCenters Pack(ReadOnlySpan<double> centers, int centerCount, int featureCount, PackedCenters? reuse = null) => Host.Pack(centers, centerCount, featureCount, reuse);

    public KernelWorkspace CreateWorkspace() => throw new NotSupportedException();

    public DeviceWorkspace CreateWorkspace(int rowCapacity, int featureCount, int centerCount) => new Workspace(this);

    public void Assign(ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, Span<int> labels, Span<double> squaredDistances, KernelWorkspace workspace) =>
        throw new NotSupportedException();

    public DeviceRates Measure(IReadOnlyList<(int Features, int Centers)> shapes, ComputeThreads threads, TimeSpan time, Action<string>? advanced, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public DeviceReport Report() => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Workspace(TimedDevice device) : DeviceWorkspace
    {
        private readonly KernelWorkspace host = device.Host.CreateWorkspace();
        private readonly float[][] samples = new float[SlotCount][];
        private readonly int[] counts = new int[SlotCount];
        private readonly double[] copied = new double[SlotCount];
        private readonly bool[] isBusy = new bool[SlotCount];
        private PackedCenters? centers;
        private double computed;
        private int running = -1;

        public override void Attach(int slot, float[] samples) => this.samples[slot] = samples;

        public override void Stage(int slot, int sampleCount)
        {
            Assert.False(isBusy[slot], "Rows that the device has not let go of were overwritten.");
            isBusy[slot] = true;
            counts[slot] = sampleCount;
            copied[slot] = device.copyFree = Math.Max(device.Now, device.copyFree) + device.CopySeconds;
        }

        public override void Begin(int slot, PackedCenters centers)
        {
            Assert.Equal(-1, running);
            Assert.True(isBusy[slot], "Rows that were not sent were to be assigned.");
            (running, this.centers) = (slot, centers);
            computed = device.computeFree = Math.Max(Math.Max(device.Now, copied[slot]), device.computeFree) + device.ComputeSeconds;
        }

        public override void Finish(int slot, Span<int> labels, Span<double> squaredDistances)
        {
            Assert.Equal(slot, running);
            device.Now = Math.Max(device.Now, computed);
            device.Host.Assign(samples[slot], counts[slot], centers!, labels, squaredDistances, host);
            NearTies = host.NearTies;
            device.Batches++;
            DeviceRows += counts[slot];
            isBusy[slot] = false;
            running = -1;
        }

        protected override void Dispose(bool disposing)
        {
        }
    }

    private double CopySeconds => copySeconds;

    private double ComputeSeconds => computeSeconds;
}
