using System.Runtime.CompilerServices;
using ILGPU;

namespace KMeans.Gpu.Kernels;

/// <summary>Four neighbouring numbers, which a device loads with one instruction.</summary>
internal struct Quad
{
    /// <summary>The numbers in order.</summary>
    public float A, B, C, D;
}

/// <summary>Eight numbers in registers: two quads that lie half a tile apart, so that the threads of a row of the group read neighbouring quads and no two of them the same bank.</summary>
internal struct RegisterBlock
{
    /// <summary>Numbers in a block, and blocks of a thread.</summary>
    public const int Size = 8;

    /// <summary>The lower four.</summary>
    public Quad Low;

    /// <summary>The upper four.</summary>
    public Quad High;

    /// <summary>Reads one from shared memory.</summary>
    /// <param name="quads">The memory.</param>
    /// <param name="low">Where the lower four are.</param>
    /// <param name="high">Where the upper four are.</param>
    /// <returns>The block.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RegisterBlock Load(ArrayView<Quad> quads, int low, int high)
    {
        RegisterBlock block;
        block.Low = quads[low];
        block.High = quads[high];
        return block;
    }

    /// <summary>Adds a row's value times eight centers' weights to the row's eight scores.</summary>
    /// <param name="x">The row's value.</param>
    /// <param name="weights">The centers' weights of the same feature.</param>
    /// <param name="scores">The scores.</param>
    /// <returns>The sums.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RegisterBlock MultiplyAdd(float x, RegisterBlock weights, RegisterBlock scores)
    {
        scores.Low = MultiplyAdd(x, weights.Low, scores.Low);
        scores.High = MultiplyAdd(x, weights.High, scores.High);
        return scores;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Quad MultiplyAdd(float x, Quad weights, Quad scores)
    {
        scores.A = Intrinsics.MultiplyAdd(x, weights.A, scores.A);
        scores.B = Intrinsics.MultiplyAdd(x, weights.B, scores.B);
        scores.C = Intrinsics.MultiplyAdd(x, weights.C, scores.C);
        scores.D = Intrinsics.MultiplyAdd(x, weights.D, scores.D);
        return scores;
    }
}
