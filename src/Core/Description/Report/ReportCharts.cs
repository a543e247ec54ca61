using System.Text;
using static KMeans.Description.Report.ReportText;

namespace KMeans.Description.Report;

/// <summary>The page's charts that need no script, as SVG. Colours come from the style sheet's classes.</summary>
internal static class ReportCharts
{
    private const double CurveWidth = 720;
    private const double CurveHeight = 280;
    private const double Left = 64;
    private const double Right = 16;
    private const double Top = 16;
    private const double Bottom = 40;
    private const double DifferenceWidth = 120;

    private static readonly double[] Steps = [1, 2, 5, 10];

    /// <summary>The cost over k with its interval; the chosen k and the model's are marked.</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="modelK">The model's k.</param>
    /// <returns>SVG.</returns>
    public static string Curve(ReportCurve curve, int modelK)
    {
        var points = curve.Points;
        var (first, last) = (points[0].K, points[^1].K);
        var high = points.Max(point => Math.Max(point.High, point.Msd));
        var svg = new StringBuilder();
        svg.Append($"<svg class=\"curve\" viewBox=\"0 0 {At(CurveWidth)} {At(CurveHeight)}\" role=\"img\" aria-label=\"Mean squared distance for {first} to {last} clusters\">");
        foreach (var tick in Ticks(high))
        {
            svg.Append($"<line class=\"grid\" x1=\"{At(Left)}\" x2=\"{At(CurveWidth - Right)}\" y1=\"{At(Y(tick))}\" y2=\"{At(Y(tick))}\"/><text x=\"{At(Left - 8)}\" y=\"{At(Y(tick) + 4)}\" text-anchor=\"end\">{Number(tick)}</text>");
        }

        var every = Math.Max(1, (points.Count + 11) / 12);
        for (var i = 0; i < points.Count; i += every)
        {
            svg.Append($"<text x=\"{At(X(points[i].K))}\" y=\"{At(CurveHeight - Bottom + 18)}\" text-anchor=\"middle\">{points[i].K}</text>");
        }

        svg.Append($"<text class=\"axis\" x=\"{At((Left + CurveWidth - Right) / 2)}\" y=\"{At(CurveHeight - 4)}\" text-anchor=\"middle\">clusters</text>");
        var edge = points.Select(point => $"{At(X(point.K))},{At(Y(point.High))}").Concat(points.Reverse().Select(point => $"{At(X(point.K))},{At(Y(point.Low))}"));
        svg.Append($"<polygon class=\"band\" points=\"{string.Join(' ', edge)}\"/><polyline class=\"line\" points=\"{string.Join(' ', points.Select(point => $"{At(X(point.K))},{At(Y(point.Msd))}"))}\"/>");
        foreach (var point in points)
        {
            var kind = point.K == modelK ? "dot own" : point.K == curve.ChosenK ? "dot chosen" : "dot";
            svg.Append($"<circle class=\"{kind}\" cx=\"{At(X(point.K))}\" cy=\"{At(Y(point.Msd))}\" r=\"{(kind == "dot" ? "2.5" : "5")}\"><title>{point.K} clusters: {Number(point.Msd)}</title></circle>");
        }

        return svg.Append("</svg>").ToString();

        double X(double k) => last == first ? (Left + CurveWidth - Right) / 2 : Left + 10 + ((CurveWidth - Left - Right - 20) * (k - first) / (last - first));
        double Y(double value) => Top + ((CurveHeight - Top - Bottom) * (1 - (high > 0 ? value / high : 0)));
    }

    /// <summary>A bar from 0 to a share of the greatest.</summary>
    /// <param name="share">0 to 1.</param>
    /// <param name="cluster">Whose colour it has.</param>
    /// <returns>SVG.</returns>
    public static string Bar(double share, int cluster) =>
        $"<svg class=\"bar c{cluster}\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"back\" width=\"100\" height=\"8\"/><rect class=\"fill\" width=\"{At(100 * share)}\" height=\"8\"/></svg>";

    /// <summary>A difference as a bar to the left or to the right of the mean.</summary>
    /// <param name="standardised">In deviations.</param>
    /// <param name="greatest">The greatest that is drawn.</param>
    /// <param name="cluster">Whose colour it has.</param>
    /// <returns>SVG.</returns>
    public static string Difference(double standardised, double greatest, int cluster)
    {
        var length = DifferenceWidth / 2 * Math.Min(1, Math.Abs(standardised) / greatest);
        var start = standardised < 0 ? (DifferenceWidth / 2) - length : DifferenceWidth / 2;
        return $"<svg class=\"difference c{cluster}\" viewBox=\"0 0 {At(DifferenceWidth)} 10\" aria-hidden=\"true\"><rect class=\"fill\" x=\"{At(start)}\" y=\"1\" width=\"{At(length)}\" height=\"8\" rx=\"1.5\"/><line class=\"zero\" x1=\"{At(DifferenceWidth / 2)}\" x2=\"{At(DifferenceWidth / 2)}\" y1=\"0\" y2=\"10\"/></svg>";
    }

    /// <summary>Round numbers from 0 on: 1, 2 or 5 times a power of ten apart.</summary>
    private static IEnumerable<double> Ticks(double high)
    {
        if (!(high > 0))
        {
            return [0];
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(high / 4)));
        var step = Steps.Select(factor => factor * power).First(step => high / step <= 5);
        return Enumerable.Range(0, (int)Math.Floor(high / step) + 1).Select(i => i * step);
    }
}
