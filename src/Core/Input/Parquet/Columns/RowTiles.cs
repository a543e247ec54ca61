using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KMeans.Input.Parquet.Columns;

/// <summary>Turns float32 columns into rows of samples in one pass: each value is read from its page, transformed in double, rounded and put into its row without touching memory in between.</summary>
/// <remarks>
/// Gives the bits of <see cref="ColumnTransform.Apply(double, int)"/>. Sixteen columns are a cache line of each row, which is so written once. O(columns x rows).
/// </remarks>
internal static class RowTiles
{
    /// <summary>Columns that are best given at a time: a cache line of a row.</summary>
    public const int Columns = 16;

    /// <summary>Rows and columns of a tile: a vector of floats.</summary>
    private const int Tile = 8;

    /// <summary>Computes samples[r * d + c] = (columns[c][r] - shift) * factor.</summary>
    /// <param name="columns">In: each with at least so many rows.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="samples">Row-major out, from the first column's first row on.</param>
    /// <param name="d">Between two rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ReadOnlySpan<FloatColumn> columns, int rows, Span<float> samples, int d)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns.Length, d);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Length, ((rows - 1) * d) + columns.Length);
        foreach (ref readonly var column in columns)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(column.Start);
            ArgumentOutOfRangeException.ThrowIfLessThan(column.Data.Length - column.Start, rows * sizeof(float));
        }

        var wholeColumns = Avx.IsSupported ? columns.Length & ~(Tile - 1) : 0;
        var wholeRows = rows & ~(Tile - 1);
        ref var sample = ref MemoryMarshal.GetReference(samples);
        for (var first = 0; first < wholeColumns; first += Columns)
        {
            var second = first + Tile < wholeColumns;
            for (var r = 0; r < wholeRows; r += Tile)
            {
                ref var row = ref Unsafe.Add(ref sample, (nint)(((long)r * d) + first));
                WholeTile(columns.Slice(first, Tile), r * sizeof(float), ref row, d);
                if (second)
                {
                    WholeTile(columns.Slice(first + Tile, Tile), r * sizeof(float), ref Unsafe.Add(ref row, Tile), d);
                }
            }
        }

        Each(columns, 0, wholeColumns, wholeRows, rows, samples, d);
        Each(columns, wholeColumns, columns.Length, 0, rows, samples, d);
    }

    /// <summary>One value at a time.</summary>
    private static void Each(ReadOnlySpan<FloatColumn> columns, int firstColumn, int endColumn, int firstRow, int endRow, Span<float> samples, int d)
    {
        for (var c = firstColumn; c < endColumn; c++)
        {
            ref readonly var column = ref columns[c];
            for (var r = firstRow; r < endRow; r++)
            {
                var value = MemoryMarshal.Read<float>(column.Data.AsSpan(column.Start + (r * sizeof(float))));
                samples[(r * d) + c] = (float)((value - column.Shift) * column.Factor);
            }
        }
    }

    /// <summary>Eight by eight floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WholeTile(ReadOnlySpan<FloatColumn> columns, int offset, ref float to, int d)
    {
        ref var column = ref MemoryMarshal.GetReference(columns);
        var c0 = Load(ref column, offset);
        var c1 = Load(ref Unsafe.Add(ref column, 1), offset);
        var c2 = Load(ref Unsafe.Add(ref column, 2), offset);
        var c3 = Load(ref Unsafe.Add(ref column, 3), offset);
        var c4 = Load(ref Unsafe.Add(ref column, 4), offset);
        var c5 = Load(ref Unsafe.Add(ref column, 5), offset);
        var c6 = Load(ref Unsafe.Add(ref column, 6), offset);
        var c7 = Load(ref Unsafe.Add(ref column, 7), offset);
        Transposition.Store(c0, c1, c2, c3, c4, c5, c6, c7, ref to, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(ref FloatColumn column, int offset)
    {
        var values = Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(column.Data), (nuint)(column.Start + offset)).AsSingle();
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector256Single((Avx512F.ConvertToVector512Double(values) - Vector512.Create(column.Shift)) * Vector512.Create(column.Factor));
        }

        var (low, high) = Vector256.Widen(values);
        var shift = Vector256.Create(column.Shift);
        var factor = Vector256.Create(column.Factor);
        return Vector256.Narrow((low - shift) * factor, (high - shift) * factor);
    }
}
