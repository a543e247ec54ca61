using ILGPU;

namespace KMeans.Gpu.Kernels;

/// <summary>The matrix product as its formula says it, a thread a number.</summary>
internal static class ProductKernel
{
    /// <summary>The kernel: products[r, c] = sum over i of samples[r, i] weights[c, i]. Any number of groups.</summary>
    /// <param name="samples">Row-major (n, d) in.</param>
    /// <param name="weights">Row-major (K, d) in.</param>
    /// <param name="products">Row-major (n, K) out.</param>
    /// <param name="sampleCount">n.</param>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d.</param>
    public static void Multiply(ArrayView<float> samples, ArrayView<float> weights, ArrayView<float> products, int sampleCount, int centerCount, int featureCount)
    {
        var count = (long)sampleCount * centerCount;
        for (var i = ((long)Grid.IdxX * Group.DimX) + Group.IdxX; i < count; i += (long)Grid.DimX * Group.DimX)
        {
            var row = i / centerCount * featureCount;
            var center = i % centerCount * featureCount;
            var sum = 0f;
            for (var feature = 0; feature < featureCount; feature++)
            {
                sum = Intrinsics.MultiplyAdd(samples[row + feature], weights[center + feature], sum);
            }

            products[i] = sum;
        }
    }
}
