using ILGPU.Runtime.Cuda;
using KMeans.Gpu.Products;
using KMeans.Gpu.Tests.Support;
using KMeans.Kernels;
using KMeans.Tests.Kernels;

namespace KMeans.Gpu.Tests;

public class GpuWorkspaceTests
{
    private const int FeatureCount = 5;
    private const int CenterCount = 40;
    private const int RowCount = 500;
    private const int Batches = 4;

    private static readonly float[] Samples = AssignmentContract.Uniform(new Random(1), Batches * RowCount * FeatureCount);
    private static readonly double[] Centers = AssignmentContract.UniformCenters(new Random(2), CenterCount * FeatureCount);

    [Fact]
    public void Finish_WithAHealthyDevice_TakesEveryRowThere()
    {
        using var simulator = new Simulator();
        var (device, host) = Run(simulator);
        Assert.Equal((Batches * RowCount, 0), (device, host));
        Assert.Equal(new DeviceReport("ILGPU's simulator (CPU)", Batches * RowCount, 0, Batches, 0, 0, null), simulator.Kernel.Report());
        Assert.Empty(simulator.Log);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Finish_WhenTheDeviceIsLostAtAnyCall_GivesTheSameLabels(bool byProduct)
    {
        var path = byProduct ? ScorePath.Product : ScorePath.Fused;
        using var healthy = new Simulator(path: path);
        healthy.Fail((_, _) => null);
        Run(healthy);
        Assert.InRange(healthy.Calls, 15, 60);
        for (var lostAt = 0; lostAt < healthy.Calls; lostAt += byProduct ? 3 : 1)
        {
            using var simulator = new Simulator(path: path);
            simulator.Fail((_, before) => before >= lostAt ? Simulator.Gone : null);
            var (device, host) = Run(simulator);
            Assert.Equal(Batches * RowCount, device + host);
            Assert.True(host > 0, "A device that is lost leaves rows.");
            var report = simulator.Kernel.Report();
            Assert.Equal((1, host), (report.Losses, report.HostRows));
            Assert.NotNull(report.LossReason);
            Assert.Contains("was lost", Assert.Single(simulator.Log), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Finish_WhenMemoryRunsOutOnceAtAnyCall_GoesOnWithSmallerTilesAndGivesTheSameLabels(bool byProduct)
    {
        for (var at = byProduct ? 1 : 0; at < 20; at += byProduct ? 2 : 1)
        {
            using var simulator = new Simulator(path: byProduct ? ScorePath.Product : ScorePath.Fused);
            simulator.Fail((_, before) => before == at ? Simulator.OutOfMemory : null);
            var (device, host) = Run(simulator);
            Assert.Equal((Batches * RowCount, 0), (device, host));
            Assert.Equal((1, 0), (simulator.Kernel.Report().SmallerTiles, simulator.Kernel.Report().Losses));
            Assert.Contains($"allows tiles of {RowCount / 2} rows instead of {RowCount}", Assert.Single(simulator.Log), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Finish_WhenNoMemoryIsLeft_LeavesAllRowsToTheCpu()
    {
        using var simulator = new Simulator();
        simulator.Fail((call, _) => call == DeviceCall.Allocate ? Simulator.OutOfMemory : null);
        var (device, host) = Run(simulator);
        Assert.Equal((0, Batches * RowCount), (device, host));
        Assert.Equal(0, simulator.Kernel.Report().Losses);
        Assert.Contains("does not suffice", Assert.Single(simulator.Log), StringComparison.Ordinal);
    }

    [Fact]
    public void Finish_WhenMoreCentersAreOpenedThanFit_ShrinksTheTilesThatWait()
    {
        // The second packing has many more centers; taking memory for them fails once, while the next rows are on their way.
        using var simulator = new Simulator();
        using var workspace = simulator.Kernel.CreateWorkspace(RowCount, FeatureCount, CenterCount);
        var slots = Attach(workspace);
        var many = AssignmentContract.UniformCenters(new Random(3), 20 * CenterCount * FeatureCount);
        var failed = false;
        simulator.Fail((call, _) => call == DeviceCall.Allocate && !failed && (failed = true) ? Simulator.OutOfMemory : null);
        Fill(slots[0], 0);
        workspace.Stage(0, RowCount);
        Fill(slots[1], 1);
        workspace.Stage(1, RowCount);
        var packed = simulator.Kernel.Pack(many, 20 * CenterCount, FeatureCount);
        for (var batch = 0; batch < 2; batch++)
        {
            workspace.Begin(batch, packed);
            Check(workspace, batch, batch, many);
        }

        Assert.True(failed);
        Assert.Equal(2 * RowCount, workspace.DeviceRows);
    }

    [Fact]
    public void Finish_WhenTheLibraryFails_LeavesRowsToTheCpuUntilCentersArePackedForTheFusedKernel()
    {
        using var simulator = new Simulator(path: ScorePath.Product);
        var launches = 0;
        simulator.Fail((call, _) => call == DeviceCall.Launch && ++launches == 4 ? new CuBlasException(CuBlasStatus.CUBLAS_STATUS_EXECUTION_FAILED) : null);

        // Two tiles of rows a batch: it is the second batch that fails.
        var (device, host) = Run(simulator);

        // The device itself is as good as before: one batch goes to the CPU, and those after it to the fused kernel.
        Assert.Equal(((Batches - 1) * RowCount, RowCount), (device, host));
        var report = simulator.Kernel.Report();
        Assert.Equal(nameof(CuBlasStatus.CUBLAS_STATUS_EXECUTION_FAILED), report.ProductRefusal);
        Assert.Equal(RowCount, report.ProductRows);
        Assert.Equal(0, report.Losses);
        Assert.Contains("cuBLAS is not used", Assert.Single(simulator.Log), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Finish_WhenTheLibraryFailsAndCentersArePackedOnce_LeavesAllRowsToTheCpu(bool inPieces)
    {
        using var simulator = new Simulator(path: ScorePath.Product);
        simulator.Fail((call, before) => call == DeviceCall.Launch ? new CuBlasException(CuBlasStatus.CUBLAS_STATUS_INTERNAL_ERROR) : inPieces && before == 0 ? Simulator.OutOfMemory : null);
        using var workspace = simulator.Kernel.CreateWorkspace(RowCount, FeatureCount, CenterCount);
        var slots = Attach(workspace);
        var packed = simulator.Kernel.Pack(Centers, CenterCount, FeatureCount);
        for (var batch = 0; batch < Batches; batch++)
        {
            Fill(slots[batch % 2], batch);
            workspace.Stage(batch % 2, RowCount);
            workspace.Begin(batch % 2, packed);
            Check(workspace, batch % 2, batch, Centers);
        }

        Assert.Equal((0, Batches * RowCount), (workspace.DeviceRows, workspace.HostRows));
        Assert.Single(simulator.Log, line => line.Contains("cuBLAS is not used (CUBLAS_STATUS_INTERNAL_ERROR)", StringComparison.Ordinal));

        Assert.Equal(0, simulator.Kernel.Report().ProductRows);
    }

    [Fact]
    public void Finish_OfAnErrorOfTheProgram_DoesNotHideIt()
    {
        using var simulator = new Simulator();
        simulator.Fail((call, _) => call == DeviceCall.Launch ? new InvalidOperationException("a bug") : null);
        Assert.Throws<InvalidOperationException>(() => Run(simulator));
    }

    /// <summary>Streams the batches as training does, two slots in turn and the next rows sent while one is assigned, and checks every label. Returns who took the rows.</summary>
    private static (long Device, long Host) Run(Simulator simulator)
    {
        using var workspace = simulator.Kernel.CreateWorkspace(RowCount, FeatureCount, CenterCount);
        var slots = Attach(workspace);
        Fill(slots[0], 0);
        workspace.Stage(0, RowCount);
        PackedCenters? packed = null;
        for (var batch = 0; batch < Batches; batch++)
        {
            packed = simulator.Kernel.Pack(Centers, CenterCount, FeatureCount, packed);
            workspace.Begin(batch % 2, packed);
            if (batch + 1 < Batches)
            {
                Fill(slots[(batch + 1) % 2], batch + 1);
                workspace.Stage((batch + 1) % 2, RowCount);
            }

            Check(workspace, batch % 2, batch, Centers);
        }

        return (workspace.DeviceRows, workspace.HostRows);
    }

    private static float[][] Attach(DeviceWorkspace workspace)
    {
        float[][] slots = [GC.AllocateUninitializedArray<float>(RowCount * FeatureCount, pinned: true), GC.AllocateUninitializedArray<float>(RowCount * FeatureCount, pinned: true)];
        workspace.Attach(0, slots[0]);
        workspace.Attach(1, slots[1]);
        return slots;
    }

    private static void Fill(float[] slot, int batch) => Samples.AsSpan(batch * slot.Length, slot.Length).CopyTo(slot);

    private static void Check(DeviceWorkspace workspace, int slot, int batch, double[] centers)
    {
        var scalar = new ScalarKernel();
        var (labels, expectedLabels) = (new int[RowCount], new int[RowCount]);
        var (squaredDistances, expectedSquaredDistances) = (new double[RowCount], new double[RowCount]);
        workspace.Finish(slot, labels, squaredDistances);
        scalar.Assign(
            Samples.AsSpan(batch * RowCount * FeatureCount, RowCount * FeatureCount), RowCount, scalar.Pack(centers, centers.Length / FeatureCount, FeatureCount), expectedLabels, expectedSquaredDistances,
            scalar.CreateWorkspace());
        Assert.Equal(expectedLabels, labels);
        Assert.Equal(expectedSquaredDistances, squaredDistances);
    }
}
