using System.Globalization;
using System.Text;

namespace KMeans.Curves;

/// <summary>Draws a curve as SVG: the msd with its interval, the mean distance, the silhouette and the gap, one above the other over the same k.</summary>
/// <remarks>Text, lines and circles only, with the page's own fonts: it opens in any browser without a network, in light and in dark.</remarks>
internal static class CurveDrawing
{
    private const double Width = 760;
    private const double Left = 84;
    private const double Right = 24;
    private const double Top = 56;
    private const double TallPanel = 240;
    private const double FlatPanel = 96;
    private const double Gap = 40;
    private const double Bottom = 44;

    private static readonly double[] Steps = [1, 2, 5, 10];

    private const string Style = """
        text{font:12px system-ui,sans-serif;fill:#333}.head{font-size:15px;font-weight:600}.name{font-weight:600}.grid{stroke:#e3e3e3}.axis{stroke:#888}
        .line{fill:none;stroke:#1f5fa8;stroke-width:1.8}.dot{fill:#1f5fa8}.band{fill:#1f5fa8;opacity:.16}.mark{stroke:#c4501b;stroke-dasharray:4 3}.chosen{fill:#c4501b}.note{fill:#c4501b;font-weight:600}
        .page{fill:#fff}
        @media(prefers-color-scheme:dark){.page{fill:#16181b}text{fill:#ccc}.grid{stroke:#303338}.axis{stroke:#777}.line{stroke:#6aa9ef}.dot,.band{fill:#6aa9ef}.mark{stroke:#f08a55}.chosen,.note{fill:#f08a55}}
        """;

    /// <summary>Draws it.</summary>
    /// <param name="stream">Written to; not disposed.</param>
    /// <param name="curve">The curve.</param>
    public static void Write(Stream stream, CurveResult curve)
    {
        var points = curve.Points;
        var panels = new List<Panel>
        {
            new("mean squared distance (msd)", TallPanel, [.. points.Select(point => (double?)point.Cost.Msd)])
            {
                Low = [.. points.Select(point => point.Cost.Low)],
                High = [.. points.Select(point => point.Cost.High)],
            },
            new("mean distance (Euclidean)", FlatPanel, [.. points.Select(point => (double?)point.MeanDistance)]),
            new("silhouette (simplified)", FlatPanel, [.. points.Select(point => point.Silhouette)]),
            new("gap", FlatPanel, [.. points.Select(point => point.Gap)]),
        };
        panels.RemoveAll(panel => panel.Values.All(value => value is null));
        var height = Top + panels.Sum(panel => panel.Height) + (Gap * (panels.Count - 1)) + Bottom;
        var svg = new StringBuilder();
        svg.Append(Text($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" role=\"img\" aria-label=\"{Title(curve)}\">\n"));
        svg.Append(Text($"<style>{Style}</style>\n<rect class=\"page\" width=\"{Width}\" height=\"{height}\"/>\n<text class=\"head\" x=\"{Left}\" y=\"24\">{Title(curve)}</text>\n"));
        var top = Top;
        foreach (var panel in panels)
        {
            Draw(svg, panel, top, curve);
            top += panel.Height + Gap;
        }

        foreach (var k in Ticks(points[0].K, points[^1].K, 12).Where(k => k == Math.Floor(k)))
        {
            svg.Append(Text($"<text x=\"{X(k, curve):0.#}\" y=\"{height - Bottom + 18}\" text-anchor=\"middle\">{k}</text>\n"));
        }

        svg.Append(Text($"<text class=\"name\" x=\"{(Left + Width - Right) / 2}\" y=\"{height - 8}\" text-anchor=\"middle\">clusters (k)</text>\n</svg>\n"));
        stream.Write(Encoding.UTF8.GetBytes(svg.ToString()));
    }

    private static string Title(CurveResult curve) => curve.Choice switch
    {
        { Sureness: Sureness.Clear } choice => $"k = {choice.K} stands out clearly",
        { Sureness: Sureness.Weak } choice => $"k = {choice.K} stands out a little",
        { } => "No k stands out: the cost falls smoothly",
        null => $"k = {curve.Points[0].K}",
    };

