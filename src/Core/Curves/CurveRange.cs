using System.Globalization;

namespace KMeans.Curves;

/// <summary>Which k a curve has: all from the first to the last.</summary>
/// <param name="First">1 or more.</param>
/// <param name="Last">No less than the first.</param>
public readonly record struct CurveRange(int First, int Last)
{
    /// <summary>Reads "2..50", or "8" for a single k.</summary>
    /// <param name="text">From the user.</param>
    /// <param name="range">Out: the range.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, out CurveRange range)
    {
        var parts = text.Split("..");
        var isRead = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first) & int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last);
        range = new CurveRange(first, last);
        return isRead && parts.Length <= 2 && range.IsSound;
    }

    /// <inheritdoc/>
    public override string ToString() => First == Last ? $"{First}" : $"{First}..{Last}";

    /// <summary>Refuses what is no range.</summary>
    /// <exception cref="InputException">Names the limits.</exception>
    internal void Check()
    {
        if (!IsSound)
        {
            throw new InputException($"--k {First}..{Last}: must be a range of at most {Curve.MostSteps} numbers such as 2..50, its first 1 or more.");
        }
    }

    private bool IsSound => First >= 1 && Last >= First && Last - First < Curve.MostSteps && Last < 1 << 24;
}
