using System.Numerics;
using System.Runtime.InteropServices;

namespace KMeans.Coordination;

/// <summary>Looks for NaN and infinities, a vector at a time.</summary>
internal static class FiniteNumbers
{
    private const ulong DoubleExponent = 0x7FF0000000000000;
    private const uint FloatExponent = 0x7F800000;

    /// <summary>Whether all are finite.</summary>
    /// <param name="values">Any number.</param>
    /// <returns>False where one is NaN or infinite: its exponent's bits are all set.</returns>
    public static bool All(ReadOnlySpan<double> values) => All(MemoryMarshal.Cast<double, ulong>(values), DoubleExponent);

    /// <summary>Whether all are finite.</summary>
    /// <param name="values">Any number.</param>
    /// <returns>False where one is NaN or infinite: its exponent's bits are all set.</returns>
    public static bool All(ReadOnlySpan<float> values) => All(MemoryMarshal.Cast<float, uint>(values), FloatExponent);

    private static bool All<T>(ReadOnlySpan<T> bits, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var i = 0;
        var mask = new Vector<T>(exponent);
        for (; i <= bits.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            if (Vector.EqualsAny(new Vector<T>(bits[i..]) & mask, mask))
            {
                return false;
            }
        }

        for (; i < bits.Length; i++)
        {
            if ((bits[i] & exponent) == exponent)
            {
                return false;
            }
        }

        return true;
    }
}
