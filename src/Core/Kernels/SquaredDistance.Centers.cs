using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KMeans.Kernels;

/// <content>Between two centers, for merging them: in the same eight lanes, with every operation rounded.</content>
public static partial class SquaredDistance
{
    /// <summary>The squared distance of two centers: lane l sums (a_i - b_i)^2 over i = l, l + 8, ..., then the lanes are added pairwise. The same bits everywhere. O(d).</summary>
    /// <param name="a">Length d.</param>
    /// <param name="b">Length d.</param>
    /// <returns>|a - b|^2. Infinity where it overflows; never negative.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double BetweenCenters(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Debug.Assert(a.Length == b.Length, "Two centers have the same features.");
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        var (lower, upper) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0;
        for (; i <= a.Length - LaneCount; i += LaneCount)
        {
            var first = Vector256.LoadUnsafe(ref x, (nuint)i) - Vector256.LoadUnsafe(ref y, (nuint)i);
            var second = Vector256.LoadUnsafe(ref x, (nuint)i + 4) - Vector256.LoadUnsafe(ref y, (nuint)i + 4);
            lower += first * first;
            upper += second * second;
        }

        Span<double> lanes = stackalloc double[LaneCount];
        lower.CopyTo(lanes);
        upper.CopyTo(lanes[4..]);
        for (var l = 0; i < a.Length; i++, l++)
        {
            var difference = a[i] - b[i];
            lanes[l] += difference * difference;
        }

        return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
    }
}
