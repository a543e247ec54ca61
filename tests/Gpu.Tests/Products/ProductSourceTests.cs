using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;
using KMeans.Gpu.Products;
using KMeans.Gpu.Tests.Support;

namespace KMeans.Gpu.Tests.Products;

public class ProductSourceTests
{
    private const int Centers = ProductSource.LeastCenters;
    private const int Features = ProductSource.LeastFeatures;

    /// <summary>A device without a card. The library is looked for before anything is asked of it; it is kept for good, because nothing of it could be freed.</summary>
    private static readonly CudaAccelerator Hollow = (CudaAccelerator)RuntimeHelpers.GetUninitializedObject(typeof(CudaAccelerator));

    [Fact]
    public void IsTaken_OnADeviceThatNoLibraryIsFor_OnlyWhenAskedFor()
    {
        using var simulator = new Simulator();
        var products = simulator.Kernel.Device.Products;
        Assert.False(products.IsTaken(10 * Centers, 10 * Features));
        products.Path = ScorePath.Product;
        Assert.True(products.IsTaken(1, 1));
        Assert.Empty(simulator.Log);
    }

    [Theory]
    [InlineData(Centers, Features, true)]
    [InlineData(Centers - 1, 100 * Features, false)]
    [InlineData(100 * Centers, Features - 1, false)]
    public void IsTaken_WithALibrary_WhereThereAreEnoughCentersAndFeatures(int centers, int features, bool isTaken)
    {
        using var simulator = new Simulator();
        var (products, opened) = (simulator.Kernel.Device.Products, 0);
        products.Library = () =>
        {
            opened++;
            return new KernelProduct(simulator.Kernel.Device);
        };
        Assert.Equal(isTaken, products.IsTaken(centers, features));
        Assert.Equal(isTaken, products.IsTaken(centers, features));

        // Nothing is loaded that is not needed, and nothing twice.
        Assert.Equal(isTaken ? 1 : 0, opened);
        products.Path = ScorePath.Fused;
        Assert.False(products.IsTaken(centers, features));
        products.Path = ScorePath.Product;
        Assert.True(products.IsTaken(centers, features));
        Assert.Empty(simulator.Log);
    }

    [Theory]
    [InlineData("NVIDIA_TF32_OVERRIDE", "1", true)]
    [InlineData("NVIDIA_TF32_OVERRIDE", "0", false)]
    [InlineData("NVIDIA_TF32_OVERRIDE", "", false)]
    [InlineData("CUBLAS_EMULATE_SINGLE_PRECISION", "1", true)]
    [InlineData("CUBLAS_EMULATE_SINGLE_PRECISION", null, false)]
    public void IsTaken_WithASettingThatShortensProducts_IsNotAndSaysWhy(string setting, string? value, bool isRefused)
    {
        using var simulator = new Simulator();
        var products = simulator.Kernel.Device.Products;
        products.Library = () => isRefused ? throw new InvalidOperationException("must not be opened") : new KernelProduct(simulator.Kernel.Device);
        products.Setting = name => name == setting ? value : null;
        Assert.Equal(!isRefused, products.IsTaken(Centers, Features));
        CheckRefusal(simulator, isRefused ? $"{setting}={value}" : null);
    }

    [Fact]
    public void IsTaken_WhereTheLibraryIsNotInstalled_IsNotAndSaysSoOnce()
    {
        using var simulator = new Simulator();
        var (products, opened) = (simulator.Kernel.Device.Products, 0);
        products.Library = () =>
        {
            opened++;
            throw new DllNotFoundException("Unable to load shared library 'libcublas.so.12'");
        };
        Assert.All(Enumerable.Range(0, 3), _ => Assert.False(products.IsTaken(Centers, Features)));
        Assert.Equal(1, opened);
        CheckRefusal(simulator, "libcublas.so.12");
    }

    [Fact]
    public void IsTaken_WhereILGpuFindsNoCuBlas_IsNotAndNamesTheLibrary()
    {
        if (new[] { "libcublas.so.12", "libcublas.so.11", "libcublas.so.10", "cublas64_12", "cublas64_11", "cublas64_10" }.Any(name => NativeLibrary.TryLoad(name, out _)))
        {
            return;
        }

        using var simulator = new Simulator();
        simulator.Kernel.Device.Products.Library = () => new CuBlasProduct(Hollow);
        Assert.False(simulator.Kernel.Device.Products.IsTaken(Centers, Features));
        CheckRefusal(simulator, "cublas");
        Assert.InRange(simulator.Log[0].Length, 1, 250);
    }

    [Theory]
    [InlineData(CuBlasStatus.CUBLAS_STATUS_ALLOC_FAILED)]
    [InlineData(CuBlasStatus.CUBLAS_STATUS_NOT_INITIALIZED)]
    [InlineData(CuBlasStatus.CUBLAS_STATUS_NOT_SUPPORTED)]
    public void IsTaken_WhereTheLibraryFailsOnTheDevice_IsNotAndSaysHow(CuBlasStatus status)
    {
        using var simulator = new Simulator();
        simulator.Kernel.Device.Products.Library = () => throw new CuBlasException(status);
        Assert.False(simulator.Kernel.Device.Products.IsTaken(Centers, Features));
        CheckRefusal(simulator, status.ToString());
    }

    [Fact]
    public void IsTaken_WhereTheProductsAreShort_IsNotAndSaysWhichWas()
    {
        using var simulator = new Simulator();
        using var library = HostProduct.Of(value => (float)(Half)value);
        simulator.Kernel.Device.Products.Library = () => library;
        Assert.False(simulator.Kernel.Device.Products.IsTaken(Centers, Features));
        Assert.True(library.IsDisposed);
        CheckRefusal(simulator, "where float32 gives");
    }

    [Fact]
    public void IsTaken_WhereTheProgramFails_DoesNotHideIt()
    {
        using var simulator = new Simulator();
        simulator.Kernel.Device.Products.Library = () => throw new InvalidOperationException("a bug");
        Assert.Throws<InvalidOperationException>(() => simulator.Kernel.Device.Products.IsTaken(Centers, Features));
    }

    private static void CheckRefusal(Simulator simulator, string? reason)
    {
        if (reason is null)
        {
            Assert.Empty(simulator.Log);
            Assert.Null(simulator.Kernel.Report().ProductRefusal);
            return;
        }

        Assert.Contains(reason, simulator.Kernel.Report().ProductRefusal, StringComparison.Ordinal);
        Assert.StartsWith("gpu: cuBLAS is not used (", Assert.Single(simulator.Log), StringComparison.Ordinal);
        Assert.Equal(0, simulator.Kernel.Report().Losses);
    }
}
