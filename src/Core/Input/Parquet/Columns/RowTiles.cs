using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KMeans.Input.Parquet.Columns;

/// <summary>Turns float32 columns into rows of samples in one pass: each value is read from its page, transformed in double, rounded and put into its row without touching memory in between.</summary>
/// <remarks>
/// Gives the bits of <see cref="ColumnTransform.Apply(double, int)"/>. Sixteen columns are a cache line of each row, which is so written once. O(columns x rows).
/// Where the shifts are floats themselves and nothing is scaled, as is usual, floats are subtracted: the double has more than twice a float's digits and two, so that rounding the difference to double
/// first never changes its rounding to float (Figueroa 1995).
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
        Span<float> shifts = stackalloc float[Columns];
        for (var first = 0; first < wholeColumns; first += Columns)
        {
            var second = first + Tile < wholeColumns;
            var group = columns.Slice(first, second ? Columns : Tile);
            if (AreSingle(group, shifts))
            {
                InSingle(group, wholeRows, shifts, ref Unsafe.Add(ref sample, first), d);
                continue;
            }

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

    /// <summary>Whether floats suffice for a group of columns.</summary>
    private static bool AreSingle(ReadOnlySpan<FloatColumn> columns, Span<float> shifts)
    {
        for (var c = 0; c < columns.Length; c++)
        {
            shifts[c] = (float)columns[c].Shift;
            if (shifts[c] != columns[c].Shift || columns[c].Factor != 1)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A group of columns, whole tiles of rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InSingle(ReadOnlySpan<FloatColumn> columns, int rows, ReadOnlySpan<float> shifts, ref float to, int d)
    {
        for (var r = 0; r < rows; r += Tile)
        {
            for (var c = 0; c < columns.Length; c += Tile)
            {
                WholeTileInSingle(ref Unsafe.AsRef(in columns[c]), ref Unsafe.AsRef(in shifts[c]), r * sizeof(float), ref Unsafe.Add(ref to, (nint)(((long)r * d) + c)), d);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WholeTileInSingle(ref FloatColumn column, ref float shift, int offset, ref float to, int d)
    {
        var c0 = LoadSingle(ref column, shift, offset);
        var c1 = LoadSingle(ref Unsafe.Add(ref column, 1), Unsafe.Add(ref shift, 1), offset);
        var c2 = LoadSingle(ref Unsafe.Add(ref column, 2), Unsafe.Add(ref shift, 2), offset);
        var c3 = LoadSingle(ref Unsafe.Add(ref column, 3), Unsafe.Add(ref shift, 3), offset);
        var c4 = LoadSingle(ref Unsafe.Add(ref column, 4), Unsafe.Add(ref shift, 4), offset);
        var c5 = LoadSingle(ref Unsafe.Add(ref column, 5), Unsafe.Add(ref shift, 5), offset);
        var c6 = LoadSingle(ref Unsafe.Add(ref column, 6), Unsafe.Add(ref shift, 6), offset);
        var c7 = LoadSingle(ref Unsafe.Add(ref column, 7), Unsafe.Add(ref shift, 7), offset);
        Transposition.Store(c0, c1, c2, c3, c4, c5, c6, c7, ref to, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> LoadSingle(ref FloatColumn column, float shift, int offset) =>
        Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(column.Data), (nuint)(column.Start + offset)).AsSingle() - Vector256.Create(shift);

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
