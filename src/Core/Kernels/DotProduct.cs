using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KMeans.Kernels;

/// <summary>The dot product of a sample with a direction: double arithmetic in eight fixed lanes, the same bits on every instruction set.</summary>
internal static class DotProduct
{
    /// <summary>
    /// Lane l sums x_i v_i over i = l, l + 8, l + 16, ... while eight are left, each product and sum rounded; the lanes are added pairwise (l and l + 4, l
    /// and l + 2, l and l + 1), then the last d mod 8 products one by one. O(d).
    /// </summary>
    /// <param name="sample">Length d.</param>
    /// <param name="direction">Length d.</param>
    /// <returns>x · v. Infinity or NaN where it overflows.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Of(ReadOnlySpan<float> sample, ReadOnlySpan<double> direction)
    {
        Debug.Assert(sample.Length == direction.Length, "A sample and a direction have the same features.");
        ref var x = ref MemoryMarshal.GetReference(sample);
        ref var v = ref MemoryMarshal.GetReference(direction);
        var i = 0;
        var sum = 0.0;
        if (sample.Length >= 8)
        {
            Vector256<double> halves;
            if (Vector512.IsHardwareAccelerated)
            {
                var lanes = Vector512<double>.Zero;
                for (; i <= sample.Length - 8; i += 8)
                {
                    lanes += SquaredDistance.Widen512(in Unsafe.Add(ref x, i)) * Vector512.LoadUnsafe(ref v, (nuint)i);
                }

                halves = lanes.GetLower() + lanes.GetUpper();
            }
            else
            {
                var low = Vector256<double>.Zero;
                var high = Vector256<double>.Zero;
                for (; i <= sample.Length - 8; i += 8)
                {
                    var (a, b) = Vector128.Widen(Vector128.LoadUnsafe(ref x, (nuint)i));
                    var (c, e) = Vector128.Widen(Vector128.LoadUnsafe(ref x, (nuint)(i + 4)));
                    low += Vector256.Create(a, b) * Vector256.LoadUnsafe(ref v, (nuint)i);
                    high += Vector256.Create(c, e) * Vector256.LoadUnsafe(ref v, (nuint)(i + 4));
                }

                halves = low + high;
            }

            var pair = halves.GetLower() + halves.GetUpper();
            sum = pair[0] + pair[1];
        }

        for (; i < sample.Length; i++)
        {
            sum += sample[i] * direction[i];
        }

        return sum;
    }
}
