using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KMeans.Coordination;

namespace KMeans.Description.Projection;

/// <summary>How much each row of a map is to be attracted by its neighbours: a sparse symmetric matrix whose values add up to 1.</summary>
/// <param name="Starts">Length n + 1: where each row's neighbours begin.</param>
/// <param name="Neighbours">Their indices, rising within a row.</param>
/// <param name="Values">Their attractions.</param>
/// <remarks>
/// The joint probabilities of t-SNE over each row's nearest rows: a Gaussian around each row whose width gives the wanted perplexity, symmetrised. All distances are computed, O(n^2 d), with rows side by side.
/// Sources: van der Maaten and Hinton 2008; van der Maaten 2014, which cuts off at three times the perplexity.
/// </remarks>
internal sealed record Affinities(int[] Starts, int[] Neighbours, float[] Values)
{
    private const int NeighboursPerPerplexity = 3;
    private const int SearchSteps = 64;

    /// <summary>Computes them.</summary>
    /// <param name="rows">Row-major (n, width).</param>
    /// <param name="width">A multiple of 16: columns are padded with 0.</param>
    /// <param name="perplexity">About how many neighbours count.</param>
    /// <param name="threads">Threads. Never change the result.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The matrix.</returns>
    public static Affinities Of(float[] rows, int width, double perplexity, ComputeThreads threads, CancellationToken cancellation)
    {
        var n = rows.Length / width;
        var most = Math.Min(n - 1, (int)(NeighboursPerPerplexity * perplexity));
        var (nearest, conditional) = (new int[n * most], new double[n * most]);
        threads.Run(n, (_, i) =>
        {
            var distances = new float[most];
            FindNearest(rows, width, i, nearest.AsSpan(i * most, most), distances);
            Weigh(distances, Math.Min(perplexity, Math.Max(1, most / (double)NeighboursPerPerplexity)), conditional.AsSpan(i * most, most));
        }, cancellation);
        return Symmetrise(n, most, nearest, conditional);
    }

    private static void FindNearest(float[] rows, int width, int i, Span<int> nearest, Span<float> distances)
    {
        var count = 0;
        var own = rows.AsSpan(i * width, width);
        for (var j = 0; j < rows.Length / width; j++)
        {
            var distance = j == i ? float.PositiveInfinity : SquaredDistance(own, rows.AsSpan(j * width, width));
            if (j == i || (count == nearest.Length && distance >= distances[^1]))
            {
                continue;
            }

            // Behind those that are equally near: the lowest index comes first.
            var place = count;
            while (place > 0 && distances[place - 1] > distance)
            {
                place--;
            }

            count = Math.Min(count + 1, nearest.Length);
            distances[place..(count - 1)].CopyTo(distances[(place + 1)..]);
            nearest[place..(count - 1)].CopyTo(nearest[(place + 1)..]);
            (distances[place], nearest[place]) = (distance, j);
        }
    }

    private static float SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ref var left = ref MemoryMarshal.GetReference(a);
        ref var right = ref MemoryMarshal.GetReference(b);
        var sum = Vector512<float>.Zero;
        for (nuint f = 0; f < (nuint)a.Length; f += (nuint)Vector512<float>.Count)
        {
            var difference = Vector512.LoadUnsafe(ref left, f) - Vector512.LoadUnsafe(ref right, f);
            sum += difference * difference;
        }

        return Vector512.Sum(sum);
    }

    /// <summary>Halves an interval for the Gaussian's width until the entropy is that of the perplexity.</summary>
    private static void Weigh(ReadOnlySpan<float> distances, double perplexity, Span<double> weights)
    {
        var (low, high, precision) = (0.0, double.PositiveInfinity, 1.0);
        var goal = Math.Log(perplexity);
        for (var step = 0; step < SearchSteps; step++)
        {
            var (sum, moment) = (0.0, 0.0);
            for (var j = 0; j < distances.Length; j++)
            {
                // From the nearest on: the greatest weight is 1, and nothing vanishes.
                var beyond = distances[j] - distances[0];
                weights[j] = Math.Exp(-precision * beyond);
                sum += weights[j];
                moment += weights[j] * beyond;
            }

            for (var j = 0; j < weights.Length; j++)
            {
                weights[j] /= sum;
            }

            var entropy = Math.Log(sum) + (precision * moment / sum);
            if (Math.Abs(entropy - goal) < 1e-5)
            {
                return;
            }

            (low, high) = entropy > goal ? (precision, high) : (low, precision);
            precision = double.IsInfinity(high) ? precision * 2 : (low + high) / 2;
        }
    }

    private static Affinities Symmetrise(int n, int most, int[] nearest, double[] conditional)
    {
        var lists = new List<(int Row, double Value)>[n];
        for (var i = 0; i < n; i++)
        {
            lists[i] = new List<(int, double)>(2 * most);
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = i * most; j < (i + 1) * most; j++)
            {
                lists[i].Add((nearest[j], conditional[j] / (2.0 * n)));
                lists[nearest[j]].Add((i, conditional[j] / (2.0 * n)));
            }
        }

        var (starts, neighbours, values) = (new int[n + 1], new List<int>(), new List<float>());
        for (var i = 0; i < n; i++)
        {
            foreach (var group in lists[i].GroupBy(each => each.Row).OrderBy(group => group.Key))
            {
                neighbours.Add(group.Key);
                values.Add((float)group.Sum(each => each.Value));
            }

            starts[i + 1] = neighbours.Count;
        }

        return new Affinities(starts, [.. neighbours], [.. values]);
    }
}
