using KMeans.Coordination;
using KMeans.Gpu.Products;
using KMeans.Gpu.Tests.Support;
using KMeans.Kernels;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Gpu.Tests;

public sealed class FingerprintTests : IDisposable
{
    private const int Partitions = 12;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("kmeans-gpu-");

    public FingerprintTests() => Backends.Register(new GpuBackend());

    public void Dispose() => folder.Delete(recursive: true);

    [PrerequisiteTheory(Prerequisite.Mnist)]
    [InlineData(10, "cpu")]
    [InlineData(100, "cpu")]
    [InlineData(10, "cpu+product")]
    [InlineData(100, "cpu+product")]
    public void Train_OnMnist_GivesTheFingerprintOfTheCpu(int k, string device) => Compare("mnist", k, streams: true, device);

    [Theory]
    [InlineData("gauss10", 50, true)]
    [InlineData("gauss10", 50, false)]
    [InlineData("offset", 20, true)]
    [InlineData("offset", 20, false)]
    [InlineData("offset", 20, true, "cpu+product")]
    public void Train_OnMixtures_GivesTheFingerprintOfTheCpu(string set, int k, bool streams, string device = "cpu") => Compare(set, k, streams, device);

    [Fact]
    public void Train_OnOneCpuAndOneDevice_GivesTheFingerprintOfTheCpu()
    {
        var expected = Run(new MixedFleet(AssignmentKernels.Best));
        using var simulator = new Simulator();
        var actual = Run(new MixedFleet(simulator.Kernel, AssignmentKernels.Best));
        Assert.Equal(expected.Report.Fingerprint, actual.Report.Fingerprint);
        Assert.Equal(expected.Report.Ledger.Hash, actual.Report.Ledger.Hash);
        Assert.Equal(expected.Report.MsdBound, actual.Report.MsdBound);

        // The ledger says who did what.
        Assert.Equal(Partitions, actual.Report.Backends.Values.Sum());
        Assert.Equal(["gpu", AssignmentKernels.Best.Name], actual.Report.Backends.Keys);
        Assert.All(actual.Ledger, entry => Assert.Equal(entry.Instance == "gpu-0" ? "gpu" : AssignmentKernels.Best.Name, entry.Backend));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Train_WithADeviceThatIsLostHalfWay_GivesTheFingerprintOfTheCpu(bool byProduct)
    {
        var path = byProduct ? ScorePath.Product : ScorePath.Fused;
        var expected = Run(new MixedFleet(AssignmentKernels.Best));
        using var healthy = new Simulator(path: path);
        healthy.Fail((_, _) => null);
        Assert.Equal(expected.Report.Fingerprint, Run(new MixedFleet(healthy.Kernel)).Report.Fingerprint);
        using var simulator = new Simulator(path: path);
        simulator.Fail((_, before) => before >= healthy.Calls / 2 ? Simulator.Gone : null);
        var actual = Run(new MixedFleet(simulator.Kernel));
        Assert.Equal(expected.Report.Fingerprint, actual.Report.Fingerprint);

        // Counted where rows are, and where partitions are: some on the device, some after it.
        var counts = simulator.Kernel.Report();
        Assert.Equal(1, counts.Losses);
        Assert.InRange(counts.Rows, 1, actual.Report.Rows - 1);
        Assert.Equal(actual.Report.Rows, counts.Rows + counts.HostRows);
        Assert.Equal(byProduct ? counts.Rows : 0, counts.ProductRows);
        Assert.InRange(actual.Report.Backends["gpu"], 1, Partitions - 1);
        Assert.InRange(actual.Report.Backends[AssignmentKernels.Best.Name], 1, Partitions - 1);
        Assert.Contains("was lost", Assert.Single(simulator.Log), StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithADevice_SaysWhatItDid()
    {
        var (samples, featureCount) = RowSets.Get("gauss10");
        var report = Trainer.Train(samples, featureCount, new TrainingOptions { ClusterCount = 50, Backend = "gpu:cpu", Epochs = 2, RowBudget = 0, Threads = 1, MeasuresQuality = false }).Report;
        Assert.Equal("gpu", report.Backend);
        Assert.Equal(new DeviceReport("ILGPU's simulator (CPU)", 2 * report.Rows, 0, 2, 0, 0, null), report.Device);
    }

    private static void Compare(string set, int k, bool streams, string device)
    {
        var (samples, featureCount) = RowSets.Get(set);
        var options = new TrainingOptions { ClusterCount = k, RowBudget = streams ? 0 : 64L << 20, Threads = 1, MeasuresQuality = false };
        var expected = Trainer.Train(samples, featureCount, options).Report;
        var actual = Trainer.Train(samples, featureCount, options with { Backend = $"gpu:{device}" }).Report;
        Assert.Equal(expected.Fingerprint, actual.Fingerprint);
        Assert.Equal(expected.Ssd, actual.Ssd);
        Assert.Equal(expected.MsdBound, actual.MsdBound);
        Assert.Equal((streams ? "stream" : "rows", "gpu"), (actual.Mode, actual.Backend));
        Assert.Equal((actual.Rows, 0L), (actual.Device!.Rows, actual.Device.HostRows));
        Assert.Equal(device == "cpu" ? 0 : actual.Rows, actual.Device.ProductRows);
    }

    private TrainingResult Run(MixedFleet fleet)
    {
        using (fleet)
        {
            using var input = RowSets.InFiles(folder.FullName, Partitions);
            Assert.Equal(Partitions, input.Partitions.Count);
            var options = new TrainingOptions { ClusterCount = 9, RowBudget = 0, MiniBatchSize = 60, Threads = 1, MeasuresQuality = false };
            return TrainingJob.Run(input, options, null, null, CancellationToken.None, fleet);
        }
    }
}
