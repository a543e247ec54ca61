using KMeans.Coordination;
using KMeans.Description.Projection;

namespace KMeans.Description;

/// <summary>A sample of rows in the plane, twice: along the two directions in which they vary most, and so that near rows stay near (t-SNE).</summary>
public sealed record RowMap
{
    /// <summary>What t-SNE takes as a row's neighbourhood.</summary>
    public const double Perplexity = 30;

    /// <summary>Below so many rows there are no neighbourhoods.</summary>
    private const int LeastRows = 4;

    /// <summary>t-SNE sees so many principal components, as is usual: what is left is mostly noise.</summary>
    private const int ComponentsForNeighbours = 50;

    /// <summary>Length n: each row's cluster.</summary>
    public required int[] Labels { get; init; }

    /// <summary>Row-major (n, 2): along the first two principal components, in the model's space.</summary>
    public required double[] Components { get; init; }

    /// <summary>The shares of all variance that the two components have.</summary>
    public required double[] Shares { get; init; }

    /// <summary>Row-major (n, 2): by t-SNE; empty where there are too few rows.</summary>
    public required double[] Neighbours { get; init; }

    /// <summary>Draws the sample of a description: at most 10,000 rows. O(n d 60 + n^2 (50 + 750)).</summary>
    /// <param name="description">The description.</param>
    /// <param name="threads">Threads, or null for one a core. Never changes the result.</param>
    /// <param name="advanced">Told the part done, from 0 to 1, or null.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The map; the model's seed decides where the search for the components starts.</returns>
    public static RowMap Draw(ModelDescription description, int? threads = null, Action<double>? advanced = null, CancellationToken cancellation = default)
    {
        using var pool = new ComputeThreads(threads ?? Environment.ProcessorCount);
        var (sample, d) = (description.Sample, description.Model.FeatureCount);
        var labels = Enumerable.Range(0, sample.Count).Select(sample.Label).ToArray();
        if (labels.Length == 0)
        {
            return new RowMap { Labels = labels, Components = [], Shares = [0, 0], Neighbours = [] };
        }

        advanced?.Invoke(0);
        var (scores, shares) = PrincipalComponents.Of(sample.Rows().ToArray(), d, ComponentsForNeighbours, description.Model.Seed, pool, cancellation);
        var plane = Plane(scores, shares.Length);
        return new RowMap
        {
            Labels = labels,
            Components = plane,
            Shares = [shares[0], shares.Length > 1 ? shares[1] : 0],
            Neighbours = labels.Length < LeastRows ? [] : NeighbourMap.Draw(Affinities.Of(Padded(scores, shares.Length), Width(shares.Length), Perplexity, pool, cancellation), plane, pool, advanced ?? (_ => { }), cancellation),
        };
    }

    /// <summary>The first two columns; the second is 0 where there is only one.</summary>
    private static double[] Plane(double[] scores, int width)
    {
        var plane = new double[scores.Length / width * 2];
        for (var i = 0; i < plane.Length; i++)
        {
            plane[i] = i % 2 < width ? scores[(i / 2 * width) + (i % 2)] : 0;
        }

        return plane;
    }

    /// <summary>Float32, scaled so that the greatest is 1, with columns of 0 up to whole vectors.</summary>
    private static float[] Padded(double[] scores, int width)
    {
        var greatest = scores.Max(Math.Abs);
        var padded = new float[scores.Length / width * Width(width)];
        for (var i = 0; i < scores.Length; i++)
        {
            padded[(i / width * Width(width)) + (i % width)] = (float)(scores[i] / (greatest > 0 ? greatest : 1));
        }

        return padded;
    }

    private static int Width(int components) => (components + 15) / 16 * 16;
}
