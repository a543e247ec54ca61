using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KMeans.Kernels;

/// <content>The same definition in vectors of 512, 256 and 128 bits. A tail is padded with zeros, whose squares leave the bits of a lane as they are.</content>
public static partial class SquaredDistance
{
    /// <summary>D(x, c) in the widest vectors of this machine; the bits of <see cref="Scalar"/>. O(d).</summary>
    /// <param name="sample">Length d.</param>
    /// <param name="center">Length d.</param>
    /// <returns>D(x, c). Infinity where it overflows; never negative.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Between(ReadOnlySpan<float> sample, ReadOnlySpan<double> center)
    {
        Debug.Assert(sample.Length == center.Length, "A sample and a center have the same features.");
        ref readonly var x = ref MemoryMarshal.GetReference(sample);
        ref readonly var c = ref MemoryMarshal.GetReference(center);
        return sample.Length < LaneCount ? OfFewFeatures(in x, in c, sample.Length)
            : Vector512.IsHardwareAccelerated ? InVector512(in x, in c, sample.Length)
            : Vector256.IsHardwareAccelerated ? InVector256(in x, in c, sample.Length)
            : InVector128(in x, in c, sample.Length);
    }

    /// <summary>Eight lanes in one vector.</summary>
    /// <param name="x">Length d, at least 8.</param>
    /// <param name="c">Length d.</param>
    /// <param name="length">d.</param>
    /// <returns>D(x, c).</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double InVector512(ref readonly float x, ref readonly double c, int length)
    {
        var lanes = Vector512<double>.Zero;
        var i = 0;
        for (; i <= length - LaneCount; i += LaneCount)
        {
            var difference = Widen512(in Unsafe.Add(ref Unsafe.AsRef(in x), i)) - Vector512.LoadUnsafe(in c, (nuint)i);
            lanes = Vector512.FusedMultiplyAdd(difference, difference, lanes);
        }

        if (i < length)
        {
            var difference = TailInVector512(in x, in c, i, length);
            lanes = Vector512.FusedMultiplyAdd(difference, difference, lanes);
        }

        return Reduce(lanes.GetLower() + lanes.GetUpper());
    }

    /// <summary>The differences of the last d mod 8 features in the first lanes, zeros in the others: of the last eight features, moved down.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> TailInVector512(ref readonly float x, ref readonly double c, int start, int length)
    {
        var last = length - LaneCount;
        var difference = Widen512(in Unsafe.Add(ref Unsafe.AsRef(in x), last)) - Vector512.LoadUnsafe(in c, (nuint)last);

        // Indices beyond the vector give zeros.
        return Vector512.Shuffle(difference, Vector512<long>.Indices + Vector512.Create((long)(start - last)));
    }

