using KMeans.Coordination;
using KMeans.Gpu.Products;
using KMeans.Gpu.Tests.Support;

namespace KMeans.Gpu.Tests;

public class GpuMeterTests
{
    [Fact]
    public void Measure_OnTheSimulator_GivesEveryStageAndTheirLimit()
    {
        using var simulator = new Simulator();
        using var threads = new ComputeThreads(1);
        var rates = simulator.Kernel.Measure([(20, 40)], threads, TimeSpan.FromMilliseconds(1), null, CancellationToken.None);
        Assert.Equal("ILGPU's simulator (CPU)", rates.Device);
        Assert.True(rates.PeakGflops > 0);
        Assert.True(rates.CopyGigabytesPerSecond > 0);
        var shape = Assert.Single(rates.Shapes) with { Decode = 1e7 };
        Assert.Equal((20, 40), (shape.Features, shape.Centers));
        Assert.Equal(2.0 * 20 * 40 * shape.Compute / 1e9, shape.KernelGflops, 1e-9 * shape.KernelGflops);
        Assert.Equal(shape.KernelGflops / rates.PeakGflops, shape.Share, 1e-9 * shape.Share);
        Assert.Equal(rates.CopyGigabytesPerSecond * 1e9 / 80, shape.Copy, 1e-6 * shape.Copy);
        Assert.All([shape.Host, shape.Streamed], rate => Assert.True(rate > 0));

        // A simulator computes slower than anything else here.
        Assert.Equal("compute", shape.Limit);
        Assert.Equal(shape.Compute, shape.Pipeline);
        Assert.Equal("decode", (shape with { Decode = 1 }).Limit);

        // No library is for a simulator.
        Assert.Equal((shape.KernelGflops, null, false), (shape.FusedGflops, shape.ProductGflops, shape.TakesProduct));
    }

    [Fact]
    public void Measure_WithAMatrixLibrary_GivesBothWays()
    {
        using var simulator = new Simulator();
        simulator.Kernel.Device.Products.Library = () => new KernelProduct(simulator.Kernel.Device);
        using var threads = new ComputeThreads(1);
        foreach (var path in (ScorePath[])[ScorePath.Auto, ScorePath.Product])
        {
            simulator.Kernel.Device.Products.Path = path;
            var shape = Assert.Single(simulator.Kernel.Measure([(20, 40)], threads, TimeSpan.FromMilliseconds(1), null, CancellationToken.None).Shapes);
            Assert.True(shape.FusedGflops > 0);
            Assert.True(shape.ProductGflops > 0);
            Assert.Equal(path == ScorePath.Product, shape.TakesProduct);
            Assert.Equal(shape.TakesProduct ? shape.ProductGflops : shape.FusedGflops, shape.KernelGflops);
        }
    }
}