    private static void Draw(StringBuilder svg, Panel panel, double top, CurveResult curve)
    {
        var known = panel.Values.OfType<double>().Concat(panel.Low).Concat(panel.High).ToArray();
        var (least, most) = (known.Min(), known.Max());
        var room = most > least ? 0.06 * (most - least) : Math.Max(Math.Abs(most), 1) * 0.1;
        var (low, high) = (least - room, most + room);
        svg.Append(Text($"<text class=\"name\" x=\"{Left}\" y=\"{top - 8}\">{panel.Name}</text>\n"));
        foreach (var tick in Ticks(low, high, panel.Height > FlatPanel ? 6 : 4))
        {
            svg.Append(Text($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):0.#}\" y2=\"{Y(tick):0.#}\"/><text x=\"{Left - 8}\" y=\"{Y(tick) + 4:0.#}\" text-anchor=\"end\">{Label(tick)}</text>\n"));
        }

        svg.Append(Text($"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{top + panel.Height}\" y2=\"{top + panel.Height}\"/>\n"));
        if (curve.Choice is { } choice)
        {
            svg.Append(Text($"<line class=\"mark\" x1=\"{X(choice.K, curve):0.#}\" x2=\"{X(choice.K, curve):0.#}\" y1=\"{top}\" y2=\"{top + panel.Height}\"/>\n"));
        }

        if (panel.Low.Length > 0)
        {
            var edge = panel.High.Select((value, i) => (value, i)).Concat(panel.Low.Select((value, i) => (value, i)).Reverse());
            svg.Append(Text($"<polygon class=\"band\" points=\"{string.Join(' ', edge.Select(each => Text($"{X(curve.Points[each.i].K, curve):0.#},{Y(each.value):0.#}")))}\"/>\n"));
        }

        var drawn = panel.Values.Select((value, i) => (Value: value, curve.Points[i].K)).Where(each => each.Value is not null).ToArray();
        svg.Append(Text($"<polyline class=\"line\" points=\"{string.Join(' ', drawn.Select(each => Text($"{X(each.K, curve):0.#},{Y(each.Value!.Value):0.#}")))}\"/>\n"));
        foreach (var (value, k) in drawn)
        {
            var isChosen = curve.Choice?.K == k;
            svg.Append(Text($"<circle class=\"{(isChosen ? "chosen" : "dot")}\" cx=\"{X(k, curve):0.#}\" cy=\"{Y(value!.Value):0.#}\" r=\"{(isChosen ? 4.5 : 2.5)}\"><title>k {k}: {Label(value.Value)}</title></circle>\n"));
            if (isChosen && panel.Low.Length > 0)
            {
                var isRight = X(k, curve) > Width - 120;
                svg.Append(Text($"<text class=\"note\" x=\"{X(k, curve) + (isRight ? -8 : 8):0.#}\" y=\"{Y(value.Value) - 12:0.#}\"{(isRight ? " text-anchor=\"end\"" : "")}>k = {k}</text>\n"));
            }
        }

        double Y(double value) => top + (panel.Height * (high - value) / (high - low));
    }

    private static double X(double k, CurveResult curve)
    {
        var (first, last) = (curve.Points[0].K, curve.Points[^1].K);
        return last == first ? (Left + Width - Right) / 2 : Left + 12 + ((Width - Left - Right - 24) * (k - first) / (last - first));
    }

    /// <summary>Round numbers within a range: 1, 2 or 5 times a power of ten apart.</summary>
    private static IEnumerable<double> Ticks(double low, double high, int most)
    {
        if (!(high > low))
        {
            yield return low;
            yield break;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10((high - low) / most)));
        var step = Steps.Select(factor => factor * power).First(step => (high - low) / step <= most);
        for (var tick = Math.Ceiling(low / step); tick * step <= high; tick++)
        {
            // -0 would be written with its sign.
            yield return (tick * step) + 0.0;
        }
    }

    private static string Label(double value) => value.ToString("G4", CultureInfo.InvariantCulture).Replace("E+0", "e", StringComparison.Ordinal).Replace("E-0", "e-", StringComparison.Ordinal);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Panel(string Name, double Height, double?[] Values)
    {
        public double[] Low { get; init; } = [];

        public double[] High { get; init; } = [];
    }
}
