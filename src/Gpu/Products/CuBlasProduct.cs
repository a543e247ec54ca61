using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace KMeans.Gpu.Products;

/// <summary>The product by NVIDIA's cuBLAS, through ILGPU.Algorithms.</summary>
internal sealed class CuBlasProduct : IMatrixProduct
{
    /// <summary>What a handle takes of the device's memory: 32 MiB on Hopper, less on others.</summary>
    public const long WorkspaceBytes = 32L << 20;

    /// <summary>CUBLAS_PEDANTIC_MATH: float32 in all phases, no TF32, no emulation. ILGPU's enumeration ends before it and hands the number on.</summary>
    private const CuBlasMathMode Pedantic = (CuBlasMathMode)2;

    private readonly CudaAccelerator accelerator;
    private readonly CuBlas library;

    /// <summary>Opens the newest cuBLAS that ILGPU knows and this machine has.</summary>
    /// <param name="accelerator">The device.</param>
    /// <exception cref="DllNotFoundException">There is none.</exception>
    /// <exception cref="CuBlasException">It does not work on this device, or has no such mode.</exception>
    public CuBlasProduct(CudaAccelerator accelerator)
    {
        this.accelerator = accelerator;
        library = new CuBlas(accelerator);
        try
        {
            library.MathMode = Pedantic;
            if (library.MathMode != Pedantic)
            {
                throw new CuBlasException(CuBlasStatus.CUBLAS_STATUS_NOT_SUPPORTED);
            }
        }
        catch
        {
            library.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Multiply(AcceleratorStream stream, ProductShape shape, ArrayView<float> samples, ArrayView<float> weights, ArrayView<float> products)
    {
        accelerator.Bind();
        if (!ReferenceEquals(library.Stream, stream))
        {
            library.Stream = (CudaStream)stream;
        }

        var gemm = ColumnMajor.Of(shape);
        library.Gemm(
            CuBlasOperation.Transpose, CuBlasOperation.NonTranspose, gemm.M, gemm.N, gemm.K, 1f, weights, gemm.LeadingA, samples, gemm.LeadingB, 0f, products, gemm.LeadingC);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        accelerator.Bind();
        library.Dispose();
    }

    /// <summary>
    /// The product in BLAS' terms, whose matrices are stored column by column: C = A^T B, where A (d, K) is the weights, B (d, n) the rows and C (K, n) the products, each of which is row-major the other way round.
    /// </summary>
    /// <param name="M">Rows of C.</param>
    /// <param name="N">Columns of C.</param>
    /// <param name="K">Rows of A and B.</param>
    /// <param name="LeadingA">From one column of A to the next.</param>
    /// <param name="LeadingB">From one column of B to the next.</param>
    /// <param name="LeadingC">From one column of C to the next.</param>
    internal readonly record struct ColumnMajor(int M, int N, int K, int LeadingA, int LeadingB, int LeadingC)
    {
        /// <summary>The terms of a shape.</summary>
        /// <param name="shape">The shape.</param>
        /// <returns>What to call BLAS with, A transposed and B not.</returns>
        public static ColumnMajor Of(ProductShape shape) =>
            new(shape.CenterCount, shape.SampleCount, shape.FeatureCount, shape.FeatureCount, shape.FeatureCount, shape.CenterCount);
    }
}
