using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KMeans.Input.Parquet.Columns;

/// <summary>Turns a block of columns into rows.</summary>
internal static class Transposition
{
    /// <summary>Rows and columns of a tile: a vector of floats.</summary>
    private const int Tile = 8;

    /// <summary>Copies samples[r * d + c] = columns[c * stride + r].</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="columns">Column-major in.</param>
    /// <param name="stride">Between two columns.</param>
    /// <param name="columnCount">How many columns.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="samples">Row-major out, from the first column's first row on.</param>
    /// <param name="d">Between two rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T>(ReadOnlySpan<T> columns, int stride, int columnCount, int rows, Span<T> samples, int d)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns.Length, ((columnCount - 1) * stride) + rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Length, ((rows - 1) * d) + columnCount);
        ref var source = ref MemoryMarshal.GetReference(columns);
        ref var target = ref MemoryMarshal.GetReference(samples);
        var tiled = Avx.IsSupported && typeof(T) == typeof(float);
        for (var r = 0; r < rows; r += Tile)
        {
            var tileRows = Math.Min(Tile, rows - r);
            for (var c = 0; c < columnCount; c += Tile)
            {
                var tileColumns = Math.Min(Tile, columnCount - c);
                ref var from = ref Unsafe.Add(ref source, (nint)(((long)c * stride) + r));
                ref var to = ref Unsafe.Add(ref target, (nint)(((long)r * d) + c));
                if (tiled && tileRows == Tile && tileColumns == Tile)
                {
                    WholeTile(ref Unsafe.As<T, float>(ref from), stride, ref Unsafe.As<T, float>(ref to), d);
                    continue;
                }

                for (var i = 0; i < tileRows; i++)
                {
                    for (var j = 0; j < tileColumns; j++)
                    {
                        Unsafe.Add(ref to, (i * d) + j) = Unsafe.Add(ref from, (j * stride) + i);
                    }
                }
            }
        }
    }

    /// <summary>Eight by eight floats: pairs, then quadruples, then halves change places.</summary>
    private static void WholeTile(ref float from, int stride, ref float to, int d)
    {
        var c0 = Vector256.LoadUnsafe(ref from);
        var c1 = Vector256.LoadUnsafe(ref from, (nuint)stride);
        var c2 = Vector256.LoadUnsafe(ref from, (nuint)(2 * stride));
        var c3 = Vector256.LoadUnsafe(ref from, (nuint)(3 * stride));
        var c4 = Vector256.LoadUnsafe(ref from, (nuint)(4 * stride));
        var c5 = Vector256.LoadUnsafe(ref from, (nuint)(5 * stride));
        var c6 = Vector256.LoadUnsafe(ref from, (nuint)(6 * stride));
        var c7 = Vector256.LoadUnsafe(ref from, (nuint)(7 * stride));
        Store(c0, c1, c2, c3, c4, c5, c6, c7, ref to, d);
    }

    /// <summary>Stores eight columns of eight rows as rows. Needs AVX.</summary>
    /// <param name="c0">The first column.</param>
    /// <param name="c1">The second.</param>
    /// <param name="c2">The third.</param>
    /// <param name="c3">The fourth.</param>
    /// <param name="c4">The fifth.</param>
    /// <param name="c5">The sixth.</param>
    /// <param name="c6">The seventh.</param>
    /// <param name="c7">The eighth.</param>
    /// <param name="to">The first column's first row; seven rows and seven floats follow.</param>
    /// <param name="d">Between two rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(
        Vector256<float> c0, Vector256<float> c1, Vector256<float> c2, Vector256<float> c3, Vector256<float> c4, Vector256<float> c5, Vector256<float> c6, Vector256<float> c7,
        ref float to, int d)
    {
        var (p0, p1) = (Avx.UnpackLow(c0, c1), Avx.UnpackHigh(c0, c1));
        var (p2, p3) = (Avx.UnpackLow(c2, c3), Avx.UnpackHigh(c2, c3));
        var (p4, p5) = (Avx.UnpackLow(c4, c5), Avx.UnpackHigh(c4, c5));
        var (p6, p7) = (Avx.UnpackLow(c6, c7), Avx.UnpackHigh(c6, c7));
        var (q0, q1) = (Avx.Shuffle(p0, p2, 0x44), Avx.Shuffle(p0, p2, 0xEE));
        var (q2, q3) = (Avx.Shuffle(p1, p3, 0x44), Avx.Shuffle(p1, p3, 0xEE));
        var (q4, q5) = (Avx.Shuffle(p4, p6, 0x44), Avx.Shuffle(p4, p6, 0xEE));
        var (q6, q7) = (Avx.Shuffle(p5, p7, 0x44), Avx.Shuffle(p5, p7, 0xEE));
        Avx.Permute2x128(q0, q4, 0x20).StoreUnsafe(ref to);
        Avx.Permute2x128(q1, q5, 0x20).StoreUnsafe(ref to, (nuint)d);
        Avx.Permute2x128(q2, q6, 0x20).StoreUnsafe(ref to, (nuint)(2 * d));
        Avx.Permute2x128(q3, q7, 0x20).StoreUnsafe(ref to, (nuint)(3 * d));
        Avx.Permute2x128(q0, q4, 0x31).StoreUnsafe(ref to, (nuint)(4 * d));
        Avx.Permute2x128(q1, q5, 0x31).StoreUnsafe(ref to, (nuint)(5 * d));
        Avx.Permute2x128(q2, q6, 0x31).StoreUnsafe(ref to, (nuint)(6 * d));
        Avx.Permute2x128(q3, q7, 0x31).StoreUnsafe(ref to, (nuint)(7 * d));
    }
}
