using KMeans.Coordination;
using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.Curves;

/// <summary>The gap of each k: how much less its clusters cost than as many in rows of the same columns that have no clusters.</summary>
/// <param name="rows">Row-major (n, d): some of the rows.</param>
/// <param name="featureCount">d.</param>
/// <param name="seed">The user's seed.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="threads">Threads.</param>
/// <remarks>
/// Gap(k) = mean over references of log W(reference, k) - log W(rows, k), W being the cost of the rows themselves (Tibshirani, Walther and Hastie 2001). A reference has every column's
/// values in a random order of their own: what belongs together in a row is lost and nothing else, so that a heavy tail or few distinct values look the same in both. Rows and references
/// are solved by the same search. Rows of length 1 have references of length 1.
/// </remarks>
internal sealed class GapMeasure(float[] rows, int featureCount, long seed, IAssignmentKernel kernel, ComputeThreads threads)
{
    private const int References = 3;

    private readonly int rowCount = rows.Length / featureCount;

    /// <summary>Where rows and centers have length 1; else null.</summary>
    public UnitCenters? Unit { get; init; }

    /// <summary>Measures. O(n k d) a k and iteration, with n at most 1,000.</summary>
    /// <param name="least">The smallest k.</param>
    /// <param name="most">The largest.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>For each k the gap and its error, sqrt(1 + 1 / B) deviations of the references; as many as there are different rows for.</returns>
    public (double Gap, double Error)[] Run(int least, int most, CancellationToken cancellation)
    {
        most = Math.Min(most, rowCount / 2);
        if (most < least)
        {
            return [];
        }

        var own = Logarithms(rows, 0, least, most, cancellation);
        var others = Enumerable.Range(1, References).Select(b => Logarithms(Shuffled(b, cancellation), b, least, most, cancellation)).ToArray();
        var count = Math.Min(own.Length, others.Min(other => other.Length));
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var mean = others.Average(other => other[i]);
            var deviation = Math.Sqrt(others.Average(other => (other[i] - mean) * (other[i] - mean)) * (1 + (1.0 / References)));
            return (mean - own[i], deviation);
        })];
    }

    private double[] Logarithms(float[] samples, int reference, int least, int most, CancellationToken cancellation)
    {
        var points = new RowBlock(samples, rowCount, null);
        var seeds = Seeding.Choose(points, featureCount, most, InitMethod.KMeansPlusPlus, new CounterRandom(seed, RandomPurpose.Gap, reference), cancellation);
        if (seeds.Count < least)
        {
            return [];
        }

        var top = PointSolver.Rows(points, featureCount, seeds);
        var search = new CurveSearch(points, featureCount, kernel, threads) { Unit = Unit };
        var found = search.Run(top, least, CurveEffort.Least, seed, cancellation);
        if (Unit is not null)
        {
            search.Polish(found, CurveEffort.PolishIterations, CurveEffort.PolishTolerance, cancellation);
        }

        // Rows that are all the same would have no logarithm.
        var floor = found[0].Error * 1e-12;
        return [.. found.Select(solution => Math.Log(Math.Max(Math.Max(solution.Error, floor), double.Epsilon)))];
    }

    private float[] Shuffled(int reference, CancellationToken cancellation)
    {
        var random = new CounterRandom(seed, RandomPurpose.Gap, References + reference);
        var shuffled = new float[rows.Length];
        threads.Run(featureCount, (_, f) =>
        {
            var keys = new ulong[rowCount];
            var values = new float[rowCount];
            for (var i = 0; i < rowCount; i++)
            {
                keys[i] = random.Bits(((long)f * rowCount) + i);
                values[i] = rows[(i * featureCount) + f];
            }

            Array.Sort(keys, values);
            for (var i = 0; i < rowCount; i++)
            {
                shuffled[(i * featureCount) + f] = values[i];
            }
        }, cancellation);
        return Unit is null ? shuffled : Array.ConvertAll(Unit.Directions(Array.ConvertAll(shuffled, value => (double)value)), value => (float)value);
    }
}
