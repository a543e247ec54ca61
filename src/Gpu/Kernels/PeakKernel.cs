using ILGPU;

namespace KMeans.Gpu.Kernels;

/// <summary>Multiply-adds on registers alone: what the fused kernel's speed is compared with.</summary>
internal static class PeakKernel
{
    /// <summary>Chains of a thread: enough for the latency of a multiply-add.</summary>
    public const int Chains = 8;

    /// <summary>Multiply-adds of a chain.</summary>
    public const int Length = 4096;

    /// <summary>The kernel.</summary>
    /// <param name="factor">Near 1.</param>
    /// <param name="sums">One a thread out, so that nothing is left out.</param>
    public static void Burn(float factor, ArrayView<float> sums)
    {
        var thread = (Grid.IdxX * Group.DimX) + Group.IdxX;
        float a = thread, b = a + 1, c = a + 2, d = a + 3, e = a + 4, f = a + 5, g = a + 6, h = a + 7;
        for (var i = 0; i < Length; i++)
        {
            a = Intrinsics.MultiplyAdd(a, factor, 1e-3f);
            b = Intrinsics.MultiplyAdd(b, factor, 1e-3f);
            c = Intrinsics.MultiplyAdd(c, factor, 1e-3f);
            d = Intrinsics.MultiplyAdd(d, factor, 1e-3f);
            e = Intrinsics.MultiplyAdd(e, factor, 1e-3f);
            f = Intrinsics.MultiplyAdd(f, factor, 1e-3f);
            g = Intrinsics.MultiplyAdd(g, factor, 1e-3f);
            h = Intrinsics.MultiplyAdd(h, factor, 1e-3f);
        }

        sums[thread] = a + b + c + d + e + f + g + h;
    }
}