    /// <summary>Fewer than eight features: every lane has at most one square, and a missing one adds a zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double OfFewFeatures(ref readonly float x, ref readonly double c, int length)
    {
        return ((Square(in x, in c, 0, length) + Square(in x, in c, 4, length)) + (Square(in x, in c, 2, length) + Square(in x, in c, 6, length)))
            + ((Square(in x, in c, 1, length) + Square(in x, in c, 5, length)) + Square(in x, in c, 3, length));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Square(ref readonly float x, ref readonly double c, int index, int length)
    {
        if (index >= length)
        {
            return 0;
        }

        var difference = Unsafe.Add(ref Unsafe.AsRef(in x), index) - Unsafe.Add(ref Unsafe.AsRef(in c), index);
        return difference * difference;
    }

    /// <summary>Lanes 0 to 3 and 4 to 7 in a vector each.</summary>
    /// <param name="x">Length d.</param>
    /// <param name="c">Length d.</param>
    /// <param name="length">d.</param>
    /// <returns>D(x, c).</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double InVector256(ref readonly float x, ref readonly double c, int length)
    {
        var low = Vector256<double>.Zero;
        var high = Vector256<double>.Zero;
        var i = 0;
        for (; i <= length - LaneCount; i += LaneCount)
        {
            Add256(ref low, ref high, in Unsafe.Add(ref Unsafe.AsRef(in x), i), in Unsafe.Add(ref Unsafe.AsRef(in c), i));
        }

        if (i < length)
        {
            var tail = default(Tail);
            tail.Fill(in x, in c, i, length);
            Add256(ref low, ref high, in tail.Sample[0], in tail.Center[0]);
        }

        return Reduce(low + high);
    }

    /// <summary>Two lanes in each of four vectors.</summary>
    /// <param name="x">Length d.</param>
    /// <param name="c">Length d.</param>
    /// <param name="length">d.</param>
    /// <returns>D(x, c).</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double InVector128(ref readonly float x, ref readonly double c, int length)
    {
        var lanes01 = Vector128<double>.Zero;
        var lanes23 = Vector128<double>.Zero;
        var lanes45 = Vector128<double>.Zero;
        var lanes67 = Vector128<double>.Zero;
        var i = 0;
        for (; i <= length - LaneCount; i += LaneCount)
        {
            Add128(ref lanes01, ref lanes23, in Unsafe.Add(ref Unsafe.AsRef(in x), i), in Unsafe.Add(ref Unsafe.AsRef(in c), i));
            Add128(ref lanes45, ref lanes67, in Unsafe.Add(ref Unsafe.AsRef(in x), i + 4), in Unsafe.Add(ref Unsafe.AsRef(in c), i + 4));
        }

        if (i < length)
        {
            var tail = default(Tail);
            tail.Fill(in x, in c, i, length);
            Add128(ref lanes01, ref lanes23, in tail.Sample[0], in tail.Center[0]);
            Add128(ref lanes45, ref lanes67, in tail.Sample[4], in tail.Center[4]);
        }

        return Reduce(lanes01 + lanes45, lanes23 + lanes67);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Widen512(ref readonly float x)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512Double(Vector256.LoadUnsafe(in x));
        }

        var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(in x));
        return Vector512.Create(low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add256(ref Vector256<double> low, ref Vector256<double> high, ref readonly float x, ref readonly double c)
    {
        var (sampleLow, sampleHigh) = Vector256.Widen(Vector256.LoadUnsafe(in x));
        var differenceLow = sampleLow - Vector256.LoadUnsafe(in c);
        var differenceHigh = sampleHigh - Vector256.LoadUnsafe(in c, 4);
        low = Vector256.FusedMultiplyAdd(differenceLow, differenceLow, low);
        high = Vector256.FusedMultiplyAdd(differenceHigh, differenceHigh, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add128(ref Vector128<double> low, ref Vector128<double> high, ref readonly float x, ref readonly double c)
    {
        var (sampleLow, sampleHigh) = Vector128.Widen(Vector128.LoadUnsafe(in x));
        var differenceLow = sampleLow - Vector128.LoadUnsafe(in c);
        var differenceHigh = sampleHigh - Vector128.LoadUnsafe(in c, 2);
        low = Vector128.FusedMultiplyAdd(differenceLow, differenceLow, low);
        high = Vector128.FusedMultiplyAdd(differenceHigh, differenceHigh, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Reduce(Vector256<double> fourLanes) => Reduce(fourLanes.GetLower(), fourLanes.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Reduce(Vector128<double> lanes01, Vector128<double> lanes23)
    {
        var two = lanes01 + lanes23;
        return two[0] + two[1];
    }

    /// <summary>The last features, fewer than eight, followed by zeros.</summary>
    private struct Tail
    {
        public SampleLanes Sample;
        public CenterLanes Center;

        public void Fill(ref readonly float x, ref readonly double c, int start, int length)
        {
            for (var i = start; i < length; i++)
            {
                Sample[i - start] = Unsafe.Add(ref Unsafe.AsRef(in x), i);
                Center[i - start] = Unsafe.Add(ref Unsafe.AsRef(in c), i);
            }
        }
    }

    [InlineArray(LaneCount)]
    private struct SampleLanes
    {
        private float lane;
    }

    [InlineArray(LaneCount)]
    private struct CenterLanes
    {
        private double lane;
    }
}
