using System.Globalization;
using KMeans.Curves;
using KMeans.Training;

namespace KMeans.Client.Display;

/// <summary>Prints a curve: a line and a bar a k, and what stands out.</summary>
internal static class CurveOutput
{
    private const int MostRows = 60;
    private const int BarWidth = 30;

    /// <summary>Prints it.</summary>
    /// <param name="curve">The curve.</param>
    public static void Print(CurveResult curve)
    {
        var largest = curve.Points.Max(point => point.Cost.Msd);
        var table = new Table(new("k", true), new("msd", true), new("95 % interval", true), new("at most", true), new("distance", true), new("silhouette", true), new("gap", true), new("msd"));
        foreach (var point in Shown(curve))
        {
            var length = largest > 0 ? (int)Math.Ceiling(BarWidth * point.Cost.Msd / largest) : 0;
            table.Add(
                $"{point.K}", Readable.Quantity(point.Cost.Msd), point.Cost.Kind == CostKind.Exact ? "exact" : $"{Readable.Quantity(point.Cost.Low)} to {Readable.Quantity(point.Cost.High)}",
                point.Cost.Bound is { } bound ? Readable.Quantity(bound) : "", Readable.Quantity(point.MeanDistance), Number(point.Silhouette), Number(point.Gap),
                new string('█', length) + (curve.Choice?.K == point.K ? $" <- {Name(curve.Choice)}" : ""));
        }

        table.Print();
        if (curve.Choice is { } choice)
        {
            Console.Out.WriteLine();
            Console.Out.WriteLine(Describe(choice));
            Console.Out.WriteLine(DescribeOthers(choice));
        }
    }

    /// <summary>What stands out, and how sure that is.</summary>
    /// <param name="choice">The choice.</param>
    /// <returns>One line.</returns>
    public static string Describe(KChoice choice)
    {
        var fall = string.Create(CultureInfo.InvariantCulture, $"the msd falls {Times(choice)} as steeply before as after, and {choice.Agreement * 100:0} % of 100 resamples of the rows have their elbow there");
        return choice.Sureness switch
        {
            Sureness.Clear => $"k = {choice.K} is a clear elbow: {fall}",
            Sureness.Weak => $"k = {choice.K} is a weak elbow: {fall}",
            _ => $"no k stands out: the msd falls smoothly; k = {choice.K}, where it is farthest below the line from the first k to the last, is a compromise, so choose k by what it is for",
        };
    }

    private static string Times(KChoice choice) =>
        choice.FallAfter > 0.01 * choice.FallBefore ? string.Create(CultureInfo.InvariantCulture, $"{choice.FallBefore / choice.FallAfter:0.0} times") : "more than 100 times";

    private static string DescribeOthers(KChoice choice)
    {
        var distance = choice.MeanDistanceElbow > 0 ? $"elbow of the mean distance {choice.MeanDistanceElbow}" : "no elbow of the mean distance";
        return $"{distance}; highest silhouette {Word(choice.BestSilhouette)}; gap {Word(choice.BestGap)}";
    }

    private static string Word(int? k) => k is { } value ? $"{value}" : "none";

    private static string Name(KChoice choice) => choice.Sureness == Sureness.None ? "knee" : "elbow";

    private static string Number(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A long curve is thinned evenly; the chosen k and its neighbours stay.</summary>
    private static IEnumerable<CurvePoint> Shown(CurveResult curve)
    {
        var step = (curve.Points.Count + MostRows - 1) / MostRows;
        return curve.Points.Where((point, i) => i % step == 0 || i == curve.Points.Count - 1 || (curve.Choice is { } choice && Math.Abs(point.K - choice.K) <= 1));
    }
}
