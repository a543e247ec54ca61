using System.Globalization;
using System.Runtime.InteropServices;

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

    /// <summary>Reads the number that a text begins with, if it is one of the usual kind: at most 19 digits and a modest exponent.</summary>
    /// <param name="text">Holds at least one byte after the number that cannot belong to one.</param>
    /// <param name="value">Out.</param>
    /// <param name="length">Out: bytes of the number.</param>
    /// <returns>False where the text begins otherwise: that says nothing about whether it is a number.</returns>
    public static bool TryReadPrefix(ReadOnlySpan<byte> text, out double value, out int length)
    {
        value = 0.0;
        length = 0;
        var i = 0;
        var isNegative = text[0] == '-';
        if (isNegative || text[0] == '+')
        {
            i = 1;
        }

        var mantissa = 0UL;
        var begin = i;
        uint digit;
        while ((digit = text[i] - (uint)'0') <= 9)
        {
            mantissa = (mantissa * 10) + digit;
            i++;
        }

        var digits = i - begin;
        var exponent = 0;
        if (text[i] == '.')
        {
            begin = ++i;
            while (i + sizeof(ulong) <= text.Length && TryReadEight(text[i..], out var eight))
            {
                mantissa = (mantissa * 100_000_000) + eight;
                i += sizeof(ulong);
            }

            while ((digit = text[i] - (uint)'0') <= 9)
            {
                mantissa = (mantissa * 10) + digit;
                i++;
            }

            exponent = begin - i;
            digits += i - begin;
        }

        if ((uint)(digits - 1) >= MaxDigits || ((text[i] | 0x20) == 'e' && !TryReadExponent(text, ref i, ref exponent)))
        {
            return false;
        }

        length = i;
        var converted = DecimalToDouble.TryConvert(mantissa, exponent, out value);
        value = isNegative ? -value : value;
        return converted;
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

    /// <summary>Eight digits at once: checked and combined in a register, pairs first. Needs a little-endian machine.</summary>
    private static bool TryReadEight(ReadOnlySpan<byte> text, out uint value)
    {
        var chunk = MemoryMarshal.Read<ulong>(text);
        value = 0;
        if (!BitConverter.IsLittleEndian || ((chunk & 0xF0F0F0F0F0F0F0F0) | (((chunk + 0x0606060606060606) & 0xF0F0F0F0F0F0F0F0) >> 4)) != 0x3333333333333333)
        {
            return false;
        }

        chunk -= 0x3030303030303030;
        chunk = (chunk * 10) + (chunk >> 8);
        value = (uint)((((chunk & 0x000000FF000000FF) * (100 + (1_000_000UL << 32))) + (((chunk >> 16) & 0x000000FF000000FF) * (1 + (10_000UL << 32)))) >> 32);
        return true;
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
