using System.Globalization;
using System.Net;

namespace KMeans.Description.Report;

/// <summary>Text for the page: escaped, and numbers as people read them.</summary>
internal static class ReportText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>Makes text safe in content and in attributes.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>HTML.</returns>
    public static string Safe(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A count: "1,797".</summary>
    /// <param name="value">A count or weight.</param>
    /// <returns>The text.</returns>
    public static string Count(double value) => value.ToString("#,0", Culture);

    /// <summary>A quantity with four significant digits.</summary>
    /// <param name="value">The quantity; null or NaN where it is not known.</param>
    /// <returns>The text.</returns>
    public static string Number(double? value) => value is { } number && double.IsFinite(number) ? Short(number) : "–";

    /// <summary>A difference with its sign.</summary>
    /// <param name="value">The difference.</param>
    /// <returns>The text.</returns>
    public static string Signed(double value) => value.ToString("+0.00;−0.00", Culture);

    /// <summary>A share in percent.</summary>
    /// <param name="share">0 to 1.</param>
    /// <returns>The text.</returns>
    public static string Percent(double share) => (share * 100).ToString("0.0", Culture) + " %";

    /// <summary>A coordinate of a drawing.</summary>
    /// <param name="value">The coordinate.</param>
    /// <returns>The text.</returns>
    public static string At(double value) => value.ToString("0.##", Culture);

    /// <summary>Whole numbers as they are, others with their zeros, so that columns line up; far from 1 with an exponent.</summary>
    private static string Short(double number)
    {
        var size = Math.Abs(number);
        if (number == Math.Truncate(number) && size < 1e6)
        {
            return number.ToString("#,0", Culture).Replace('-', '−');
        }

        return size is >= 1e-3 and < 1e6
            ? number.ToString($"#,0.{new string('0', Math.Clamp(3 - (int)Math.Floor(Math.Log10(size)), 0, 6))}", Culture).Replace('-', '−')
            : number.ToString("0.###e0", Culture).Replace('-', '−');
    }
}
