using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;
using KMeans.Gpu.Products;
using KMeans.Gpu.Tests.Support;

namespace KMeans.Gpu.Tests.Products;

public class ProductSourceTests : IClassFixture<SharedDevice>
{
    private const int Centers = ProductSource.LeastCenters;
    private const int Features = ProductSource.LeastFeatures;

    /// <summary>A device without a card. The library is looked for before anything is asked of it; it is kept for good, because nothing of it could be freed.</summary>
    private static readonly CudaAccelerator Hollow = (CudaAccelerator)RuntimeHelpers.GetUninitializedObject(typeof(CudaAccelerator));

    private readonly List<string> log = [];
    private readonly GpuDevice device;
    private readonly ProductSource products;

    public ProductSourceTests(SharedDevice shared)
    {
        device = shared.Device;
        products = new ProductSource(device) { Log = log.Add, Setting = _ => null };
    }

    [Fact]
    public void IsTaken_OnADeviceThatNoLibraryIsFor_OnlyWhenAskedFor()
    {
        Assert.False(products.IsTaken(10 * Centers, 10 * Features));
        products.Path = ScorePath.Product;
        Assert.True(products.IsTaken(1, 1));
        Assert.Empty(log);
    }

    [Theory]
    [InlineData(Centers, Features, true)]
    [InlineData(Centers - 1, 100 * Features, false)]
    [InlineData(100 * Centers, Features - 1, false)]
    public void IsTaken_WithALibrary_WhereThereAreEnoughCentersAndFeatures(int centers, int features, bool isTaken)
    {
        var opened = 0;
        products.Library = () =>
        {
            opened++;
            return new KernelProduct(device);
        };
        Assert.Equal(isTaken, products.IsTaken(centers, features));
        Assert.Equal(isTaken, products.IsTaken(centers, features));

        // Nothing is loaded that is not needed, and nothing twice.
        Assert.Equal(isTaken ? 1 : 0, opened);
        products.Path = ScorePath.Fused;
        Assert.False(products.IsTaken(centers, features));
        products.Path = ScorePath.Product;
        Assert.True(products.IsTaken(centers, features));
        Assert.Equal(1, opened);
        Assert.Empty(log);
    }

    [Theory]
    [InlineData("NVIDIA_TF32_OVERRIDE", "1", true)]
    [InlineData("NVIDIA_TF32_OVERRIDE", "0", false)]
    [InlineData("NVIDIA_TF32_OVERRIDE", "", false)]
    [InlineData("CUBLAS_EMULATE_SINGLE_PRECISION", "1", true)]
    [InlineData("CUBLAS_EMULATE_SINGLE_PRECISION", null, false)]
    public void IsTaken_WithASettingThatShortensProducts_IsNotAndSaysWhy(string setting, string? value, bool isRefused)
    {
        products.Library = () => isRefused ? throw new InvalidOperationException("must not be opened") : new KernelProduct(device);
        products.Setting = name => name == setting ? value : null;
        Check(isRefused ? $"{setting}={value}" : null);
    }

    [Fact]
    public void IsTaken_WhereTheLibraryIsNotInstalled_IsNotAndSaysSoOnce()
    {
        var opened = 0;
        products.Library = () =>
        {
            opened++;
            throw new DllNotFoundException("Unable to load shared library 'libcublas.so.12' or one of its dependencies. A dozen places follow.");
        };
        Check("libcublas.so.12");
        Check("dependencies");
        products.Path = ScorePath.Product;
        Check("dependencies");
        Assert.Equal(1, opened);
    }

    [Fact]
    public void IsTaken_WhereILGpuFindsNoCuBlas_IsNotAndNamesTheLibrary()
    {
        if (new[] { "libcublas.so.12", "libcublas.so.11", "libcublas.so.10", "cublas64_12", "cublas64_11", "cublas64_10" }.Any(name => NativeLibrary.TryLoad(name, out _)))
        {
            return;
        }

        products.Library = () => new CuBlasProduct(Hollow);
        Check("cublas");
        Assert.InRange(log[0].Length, 1, 250);
    }

    [Theory]
    [InlineData(CuBlasStatus.CUBLAS_STATUS_ALLOC_FAILED)]
    [InlineData(CuBlasStatus.CUBLAS_STATUS_NOT_INITIALIZED)]
    [InlineData(CuBlasStatus.CUBLAS_STATUS_NOT_SUPPORTED)]
    public void IsTaken_WhereTheLibraryFailsOnTheDevice_IsNotAndSaysHow(CuBlasStatus status)
    {
        products.Library = () => throw new CuBlasException(status);
        Check(status.ToString());
    }

    [Fact]
    public void IsTaken_WhereTheProductsAreShort_IsNotAndSaysWhichWas()
    {
        using var library = HostProduct.Of(value => (float)(Half)value);
        products.Library = () => library;
        Check("where float32 gives");
        Assert.True(library.IsDisposed);
    }

    [Fact]
    public void IsTaken_WhereTheProgramFails_DoesNotHideIt()
    {
        products.Library = () => throw new InvalidOperationException("a bug");
        Assert.Throws<InvalidOperationException>(() => products.IsTaken(Centers, Features));
        Assert.Throws<InvalidOperationException>(() => products.IsTaken(Centers, Features));
    }

    /// <summary>Asks, and looks for the reason in the report and in the only line that was logged; null for none.</summary>
    private void Check(string? reason)
    {
        Assert.Equal(reason is null, products.IsTaken(Centers, Features));
        if (reason is null)
        {
            Assert.Empty(log);
            Assert.Null(products.Refusal);
            return;
        }

        Assert.Contains(reason, products.Refusal, StringComparison.Ordinal);
        Assert.StartsWith("gpu: cuBLAS is not used (", Assert.Single(log), StringComparison.Ordinal);
    }
}
