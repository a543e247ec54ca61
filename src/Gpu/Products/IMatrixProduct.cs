using ILGPU;
using ILGPU.Runtime;

namespace KMeans.Gpu.Products;

/// <summary>Multiplies a tile of rows by a tile of centers on a device. Used by one thread at a time; each call may go to another queue, after what the last one began has ended.</summary>
internal interface IMatrixProduct : IDisposable
{
    /// <summary>Begins products[r, c] = sum over i of samples[r, i] weights[c, i]: float32 arithmetic, any order of summation, fused or not.</summary>
    /// <param name="stream">The queue.</param>
    /// <param name="shape">n, K and d of the tile.</param>
    /// <param name="samples">Row-major (n, d) in.</param>
    /// <param name="weights">Row-major (K, d) in.</param>
    /// <param name="products">Row-major (n, K) out.</param>
    void Multiply(AcceleratorStream stream, ProductShape shape, ArrayView<float> samples, ArrayView<float> weights, ArrayView<float> products);
}

/// <summary>The shape of a product.</summary>
/// <param name="SampleCount">n.</param>
/// <param name="CenterCount">K.</param>
/// <param name="FeatureCount">d.</param>
internal readonly record struct ProductShape(int SampleCount, int CenterCount, int FeatureCount);
