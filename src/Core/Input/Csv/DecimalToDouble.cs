using System.Numerics;
using System.Runtime.CompilerServices;

namespace KMeans.Input.Csv;

/// <summary>The double nearest to a whole number times a power of ten, ties to even.</summary>
/// <remarks>
/// Small cases are one exact operation (Clinger, "How to read floating point numbers accurately", PLDI 1990). The others multiply by a 128-bit
/// approximation of the power of five and look at the bits that could change the rounding (Lemire, "Number parsing at a gigabyte per second", 2021; why
/// 128 bits suffice: Mushtak and Lemire, "Fast number parsing without fallback", 2023).
/// </remarks>
internal static class DecimalToDouble
{
    /// <summary>Powers of ten beyond this are rare enough to be left to the library.</summary>
    private const int MaxExponent = 64;

    private const int RoundedUpFrom = -27;
    private const int MantissaBits = 52;
    private const int ExponentBias = 1023;
    private const ulong MaxExactInteger = 1UL << (MantissaBits + 1);

    private static readonly double[] ExactPowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    private static readonly UInt128[] PowersOfFive = ComputePowersOfFive();

    /// <summary>Converts.</summary>
    /// <param name="mantissa">The whole number.</param>
    /// <param name="exponent">The power of ten.</param>
    /// <param name="value">Out: the correctly rounded double.</param>
    /// <returns>False where the exponent is too large or the result is not proven; then nothing is said about the value.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryConvert(ulong mantissa, int exponent, out double value)
    {
        if (mantissa <= MaxExactInteger && exponent is >= -22 and <= 22)
        {
            value = (long)mantissa;
            value = exponent < 0 ? value / ExactPowersOfTen[-exponent] : value * ExactPowersOfTen[exponent];
            return true;
        }

        value = 0.0;
        return mantissa == 0 || (exponent is >= -MaxExponent and <= MaxExponent && TryMultiply(mantissa, exponent, out value));
    }

    private static bool TryMultiply(ulong mantissa, int exponent, out double value)
    {
        value = 0.0;
        var zeros = BitOperations.LeadingZeroCount(mantissa);
        mantissa <<= zeros;
        var power = PowersOfFive[exponent + MaxExponent];

        // 55 bits decide: 53 of the result, one to round and one lost where the product begins with a zero. Nine more are slack:
        // only where all of them are ones can the lower half of the power carry into the 55.
        var high = Math.BigMul(mantissa, (ulong)(power >> 64), out var low);
        if ((high & 0x1FF) == 0x1FF)
        {
            var carry = Math.BigMul(mantissa, (ulong)power, out _);
            low += carry;
            if (low < carry)
            {
                high++;
            }
        }

        if (low == ulong.MaxValue && exponent is < RoundedUpFrom or > 55)
        {
            return false;
        }

        var upper = (int)(high >> 63);
        var shift = upper + 64 - MantissaBits - 3;
        var bits = high >> shift;

        // floor(log2(5^e)) + e in integers; exact for |e| up to 342.
        var binaryExponent = ((217706 * exponent) >> 16) + 63 + upper - zeros + ExponentBias;
        if (low <= 1 && exponent is >= -4 and <= 23 && (bits & 3) == 1 && bits << shift == high)
        {
            // Exactly between two doubles: clear the bit that would round up, so that the even one is taken.
            bits &= ~1UL;
        }

        bits = (bits + (bits & 1)) >> 1;
        if (bits >= 2UL << MantissaBits)
        {
            bits = 1UL << MantissaBits;
            binaryExponent++;
        }

        value = BitConverter.UInt64BitsToDouble((bits & ~(1UL << MantissaBits)) | ((ulong)binaryExponent << MantissaBits));
        return true;
    }

    /// <summary>The leading 128 bits of 5^e for e from -MaxExponent to MaxExponent: rounded up from 5^-27 to 5^-1, whose inverses fit in 64 bits, else truncated.</summary>
    private static UInt128[] ComputePowersOfFive()
    {
        var powers = new UInt128[(2 * MaxExponent) + 1];
        for (var exponent = -MaxExponent; exponent <= MaxExponent; exponent++)
        {
            var power = BigInteger.Pow(5, Math.Abs(exponent));
            var length = (int)power.GetBitLength();
            var leading = exponent >= 0
                ? (length <= 128 ? power << (128 - length) : power >> (length - 128))
                : (BigInteger.One << (length + 127)) / power;
            powers[exponent + MaxExponent] = (UInt128)(exponent is < 0 and >= RoundedUpFrom ? leading + 1 : leading);
        }

        return powers;
    }
}
