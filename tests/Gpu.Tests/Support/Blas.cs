using System.Runtime.InteropServices;
using KMeans.Gpu.Products;
using KMeans.Tests.Support;

namespace KMeans.Gpu.Tests.Support;

/// <summary>A real BLAS of the CPU: cuBLAS' product has the meaning and the arguments of its SGEMM.</summary>
internal static unsafe class Blas
{
    private const byte Transpose = (byte)'T';
    private const byte NonTranspose = (byte)'N';

    // Fortran hands everything on by address, and the lengths of the two strings behind the last argument.
    private static readonly Lazy<nint> Sgemm = new(() => NativeLibrary.GetExport(NativeLibrary.Load(Prerequisite.Get(Prerequisite.Blas)), "sgemm_"));

    /// <summary>A library whose products are BLAS', called as cuBLAS is.</summary>
    /// <returns>To be disposed.</returns>
    public static HostProduct Product() => new(Multiply);

    private static float[] Multiply(ProductShape shape, float[] samples, float[] weights)
    {
        var gemm = CuBlasProduct.ColumnMajor.Of(shape);
        var products = new float[shape.SampleCount * shape.CenterCount];
        var sgemm = (delegate* unmanaged[Cdecl]<byte*, byte*, int*, int*, int*, float*, float*, int*, float*, int*, float*, float*, int*, nuint, nuint, void>)Sgemm.Value;
        var (transposeA, transposeB, one, zero) = (Transpose, NonTranspose, 1f, 0f);
        var (m, n, k, leadingA, leadingB, leadingC) = gemm;
        fixed (float* a = weights, b = samples, c = products)
        {
            sgemm(&transposeA, &transposeB, &m, &n, &k, &one, a, &leadingA, b, &leadingB, &zero, c, &leadingC, 1, 1);
        }

        return products;
    }
}
