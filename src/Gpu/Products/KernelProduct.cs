using ILGPU;
using ILGPU.Runtime;
using KMeans.Gpu.Kernels;

namespace KMeans.Gpu.Products;

/// <summary>The same product by a plain kernel, on any device. Far slower than a library's or the fused kernel: it is for tests of all that surrounds the product.</summary>
internal sealed class KernelProduct : IMatrixProduct
{
    private readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int, int> multiply;
    private readonly KernelConfig config;

    /// <summary>Compiles the kernel.</summary>
    /// <param name="device">The device.</param>
    public KernelProduct(GpuDevice device)
    {
        multiply = device.Accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int, int>(ProductKernel.Multiply);
        config = new KernelConfig(device.Accelerator.NumMultiprocessors, device.ThreadCount);
    }

    /// <inheritdoc/>
    public void Multiply(AcceleratorStream stream, ProductShape shape, ArrayView<float> samples, ArrayView<float> weights, ArrayView<float> products) =>
        multiply(stream, config, samples, weights, products, shape.SampleCount, shape.CenterCount, shape.FeatureCount);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
