using System.Runtime.CompilerServices;

namespace KMeans.Curves;

/// <summary>How sure a choice of k is.</summary>
public enum Sureness
{
    /// <summary>The cost falls smoothly: no k stands out.</summary>
    None,

    /// <summary>A k stands out a little, or other rows might have another.</summary>
    Weak,

    /// <summary>A k stands out, whatever rows are looked at.</summary>
    Clear,
}

/// <summary>The k that stands out of a curve.</summary>
/// <param name="K">The choice: the elbow of the msd, or where none stands out its knee.</param>
/// <param name="Sureness">How sure it is.</param>
/// <param name="FallBefore">The fall of log msd a unit of log k in the step to k.</param>
/// <param name="FallAfter">The same in the step after it.</param>
/// <param name="Agreement">The part of the resamples of the rows whose elbow is the same k, 0 to 1.</param>
/// <param name="MeanDistanceElbow">The elbow of the mean Euclidean distance; 0 where there is none.</param>
/// <param name="BestSilhouette">The k with the highest silhouette; null where there is none.</param>
/// <param name="BestGap">The smallest k whose gap is within an error of the next one's; null where there is none.</param>
public sealed record KChoice(int K, Sureness Sureness, double FallBefore, double FallAfter, double Agreement, int MeanDistanceElbow, int? BestSilhouette, int? BestGap)
{
    /// <summary>A clear elbow falls so many times as steeply before as after.</summary>
    private const double ClearRatio = 3;

    /// <summary>A weak one so many times.</summary>
    private const double WeakRatio = 1.5;

    /// <summary>A clear elbow bends by so much at least: of data without clusters none does.</summary>
    private const double ClearBend = 0.5;

    private const double WeakBend = 0.2;

    /// <summary>A clear elbow is where it is in so many of the resamples.</summary>
    private const double ClearAgreement = 0.9;

    private const int Resamples = 100;

    /// <summary>Chooses.</summary>
    /// <param name="points">Of consecutive k; those at the ends may lie outside the range.</param>
    /// <param name="range">The k that may be chosen.</param>
    /// <param name="distances">For each point the squared distances of the same rows.</param>
    /// <param name="weights">The rows' weights.</param>
    /// <param name="seed">The user's seed.</param>
    /// <returns>The choice; the first k where there are too few of them for an elbow.</returns>
    internal static KChoice Choose(CurvePoint[] points, CurveRange range, double[][] distances, IReadOnlyList<double> weights, long seed)
    {
        var first = points[0].K;
        var inRange = points.Where(point => point.K >= range.First && point.K <= range.Last).ToArray();
        var elbow = ElbowMeasure.Find(first, [.. points.Select(point => point.Cost.Msd)], range.First, range.Last);
        var plain = ElbowMeasure.Find(first, [.. points.Select(point => point.MeanDistance)], range.First, range.Last);
        var silhouette = inRange.Where(point => point.Silhouette is not null).MaxBy(point => point.Silhouette)?.K;
        var gap = BestOf(points, range);
        if (elbow.K == 0)
        {
            return new KChoice(range.First, Sureness.None, 0, 0, 0, plain.K, silhouette, gap);
        }

        var agreement = Agree(first, elbow.K, range, distances, weights, seed);
        var sureness = Judge(elbow.Before, elbow.After, agreement);
        var chosen = sureness == Sureness.None ? ElbowMeasure.Knee(range.First, [.. inRange.Select(point => point.Cost.Msd)]) : elbow.K;
        return new KChoice(chosen, sureness, elbow.Before, elbow.After, agreement, plain.K, silhouette, gap);
    }

    private static Sureness Judge(double before, double after, double agreement)
    {
        var (bend, ratio) = (before - after, before / Math.Max(after, 1e-9));
        return bend >= ClearBend && ratio >= ClearRatio && agreement >= ClearAgreement ? Sureness.Clear
            : bend >= WeakBend && ratio >= WeakRatio && agreement >= 0.5 ? Sureness.Weak
            : Sureness.None;
    }

    /// <summary>Tibshirani's rule.</summary>
    private static int? BestOf(CurvePoint[] points, CurveRange range)
    {
        for (var i = 0; i + 1 < points.Length; i++)
        {
            if (points[i].K >= range.First && points[i].K <= range.Last && points[i].Gap is { } gap && points[i + 1] is { Gap: { } next, GapError: { } error } && gap >= next - error)
            {
                return points[i].K;
            }
        }

        return null;
    }

    /// <summary>Draws the rows again with replacement, the same draw for every k, and looks where the elbow is.</summary>
    private static double Agree(int first, int elbow, CurveRange range, double[][] distances, IReadOnlyList<double> weights, long seed)
    {
        var (rows, same) = (weights.Count, 0);
        var times = new double[rows];
        var costs = new double[distances.Length];
        for (var resample = 0; resample < Resamples; resample++)
        {
            var random = new CounterRandom(seed, RandomPurpose.Resampling, resample);
            Array.Clear(times);
            for (var i = 0; i < rows; i++)
            {
                times[random.Below(i, rows)]++;
            }

            for (var i = 0; i < rows; i++)
            {
                times[i] *= weights[i];
            }

            for (var k = 0; k < costs.Length; k++)
            {
                costs[k] = Sum(times, distances[k]);
            }

            same += ElbowMeasure.Find(first, costs, range.First, range.Last).K == elbow ? 1 : 0;
        }

        return same / (double)Resamples;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum(double[] times, double[] distances)
    {
        var sum = 0.0;
        for (var i = 0; i < times.Length; i++)
        {
            sum += times[i] * distances[i];
        }

        return sum;
    }
}
