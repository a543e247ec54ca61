using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KMeans.Kernels;

/// <summary>What the float32 kernels need of one vector width. The implementations hold nothing: they are type arguments, so that each loop is compiled for its width.</summary>
/// <typeparam name="TVector">The vector.</typeparam>
internal unsafe interface IFloatLanes<TVector>
    where TVector : struct
{
    /// <summary>Floats in a vector, W.</summary>
    static abstract int Count { get; }

    /// <summary>Vectors of centers in a panel that leave the registers room for six rows of accumulators; at most 64 / W.</summary>
    static abstract int PanelSize { get; }

    /// <summary>Unaligned load of W floats.</summary>
    static abstract TVector Load(float* source);

    /// <summary>Unaligned store of W floats.</summary>
    static abstract void Store(TVector value, float* destination);

    /// <summary>The same value in every lane.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary>left * right + addend, in one rounding where the machine has it and in two where not: the error bound allows for both.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>Lane by lane.</summary>
    static abstract TVector Add(TVector left, TVector right);

    /// <summary>Lane by lane; no promise about NaN.</summary>
    static abstract TVector Min(TVector left, TVector right);

    /// <summary>Lane by lane; no promise about NaN.</summary>
    static abstract TVector Max(TVector left, TVector right);

    /// <summary>Sum of the lanes, in any order.</summary>
    static abstract float Sum(TVector value);

    /// <summary>Least of the lanes; no promise about NaN.</summary>
    static abstract float Least(TVector value);

    /// <summary>Bit l is set where left is at most right in lane l; false for NaN.</summary>
    static abstract uint AtMost(TVector left, TVector right);

    /// <summary>The value with its last bits (<see cref="ScorePlace"/>) replaced by a place.</summary>
    static abstract TVector WithPlace(TVector value, int place);

    /// <summary>Lanes of sum taken as integers: sum plus the place in value.</summary>
    static abstract TVector AddPlace(TVector sum, TVector value);

    /// <summary>Whether every value is above its limit; false for NaN.</summary>
    static abstract bool AreAbove(TVector values, TVector limits);

    /// <summary>One where value is less than limit, other where not or where one of them is NaN.</summary>
    static abstract TVector WhereLess(TVector value, TVector limit, TVector one, TVector other);

    /// <summary>Stores four features of W rows as four vectors: lane l of vector f is feature f of row l.</summary>
    /// <returns>The sum of their squares: lane l is that of row l.</returns>
    static abstract TVector TransposeFour(float* rows, nint stride, float* columns, nint columnStride);

    /// <summary>The same for eight features.</summary>
    /// <returns>The sum of their squares.</returns>
    static abstract TVector TransposeEight(float* rows, nint stride, float* columns, nint columnStride);
}

