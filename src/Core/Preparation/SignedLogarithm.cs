using KMeans.Generation;

namespace KMeans.Preparation;

/// <summary>sign(x) ln(1 + |x|) and its inverse, the same on every machine: additions, multiplications and divisions only, each rounded as IEEE 754 says.</summary>
internal static class SignedLogarithm
{
    /// <summary>The logarithm, within 1e-12.</summary>
    /// <param name="value">Any; NaN stays NaN.</param>
    /// <returns>0 for 0, odd, increasing.</returns>
    public static double Of(double value)
    {
        var size = Math.Abs(value);
        if (!(size > 0))
        {
            return value;
        }

        // Near 0 the sum 1 + x would lose x: there the series of ln(1 + x) has its digits in three terms.
        var log = size < 1e-5 ? size * (1 - (size * (0.5 - (size / 3)))) : StandardNormal.Log(1 + size);
        return value < 0 ? -log : log;
    }

    /// <summary>What the logarithm is of: sign(y) (e^|y| - 1), within 1e-12 relative.</summary>
    /// <param name="logarithm">Any; NaN stays NaN.</param>
    /// <returns>0 for 0, odd, increasing; infinite beyond double's range.</returns>
    /// <remarks>|y| is n ln 2 + r with r in [-0.35, 0.35], and e^|y| - 1 is 2^n (e^r - 1) + (2^n - 1), with the series of e^r - 1: near 0 no digit is lost, as e^y - 1 would.</remarks>
    public static double Invert(double logarithm)
    {
        const double Ln2 = 0.693147180559945309417;
        const double Most = 710;
        var size = Math.Abs(logarithm);
        if (!(size > 0))
        {
            return logarithm;
        }

        if (size >= Most)
        {
            return logarithm < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }

        var n = (int)Math.Round(size / Ln2);
        var r = size - (n * Ln2);
        var sum = 1.0;
        for (var term = 14; term >= 2; term--)
        {
            sum = 1 + (sum * r / term);
        }

        // In two steps: 2^1024 is no double, but half of it times what it is multiplied by may be.
        var half = Math.ScaleB(1, n - 1);
        var value = ((half * r * sum) + (half - 0.5)) * 2;
        return logarithm < 0 ? -value : value;
    }
}
