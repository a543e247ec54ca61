using KMeans.Gpu.Products;
using KMeans.Gpu.Tests.Support;

namespace KMeans.Gpu.Tests.Products;

public class ProductProbeTests(SharedDevice shared) : IClassFixture<SharedDevice>
{
    [Fact]
    public void Fault_OfThePlainKernel_IsNone()
    {
        using var product = new KernelProduct(shared.Device);
        Assert.Null(ProductProbe.Fault(shared.Device, product));
    }

    [Theory]
    [InlineData(10)] // TF32, float16
    [InlineData(7)] // bfloat16
    public void Fault_OfFactorsWithFewerBits_SaysWhatIsWrong(int bits)
    {
        // Rounded to the nearest, as tensor cores' inputs are.
        var unit = 1 << (23 - bits);
        Check(HostProduct.Of(value => BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(value) + (unit / 2)) & -unit)));
    }

    [Fact]
    public void Fault_OfProductsInAnotherOrder_SaysWhatIsWrong() => Check(new HostProduct((shape, samples, weights) =>
    {
        var products = HostProduct.Exact(shape, samples, weights);
        return [.. Enumerable.Range(0, products.Length).Select(i => products[(i % shape.SampleCount * shape.CenterCount) + (i / shape.SampleCount)])];
    }));

    [Fact]
    public void Fault_OfWhatIsNoNumber_SaysWhatIsWrong() => Check(HostProduct.Of(_ => float.NaN));

    private void Check(HostProduct product) => Assert.Contains("where float32 gives", ProductProbe.Fault(shared.Device, product), StringComparison.Ordinal);
}
