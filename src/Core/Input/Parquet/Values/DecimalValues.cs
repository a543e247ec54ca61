using System.Globalization;
using System.Numerics;

namespace KMeans.Input.Parquet.Values;

/// <summary>Turns unscaled decimals into the nearest doubles.</summary>
internal static class DecimalValues
{
    /// <summary>Whole numbers up to this are doubles exactly.</summary>
    private const long LargestExact = 1L << 53;

    private static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>Scales an integer.</summary>
    /// <param name="unscaled">The digits.</param>
    /// <param name="scale">How many of them are behind the point, not negative.</param>
    /// <returns>The double nearest to unscaled / 10^scale. One division where both are doubles exactly, so that it rounds once.</returns>
    public static double Scale(long unscaled, int scale) =>
        scale < PowersOfTen.Length && unscaled is >= -LargestExact and <= LargestExact
            ? unscaled / PowersOfTen[scale]
            : Parse(unscaled, scale);

    /// <summary>Scales a big-endian two's complement integer of any length.</summary>
    /// <param name="bytes">The digits; empty is 0.</param>
    /// <param name="scale">How many of them are behind the point.</param>
    /// <returns>The nearest double.</returns>
    public static double Scale(ReadOnlySpan<byte> bytes, int scale)
    {
        if (bytes.Length > 8)
        {
            var wide = new BigInteger(bytes, isUnsigned: false, isBigEndian: true);
            return wide >= -LargestExact && wide <= LargestExact ? Scale((long)wide, scale) : Parse(wide, scale);
        }

        var value = bytes.Length > 0 && bytes[0] > 127 ? -1L : 0L;
        foreach (var part in bytes)
        {
            value = (value << 8) | part;
        }

        return Scale(value, scale);
    }

    /// <summary>Rounds once, through the digits: the slow way for what exceeds 53 bits.</summary>
    private static double Parse(BigInteger unscaled, int scale)
    {
        Span<char> text = stackalloc char[128];
        if (!unscaled.TryFormat(text[..100], out var length, default, CultureInfo.InvariantCulture))
        {
            throw new InvalidDataException("a decimal has too many digits");
        }

        text[length++] = 'E';
        text[length++] = '-';
        scale.TryFormat(text[length..], out var digits, default, CultureInfo.InvariantCulture);
        return double.Parse(text[..(length + digits)], NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
