namespace KMeans.Gpu.Tests;

public class GpuMemoryPlanTests
{
    [Fact]
    public void Rows_WithAmpleMemory_AreWhatIsWanted() => Assert.Equal(8_192, GpuMemoryPlan.Rows(80L << 30, 32, 8_192, 128, 1_000, 128, 2, 0));

    [Theory]
    [InlineData(900L << 20, 16, 0)]
    [InlineData(2L << 30, 64, 0)]
    [InlineData(300L << 20, 8, 0)]
    [InlineData(900L << 20, 12, 40L << 20)]
    public void Rows_WithLittleMemory_FitTogetherWithTheCenters(long bytes, int threads, long productBytes)
    {
        const int Features = 784;
        const int Centers = 1_000;
        var rows = GpuMemoryPlan.Rows(bytes, threads, 8_192, Features, Centers, 128, 2, productBytes);
        Assert.InRange(rows, 128, 8_191);
        Assert.Equal(0, rows % 128);

        // The slots, the centers and the product of all threads; a further tile for each would not fit any more.
        long Needed(int of) => threads * ((2L * of * ((Features * 4) + 16)) + (1_536L * (Features + 1) * 4) + productBytes);
        Assert.InRange(Needed(rows), 0, (long)(0.85 * bytes));
        Assert.True(Needed(rows + 128) > 0.85 * bytes);
    }

    [Fact]
    public void Rows_WithNoMemory_AreOneTileForTheDeviceToRefuse() => Assert.Equal(128, GpuMemoryPlan.Rows(1 << 20, 16, 8_192, 784, 10_000, 128, 2, 0));
}
