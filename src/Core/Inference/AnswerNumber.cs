using System.Globalization;

namespace KMeans.Inference;

/// <summary>Writes float32 numbers as the reference product's text does.</summary>
internal static class AnswerNumber
{
    /// <summary>Writes a number: rounded to float32, then the shortest decimal of the double that equals it, with ".0" where it has neither point nor exponent.</summary>
    /// <param name="text">Room for 32 bytes.</param>
    /// <param name="value">Finite. What is beyond float32 is written as it is, since text has no infinity.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> text, double value)
    {
        var single = (float)value;
        value = float.IsFinite(single) ? single : value;
        if (value is >= 0 and < 10 && value == (int)value)
        {
            text[0] = (byte)('0' + (int)value);
            ".0"u8.CopyTo(text[1..]);
            return 3;
        }

        _ = value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        if (text[..length].IndexOfAny((byte)'.', (byte)'E') < 0)
        {
            ".0"u8.CopyTo(text[length..]);
            return length + 2;
        }

        if (text[..length].IndexOf((byte)'E') is var exponent and >= 0)
        {
            text[exponent] = (byte)'e';
        }

        return length;
    }
}