/// <summary>Sixteen lanes.</summary>
internal readonly unsafe struct Lanes512 : IFloatLanes<Vector512<float>>
{
    public static int Count => 16;

    public static int PanelSize => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) => Vector512.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Min(Vector512<float> left, Vector512<float> right) => Vector512.MinNative(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> left, Vector512<float> right) => Vector512.MaxNative(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> value) => Lanes256.Sum(value.GetLower() + value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Least(Vector512<float> value) => Lanes256.Least(Vector256.MinNative(value.GetLower(), value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AtMost(Vector512<float> left, Vector512<float> right) => (uint)Vector512.LessThanOrEqual(left, right).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WithPlace(Vector512<float> value, int place) => ((value.AsInt32() & Vector512.Create(~ScorePlace.Mask)) | Vector512.Create(place)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> AddPlace(Vector512<float> sum, Vector512<float> value) => (sum.AsInt32() + (value.AsInt32() & Vector512.Create(ScorePlace.Mask))).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreAbove(Vector512<float> values, Vector512<float> limits) => Vector512.GreaterThanAll(values, limits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WhereLess(Vector512<float> value, Vector512<float> limit, Vector512<float> one, Vector512<float> other) => Vector512.ConditionalSelect(Vector512.LessThan(value, limit), one, other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> TransposeFour(float* rows, nint stride, float* columns, nint columnStride)
    {
        var row0 = EveryFourthRow(rows, stride);
        var row1 = EveryFourthRow(rows + stride, stride);
        var row2 = EveryFourthRow(rows + (2 * stride), stride);
        var row3 = EveryFourthRow(rows + (3 * stride), stride);
        var low01 = Avx512F.UnpackLow(row0, row1);
        var low23 = Avx512F.UnpackLow(row2, row3);
        var high01 = Avx512F.UnpackHigh(row0, row1);
        var high23 = Avx512F.UnpackHigh(row2, row3);
        return StoreFour(
            Avx512F.Shuffle(low01, low23, 0b_01_00_01_00), Avx512F.Shuffle(low01, low23, 0b_11_10_11_10),
            Avx512F.Shuffle(high01, high23, 0b_01_00_01_00), Avx512F.Shuffle(high01, high23, 0b_11_10_11_10), columns, columnStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> TransposeEight(float* rows, nint stride, float* columns, nint columnStride)
    {
        // Lanes of 128 bits: four rows of features 0 to 3, of 4 to 7, then the next four rows of both.
        TransposeHalf(rows, stride, out var first0, out var first1, out var first2, out var first3);
        TransposeHalf(rows + (8 * stride), stride, out var last0, out var last1, out var last2, out var last3);
        return StoreFour(
                Avx512F.Shuffle4x128(first0, last0, 0b_10_00_10_00), Avx512F.Shuffle4x128(first1, last1, 0b_10_00_10_00),
                Avx512F.Shuffle4x128(first2, last2, 0b_10_00_10_00), Avx512F.Shuffle4x128(first3, last3, 0b_10_00_10_00), columns, columnStride)
            + StoreFour(
                Avx512F.Shuffle4x128(first0, last0, 0b_11_01_11_01), Avx512F.Shuffle4x128(first1, last1, 0b_11_01_11_01),
                Avx512F.Shuffle4x128(first2, last2, 0b_11_01_11_01), Avx512F.Shuffle4x128(first3, last3, 0b_11_01_11_01), columns + (4 * columnStride), columnStride);
    }

    /// <summary>Eight rows of eight features: lanes of four rows each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeHalf(
        float* rows, nint stride, out Vector512<float> features04, out Vector512<float> features15, out Vector512<float> features26, out Vector512<float> features37)
    {
        var row0 = TwoRows(rows, stride);
        var row1 = TwoRows(rows + stride, stride);
        var row2 = TwoRows(rows + (2 * stride), stride);
        var row3 = TwoRows(rows + (3 * stride), stride);
        var low01 = Avx512F.UnpackLow(row0, row1);
        var low23 = Avx512F.UnpackLow(row2, row3);
        var high01 = Avx512F.UnpackHigh(row0, row1);
        var high23 = Avx512F.UnpackHigh(row2, row3);
        features04 = Avx512F.Shuffle(low01, low23, 0b_01_00_01_00);
        features15 = Avx512F.Shuffle(low01, low23, 0b_11_10_11_10);
        features26 = Avx512F.Shuffle(high01, high23, 0b_01_00_01_00);
        features37 = Avx512F.Shuffle(high01, high23, 0b_11_10_11_10);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> TwoRows(float* row, nint stride) => Vector256.Load(row).ToVector512Unsafe().WithUpper(Vector256.Load(row + (4 * stride)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> EveryFourthRow(float* row, nint stride)
        => Lanes256.EveryFourthRow(row, stride).ToVector512Unsafe().WithUpper(Lanes256.EveryFourthRow(row + (8 * stride), stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> StoreFour(Vector512<float> feature0, Vector512<float> feature1, Vector512<float> feature2, Vector512<float> feature3, float* columns, nint columnStride)
    {
        feature0.Store(columns);
        feature1.Store(columns + columnStride);
        feature2.Store(columns + (2 * columnStride));
        feature3.Store(columns + (3 * columnStride));
        return MultiplyAdd(feature0, feature0, feature1 * feature1) + MultiplyAdd(feature2, feature2, feature3 * feature3);
    }
}

/// <summary>Eight lanes.</summary>
internal readonly unsafe struct Lanes256 : IFloatLanes<Vector256<float>>
{
    public static int Count => 8;

    public static int PanelSize => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, float* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> addend) => Vector256.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Min(Vector256<float> left, Vector256<float> right) => Vector256.MinNative(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Max(Vector256<float> left, Vector256<float> right) => Vector256.MaxNative(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> value) => Vector128.Sum(value.GetLower() + value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Least(Vector256<float> value) => Lanes128.Least(Vector128.MinNative(value.GetLower(), value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AtMost(Vector256<float> left, Vector256<float> right) => Vector256.LessThanOrEqual(left, right).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> WithPlace(Vector256<float> value, int place) => ((value.AsInt32() & Vector256.Create(~ScorePlace.Mask)) | Vector256.Create(place)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AddPlace(Vector256<float> sum, Vector256<float> value) => (sum.AsInt32() + (value.AsInt32() & Vector256.Create(ScorePlace.Mask))).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreAbove(Vector256<float> values, Vector256<float> limits) => Vector256.GreaterThanAll(values, limits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> WhereLess(Vector256<float> value, Vector256<float> limit, Vector256<float> one, Vector256<float> other) => Vector256.ConditionalSelect(Vector256.LessThan(value, limit), one, other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> TransposeFour(float* rows, nint stride, float* columns, nint columnStride)
    {
        var row0 = EveryFourthRow(rows, stride);
        var row1 = EveryFourthRow(rows + stride, stride);
        var row2 = EveryFourthRow(rows + (2 * stride), stride);
        var row3 = EveryFourthRow(rows + (3 * stride), stride);
        var low01 = Avx.UnpackLow(row0, row1);
        var low23 = Avx.UnpackLow(row2, row3);
        var high01 = Avx.UnpackHigh(row0, row1);
        var high23 = Avx.UnpackHigh(row2, row3);
        return StoreFour(
            Avx.Shuffle(low01, low23, 0b_01_00_01_00), Avx.Shuffle(low01, low23, 0b_11_10_11_10),
            Avx.Shuffle(high01, high23, 0b_01_00_01_00), Avx.Shuffle(high01, high23, 0b_11_10_11_10), columns, columnStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> TransposeEight(float* rows, nint stride, float* columns, nint columnStride)
    {
        return TransposeFour(rows, stride, columns, columnStride) + TransposeFour(rows + 4, stride, columns + (4 * columnStride), columnStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> EveryFourthRow(float* row, nint stride) => Vector128.Load(row).ToVector256Unsafe().WithUpper(Vector128.Load(row + (4 * stride)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> StoreFour(Vector256<float> feature0, Vector256<float> feature1, Vector256<float> feature2, Vector256<float> feature3, float* columns, nint columnStride)
    {
        feature0.Store(columns);
        feature1.Store(columns + columnStride);
        feature2.Store(columns + (2 * columnStride));
        feature3.Store(columns + (3 * columnStride));
        return MultiplyAdd(feature0, feature0, feature1 * feature1) + MultiplyAdd(feature2, feature2, feature3 * feature3);
    }
}

/// <summary>Four lanes.</summary>
internal readonly unsafe struct Lanes128 : IFloatLanes<Vector128<float>>
{
    public static int Count => 4;

    public static int PanelSize => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend) => Vector128.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> left, Vector128<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Min(Vector128<float> left, Vector128<float> right) => Vector128.MinNative(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> left, Vector128<float> right) => Vector128.MaxNative(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> value) => Vector128.Sum(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Least(Vector128<float> value)
    {
        value = Vector128.MinNative(value, Vector128.Shuffle(value, Vector128.Create(2, 3, 0, 1)));
        value = Vector128.MinNative(value, Vector128.Shuffle(value, Vector128.Create(1, 0, 3, 2)));
        return value.ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AtMost(Vector128<float> left, Vector128<float> right) => Vector128.LessThanOrEqual(left, right).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> WithPlace(Vector128<float> value, int place) => ((value.AsInt32() & Vector128.Create(~ScorePlace.Mask)) | Vector128.Create(place)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> AddPlace(Vector128<float> sum, Vector128<float> value) => (sum.AsInt32() + (value.AsInt32() & Vector128.Create(ScorePlace.Mask))).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreAbove(Vector128<float> values, Vector128<float> limits) => Vector128.GreaterThanAll(values, limits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> WhereLess(Vector128<float> value, Vector128<float> limit, Vector128<float> one, Vector128<float> other) => Vector128.ConditionalSelect(Vector128.LessThan(value, limit), one, other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> TransposeFour(float* rows, nint stride, float* columns, nint columnStride)
    {
        var row0 = Vector128.Load(rows);
        var row1 = Vector128.Load(rows + stride);
        var row2 = Vector128.Load(rows + (2 * stride));
        var row3 = Vector128.Load(rows + (3 * stride));
        if (!Sse.IsSupported)
        {
            return StoreFour(
                Vector128.Create(row0[0], row1[0], row2[0], row3[0]), Vector128.Create(row0[1], row1[1], row2[1], row3[1]),
                Vector128.Create(row0[2], row1[2], row2[2], row3[2]), Vector128.Create(row0[3], row1[3], row2[3], row3[3]), columns, columnStride);
        }

        var low01 = Sse.UnpackLow(row0, row1);
        var low23 = Sse.UnpackLow(row2, row3);
        var high01 = Sse.UnpackHigh(row0, row1);
        var high23 = Sse.UnpackHigh(row2, row3);
        return StoreFour(
            Sse.Shuffle(low01, low23, 0b_01_00_01_00), Sse.Shuffle(low01, low23, 0b_11_10_11_10),
            Sse.Shuffle(high01, high23, 0b_01_00_01_00), Sse.Shuffle(high01, high23, 0b_11_10_11_10), columns, columnStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> TransposeEight(float* rows, nint stride, float* columns, nint columnStride)
    {
        return TransposeFour(rows, stride, columns, columnStride) + TransposeFour(rows + 4, stride, columns + (4 * columnStride), columnStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> StoreFour(Vector128<float> feature0, Vector128<float> feature1, Vector128<float> feature2, Vector128<float> feature3, float* columns, nint columnStride)
    {
        feature0.Store(columns);
        feature1.Store(columns + columnStride);
        feature2.Store(columns + (2 * columnStride));
        feature3.Store(columns + (3 * columnStride));
        return MultiplyAdd(feature0, feature0, feature1 * feature1) + MultiplyAdd(feature2, feature2, feature3 * feature3);
    }
}
