using ILGPU;
using ILGPU.Runtime;
using KMeans.Gpu.Products;

namespace KMeans.Gpu.Tests.Support;

/// <summary>A matrix library to test with: multiplies on the host, in whatever way a test wants it to be wrong.</summary>
/// <param name="multiply">Given the shape, rows and weights: the products, row-major (n, K).</param>
internal sealed class HostProduct(Func<ProductShape, float[], float[], float[]> multiply) : IMatrixProduct
{
    public bool IsDisposed { get; private set; }

    /// <summary>One whose factors are changed first.</summary>
    public static HostProduct Of(Func<float, float> change) => new((shape, samples, weights) => Exact(shape, Array.ConvertAll(samples, value => change(value)), Array.ConvertAll(weights, value => change(value))));

    /// <summary>The products as their formula says, in float32.</summary>
    public static float[] Exact(ProductShape shape, float[] samples, float[] weights)
    {
        var products = new float[shape.SampleCount * shape.CenterCount];
        for (var i = 0; i < products.Length; i++)
        {
            var (row, center) = (i / shape.CenterCount * shape.FeatureCount, i % shape.CenterCount * shape.FeatureCount);
            for (var feature = 0; feature < shape.FeatureCount; feature++)
            {
                products[i] += samples[row + feature] * weights[center + feature];
            }
        }

        return products;
    }

    public void Multiply(AcceleratorStream stream, ProductShape shape, ArrayView<float> samples, ArrayView<float> weights, ArrayView<float> products)
    {
        // Copies run beside this thread, so that nothing of theirs may move.
        var result = GC.AllocateUninitializedArray<float>(shape.SampleCount * shape.CenterCount, pinned: true);
        multiply(shape, ToHost(stream, samples), ToHost(stream, weights)).CopyTo(result, 0);
        products.CopyFromCPUUnsafeAsync(stream, ref result[0], result.Length);
        stream.Synchronize();
    }

    public void Dispose() => IsDisposed = true;

    private static float[] ToHost(AcceleratorStream stream, ArrayView<float> view)
    {
        var values = GC.AllocateUninitializedArray<float>((int)view.Length, pinned: true);
        view.CopyToCPUUnsafeAsync(stream, ref values[0], view.Length);
        stream.Synchronize();
        return values;
    }
}
