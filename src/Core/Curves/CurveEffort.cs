using KMeans.Training;

namespace KMeans.Curves;

/// <summary>How far the search for a curve goes, so that all k together cost about half as much as one training: decided by the shape of the points alone.</summary>
/// <param name="Search">How each k is searched.</param>
/// <param name="Divides">Whether clusters are divided and merged within each k too, and not only between neighbours.</param>
/// <param name="FreshUpTo">Up to this k a start by k-means++ is tried too: it costs little there, and many merges from the largest k end where none of them led.</param>
/// <param name="Rounds">Rounds of comparing neighbours: an improvement travels one k a round.</param>
internal readonly record struct CurveEffort(SearchPlan Search, bool Divides, int FreshUpTo, int Rounds)
{
    /// <summary>Lloyd's iterations on all points, at most.</summary>
    public const int PolishIterations = 3;

    /// <summary>An iteration on all points that gains no more is the last.</summary>
    public const double PolishTolerance = 5e-4;

    /// <summary>Points a cluster, and in all, that the iterations at the end look at: more change little.</summary>
    private const int PolishRowsPerCluster = 200;
    private const int LeastPolishRows = 10_000;

    /// <summary>Arithmetic of one assignment of every k that is always worth it.</summary>
    private const double SmallWork = 2e9;

    /// <summary>For rows that are compared with rows without clusters: both alike, and as little as shows the difference.</summary>
    public static CurveEffort Least { get; } = new(new SearchPlan(0, 0, 2, 0, 2, 1e-3), Divides: false, FreshUpTo: 0, Rounds: 1);

    /// <summary>Points for the iterations at the end.</summary>
    /// <param name="most">The largest k.</param>
    /// <returns>How many.</returns>
    public static int PolishRows(int most) => Math.Max(LeastPolishRows, PolishRowsPerCluster * most);

    /// <summary>Plans the searches.</summary>
    /// <param name="pointCount">n.</param>
    /// <param name="most">The largest k; the range may as well begin at 1.</param>
    /// <param name="featureCount">d.</param>
    /// <returns>The plan.</returns>
    public static CurveEffort For(int pointCount, int most, int featureCount)
    {
        var affordable = SmallWork / ((double)pointCount * most * most * featureCount);
        var plan = new SearchPlan(1, 0, (int)Math.Clamp(affordable, 2, 5), (int)Math.Clamp(affordable, 0, 1), (int)Math.Clamp(affordable, 2, 20), Math.Clamp(1e-3 / affordable, 1e-4, 1e-3));
        return new CurveEffort(plan, Divides: true, FreshUpTo: 10, Rounds: 4);
    }
}
