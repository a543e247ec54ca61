namespace KMeans.Client.Display;

/// <summary>The few styles of text on a terminal's standard output.</summary>
internal static class Styles
{
    /// <summary>Whether the terminal wants styles: see no-color.org.</summary>
    private static readonly bool Wanted =
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>Text that stands out.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text with its style.</returns>
    public static string Bold(string text) => Wanted ? $"\e[1m{text}\e[0m" : text;

    /// <summary>Text that stands back.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text with its style.</returns>
    public static string Dim(string text) => Wanted ? $"\e[2m{text}\e[0m" : text;
}
