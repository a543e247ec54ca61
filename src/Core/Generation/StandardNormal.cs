namespace KMeans.Generation;

/// <summary>Normal random numbers from uniform bits, the same on every machine.</summary>
/// <remarks>
/// The quantile function of the standard normal distribution as rational approximations with a relative error of about 1e-7, which float32 data cannot
/// tell from exact: algorithm AS 241, PPND7 (Wichura 1988). Only additions, multiplications, divisions and square roots, each rounded as IEEE 754 says;
/// the logarithm of the tails is computed here as well, because those of the platforms differ in the last bits.
/// </remarks>
internal static class StandardNormal
{
    private const double CentralHalfWidth = 0.425;
    private const double CentralShift = CentralHalfWidth * CentralHalfWidth;
    private const double TailShift = 1.6;
    private const double Ln2 = 0.693147180559945309417;
    private const double SquareRootOf2 = 1.4142135623730951;

    /// <summary>A normal number.</summary>
    /// <param name="bits">Uniform; the upper 32 bits count.</param>
    /// <returns>Mean 0, variance 1, at most 6.4 from 0.</returns>
    public static double From(ulong bits)
    {
        // In the middle of each of 2^32 steps: never 0 or 1, and symmetric around one half.
        var q = (((bits >> 32) + 0.5) * (1.0 / (1L << 32))) - 0.5;
        return Math.Abs(q) <= CentralHalfWidth ? Central(q) : q < 0 ? -Tail(0.5 + q) : Tail(0.5 - q);
    }

    /// <summary>The natural logarithm: the exponent times ln 2, and the series of 2 artanh((m - 1) / (m + 1)) for the mantissa m in (0.7, 1.42).</summary>
    /// <param name="x">Positive and normal.</param>
    /// <returns>Within 1e-12.</returns>
    internal static double Log(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (mantissa > SquareRootOf2)
        {
            mantissa *= 0.5;
            exponent++;
        }

        var s = (mantissa - 1.0) / (mantissa + 1.0);
        var square = s * s;
        var sum = 0.0;
        for (var n = 15; n >= 1; n -= 2)
        {
            sum = (sum * square) + (1.0 / n);
        }

        return (exponent * Ln2) + (2.0 * s * sum);
    }

    private static double Central(double q)
    {
        var r = CentralShift - (q * q);
        var numerator = (((((59.10937472 * r) + 159.29113202) * r) + 50.434271938) * r) + 3.3871327179;
        var denominator = (((((67.1875636 * r) + 78.757757664) * r) + 17.895169469) * r) + 1.0;
        return q * numerator / denominator;
    }

    /// <summary>The upper tail.</summary>
    /// <param name="p">The probability beyond the result, 2^-33 to 0.075: the square root below stays under 5, where this approximation ends.</param>
    private static double Tail(double p)
    {
        var r = Math.Sqrt(-Log(p)) - TailShift;
        var numerator = (((((0.17023821103 * r) + 1.3067284816) * r) + 2.75681539) * r) + 1.4234372777;
        var denominator = (((0.12021132975 * r) + 0.7370016425) * r) + 1.0;
        return numerator / denominator;
    }
}
