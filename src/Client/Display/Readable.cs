using System.Globalization;

namespace KMeans.Client.Display;

/// <summary>Numbers as people read them; always with a point for the fraction and commas between thousands.</summary>
internal static class Readable
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>A count: "1,797".</summary>
    /// <param name="value">The count; a fraction, such as a weight, is rounded.</param>
    /// <returns>The text.</returns>
    public static string Count(double value) => value.ToString("#,0", Culture);

    /// <summary>A quantity with five significant digits: "651.24", "0.0012346", "1.2346e+09".</summary>
    /// <param name="value">The quantity.</param>
    /// <returns>The text.</returns>
    public static string Quantity(double value) => value.ToString("G5", Culture) is var text && text.Contains('E', StringComparison.Ordinal) ? text.Replace("E", "e", StringComparison.Ordinal) : text;

    /// <summary>A share of 1 in percent: "10.2 %".</summary>
    /// <param name="share">0 to 1.</param>
    /// <returns>The text.</returns>
    public static string Percent(double share) => (share * 100).ToString("0.0", Culture) + " %";

    /// <summary>A large number with its unit: "3.1 M".</summary>
    /// <param name="value">Not negative.</param>
    /// <returns>The text.</returns>
    public static string Short(double value) => value switch
    {
        >= 1e9 => (value / 1e9).ToString("0.0", Culture) + " G",
        >= 1e6 => (value / 1e6).ToString("0.0", Culture) + " M",
        >= 1e4 => (value / 1e3).ToString("0", Culture) + " k",
        _ => value.ToString("0", Culture),
    };

    /// <summary>A size: "1.2 GiB".</summary>
    /// <param name="bytes">Not negative.</param>
    /// <returns>The text.</returns>
    public static string Bytes(double bytes) => bytes switch
    {
        >= 1L << 30 => (bytes / (1L << 30)).ToString("0.0", Culture) + " GiB",
        >= 1L << 20 => (bytes / (1L << 20)).ToString("0.0", Culture) + " MiB",
        >= 1L << 10 => (bytes / (1L << 10)).ToString("0", Culture) + " KiB",
        _ => bytes.ToString("0", Culture) + " bytes",
    };

    /// <summary>A duration: "0.42 s", "1 min 12 s", "2 h 5 min".</summary>
    /// <param name="seconds">Not negative.</param>
    /// <returns>The text.</returns>
    public static string Duration(double seconds) => seconds switch
    {
        >= 3600 => string.Create(Culture, $"{Math.Floor(seconds / 3600):0} h {Math.Floor(seconds % 3600 / 60):0} min"),
        >= 60 => string.Create(Culture, $"{Math.Floor(seconds / 60):0} min {Math.Floor(seconds % 60):0} s"),
        >= 10 => string.Create(Culture, $"{seconds:0.0} s"),
        _ => string.Create(Culture, $"{seconds:0.00} s"),
    };
}
