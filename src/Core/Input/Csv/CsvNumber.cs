using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace KMeans.Input.Csv;

/// <summary>What a field says, once quotes and spaces around it are gone.</summary>
internal enum FieldContent
{
    /// <summary>A finite number (or one so large that it rounds to infinity).</summary>
    Number,

    /// <summary>Nothing, a spelling of "no value", or of infinity.</summary>
    Special,

    /// <summary>Anything else.</summary>
    Text,
}

/// <summary>Reads numbers from UTF-8 text, always to the nearest double.</summary>
/// <remarks>
/// A number is an optional sign, digits with at most one point, and optionally e or E with a signed exponent. NaN is the empty field and, in any case:
/// NA, N/A, #N/A, &lt;NA&gt;, NaN, -NaN, null, none and \N. Infinity is inf or infinity with an optional sign. Nothing else is a number: no thousands separators,
/// no decimal commas, no currency signs, no hexadecimal.
/// </remarks>
internal static class CsvNumber
{
    private const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>A mantissa of so many digits fits in 64 bits.</summary>
    private const int MaxDigits = 19;

    /// <summary>Shorter texts are left to <see cref="Read"/>: those are the last few bytes of a window.</summary>
    private const int LeastLength = 2;

    private static ReadOnlySpan<ulong> PowersOfTen => [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

    /// <summary>Reads the number that a text begins with, if it is one of the usual kind: at most 19 digits and a modest exponent.</summary>
    /// <param name="text">Holds at least one byte after the number that cannot belong to one, and a few more: near its end nothing is read.</param>
    /// <param name="value">Out.</param>
    /// <returns>Bytes of the number; 0 says nothing about whether there is one.</returns>
    public static int ReadPrefix(ReadOnlySpan<byte> text, out double value)
    {
        value = 0.0;
        if (text.Length < LeastLength)
        {
            return 0;
        }

        // Signs are as random as the data: no branch is taken on them.
        var first = text[0];
        var begin = first is (byte)'-' or (byte)'+' ? 1 : 0;
        var mantissa = 0UL;
        var i = ReadDigits(text, begin, ref mantissa);
        var digits = i - begin;
        var exponent = 0;
        if (text[i] == '.')
        {
            begin = i + 1;
            i = ReadDigits(text, begin, ref mantissa);
            exponent = begin - i;
            digits += i - begin;
        }

        if ((uint)(digits - 1) >= MaxDigits || ((text[i] | 0x20) == 'e' && !TryReadExponent(text, ref i, ref exponent)))
        {
            return 0;
        }

        if (!DecimalToDouble.TryConvert(mantissa, exponent, out value))
        {
            return 0;
        }

        var sign = first == '-' ? 1UL << 63 : 0;
        value = BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(value) | sign);
        return i;
    }

    /// <summary>Reads a whole field.</summary>
    /// <param name="field">Without quotes, and without spaces around it.</param>
    /// <param name="value">Out: NaN where the field is text.</param>
    /// <returns>What the field says.</returns>
    public static FieldContent Read(ReadOnlySpan<byte> field, out double value)
    {
        if (IsNumber(field))
        {
            // The library takes what is left here: many digits or large exponents.
            _ = double.TryParse(field, Styles, CultureInfo.InvariantCulture, out value);
            return FieldContent.Number;
        }

        value = double.NaN;
        if (IsMissing(field))
        {
            return FieldContent.Special;
        }

        var unsigned = field[0] is (byte)'-' or (byte)'+' ? field[1..] : field;
        if (!Is(unsigned, "inf"u8) && !Is(unsigned, "infinity"u8))
        {
            return FieldContent.Text;
        }

        value = field[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        return FieldContent.Special;
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> text, ref int i, ref int exponent)
    {
        i++;
        var isNegative = text[i] == '-';
        if (isNegative || text[i] == '+')
        {
            i++;
        }

        var (begin, written) = (i, 0);
        uint digit;
        while ((digit = text[i] - (uint)'0') <= 9)
        {
            written = Math.Min((written * 10) + (int)digit, 100_000);
            i++;
        }

        exponent += isNegative ? -written : written;
        return i > begin;
    }

    /// <summary>Reads digits, up to eight at a time in a register. The mantissa overflows silently: the caller counts.</summary>
    /// <returns>Index after the last digit.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadDigits(ReadOnlySpan<byte> text, int i, ref ulong mantissa)
    {
        while (i <= text.Length - sizeof(ulong))
        {
            var chunk = BinaryPrimitives.ReadUInt64LittleEndian(text[i..]);

            // The high bit of each byte that is no digit; bits after the first such byte may be wrong.
            var nibbles = chunk ^ 0x3030303030303030;
            var others = ((nibbles + 0x7676767676767676) | nibbles) & 0x8080808080808080;
            if (others != 0)
            {
                // Shifted to the end, fewer than eight digits are eight digits with leading zeros.
                var count = BitOperations.TrailingZeroCount(others) >> 3;
                mantissa = (mantissa * PowersOfTen[count]) + Combine((nibbles << (56 - (8 * count))) << 8);
                return i + count;
            }

            mantissa = (mantissa * 100_000_000) + Combine(nibbles);
            i += sizeof(ulong);
        }

        for (uint digit; (digit = text[i] - (uint)'0') <= 9; i++)
        {
            mantissa = (mantissa * 10) + digit;
        }

        return i;
    }

    /// <summary>The number that eight digits write, one a byte, the first in the lowest: pairs are combined first, then the four of them at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Combine(ulong digits)
    {
        const ulong Pairs = 0x000000FF000000FF;
        digits = (digits * 10) + (digits >> 8);
        return (uint)((((digits & Pairs) * (100 + (1_000_000UL << 32))) + (((digits >> 16) & Pairs) * (1 + (10_000UL << 32)))) >> 32);
    }

    private static bool IsNumber(ReadOnlySpan<byte> field)
    {
        if (field.Length > 0 && field[0] is (byte)'-' or (byte)'+')
        {
            field = field[1..];
        }

        var digits = SkipDigits(ref field);
        if (field.Length > 0 && field[0] == '.')
        {
            field = field[1..];
            digits += SkipDigits(ref field);
        }

        if (digits > 0 && field.Length > 0 && (field[0] | 0x20) == 'e')
        {
            field = field[1..];
            if (field.Length > 0 && field[0] is (byte)'-' or (byte)'+')
            {
                field = field[1..];
            }

            digits = SkipDigits(ref field);
        }

        return digits > 0 && field.Length == 0;
    }

    private static int SkipDigits(ref ReadOnlySpan<byte> field)
    {
        var count = field.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        count = count < 0 ? field.Length : count;
        field = field[count..];
        return count;
    }

    private static bool IsMissing(ReadOnlySpan<byte> field) => field.Length switch
    {
        0 => true,
        2 => Is(field, "na"u8) || field.SequenceEqual("\\N"u8),
        3 => Is(field, "nan"u8) || Is(field, "n/a"u8),
        4 => Is(field, "null"u8) || Is(field, "none"u8) || Is(field, "-nan"u8) || Is(field, "#n/a"u8) || Is(field, "<na>"u8),
        _ => false,
    };

    private static bool Is(ReadOnlySpan<byte> field, ReadOnlySpan<byte> lowerCase) => System.Text.Ascii.EqualsIgnoreCase(field, lowerCase);
}
