using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KMeans.Coordination;

namespace KMeans.Description.Projection;

/// <summary>The directions in which rows vary most, and the rows along them.</summary>
/// <remarks>
/// Block power iteration on the covariance, which is never formed: O(n d q) a step, so it fits few columns and many. A fixed number of steps, then the best basis of the space found (Rayleigh-Ritz). Rows are
/// summed in fixed blocks, blocks in order: the same bits for any number of threads. Source: Halko, Martinsson, Tropp 2011.
/// </remarks>
internal sealed class PrincipalComponents
{
    private const int RowsPerBlock = 512;
    private const int Steps = 8;
    private const int Spare = 10;

    private readonly float[] rows;
    private readonly int rowCount;
    private readonly int featureCount;
    private readonly double[] mean;
    private readonly ComputeThreads threads;
    private readonly CancellationToken cancellation;

    private PrincipalComponents(float[] rows, int featureCount, ComputeThreads threads, CancellationToken cancellation)
    {
        (this.rows, this.featureCount, this.threads, this.cancellation) = (rows, featureCount, threads, cancellation);
        rowCount = rows.Length / featureCount;
        mean = new double[featureCount];
        for (var i = 0; i < rows.Length; i++)
        {
            mean[i % featureCount] += rows[i];
        }

        for (var f = 0; f < featureCount; f++)
        {
            mean[f] /= rowCount;
        }
    }

    /// <summary>Finds them.</summary>
    /// <param name="rows">Row-major (n, d), n at least 1.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="count">How many components, at most; fewer where there are fewer rows or columns.</param>
    /// <param name="seed">Where the search starts.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>
    /// Row-major (n, components): the rows along the components, around 0; and for each component its share of all variance. The greatest loading of a component is positive.
    /// </returns>
    public static (double[] Scores, double[] Shares) Of(float[] rows, int featureCount, int count, long seed, ComputeThreads threads, CancellationToken cancellation) =>
        new PrincipalComponents(rows, featureCount, threads, cancellation).Run(count, seed);

    private (double[] Scores, double[] Shares) Run(int count, long seed)
    {
        var q = Math.Min(count + Spare, Math.Min(featureCount, rowCount));
        var basis = new double[featureCount * q];
        var random = new CounterRandom(seed, RandomPurpose.Projection);
        for (var i = 0; i < basis.Length; i++)
        {
            basis[i] = random.Unit(i) - 0.5;
        }

        Orthonormalise(basis, q);
        for (var step = 0; step < Steps; step++)
        {
            basis = Covary(basis, q);
            Orthonormalise(basis, q);
        }

        return Rotate(basis, q, Math.Min(count, q));
    }

    private (double[] Scores, double[] Shares) Rotate(double[] basis, int q, int count)
    {
        var scores = Project(basis, q);
        var inner = new double[q * q];
        for (var i = 0; i < rowCount; i++)
        {
            for (var a = 0; a < q; a++)
            {
                AddScaled(inner.AsSpan(a * q, q), scores.AsSpan(i * q, q), scores[(i * q) + a]);
            }
        }

        var (values, turn) = SymmetricEigen.Of(inner, q);
        Orient(basis, turn, q);
        var turned = new double[rowCount * count];
        for (var i = 0; i < rowCount; i++)
        {
            for (var a = 0; a < q; a++)
            {
                AddScaled(turned.AsSpan(i * count, count), turn.AsSpan(a * q, count), scores[(i * q) + a]);
            }
        }

        var total = Variance();
        return (turned, [.. values.Take(count).Select(value => total > 0 ? Math.Clamp(value / total, 0, 1) : 0)]);
    }

    /// <summary>Turns components so that the greatest loading is positive; the first of equals decides.</summary>
    private void Orient(double[] basis, double[] turn, int q)
    {
        for (var c = 0; c < q; c++)
        {
            var greatest = 0.0;
            for (var f = 0; f < featureCount; f++)
            {
                var loading = 0.0;
                for (var a = 0; a < q; a++)
                {
                    loading += basis[(f * q) + a] * turn[(a * q) + c];
                }

                greatest = Math.Abs(loading) > Math.Abs(greatest) ? loading : greatest;
            }

            for (var a = 0; a < q && greatest < 0; a++)
            {
                turn[(a * q) + c] = -turn[(a * q) + c];
            }
        }
    }

    /// <summary>The rows along a basis: (n, q).</summary>
    private double[] Project(double[] basis, int q)
    {
        var scores = new double[rowCount * q];
        ForBlocks((_, start, end) => ProjectBlock(basis, q, start, end, scores.AsSpan(start * q)));
        return scores;
    }

    private void ProjectBlock(double[] basis, int q, int start, int end, Span<double> scores)
    {
        for (var i = start; i < end; i++)
        {
            var score = scores.Slice((i - start) * q, q);
            for (var f = 0; f < featureCount; f++)
            {
                AddScaled(score, basis.AsSpan(f * q, q), rows[(i * featureCount) + f] - mean[f]);
            }
        }
    }

    /// <summary>The covariance times a basis, but for the factor 1 / n: (d, q).</summary>
    private double[] Covary(double[] basis, int q)
    {
        var parts = new double[(rowCount + RowsPerBlock - 1) / RowsPerBlock][];
        ForBlocks((block, start, end) =>
        {
            var scores = new double[(end - start) * q];
            ProjectBlock(basis, q, start, end, scores);
            var part = new double[featureCount * q];
            for (var i = start; i < end; i++)
            {
                for (var f = 0; f < featureCount; f++)
                {
                    AddScaled(part.AsSpan(f * q, q), scores.AsSpan((i - start) * q, q), rows[(i * featureCount) + f] - mean[f]);
                }
            }

            parts[block] = part;
        });
        foreach (var part in parts.Skip(1))
        {
            AddScaled(parts[0], part, 1);
        }

        return parts[0];
    }

    private void ForBlocks(Action<int, int, int> body) => threads.Run(
        (rowCount + RowsPerBlock - 1) / RowsPerBlock, (_, block) => body(block, block * RowsPerBlock, Math.Min(rowCount, (block + 1) * RowsPerBlock)), cancellation);

    /// <summary>Modified Gram-Schmidt over the columns; a column that the others span becomes 0.</summary>
    private void Orthonormalise(double[] basis, int q)
    {
        for (var c = 0; c < q; c++)
        {
            var before = Math.Sqrt(Dot(basis, q, c, c));
            for (var other = 0; other < c; other++)
            {
                var along = Dot(basis, q, c, other);
                for (var f = 0; f < featureCount; f++)
                {
                    basis[(f * q) + c] -= along * basis[(f * q) + other];
                }
            }

            var length = Math.Sqrt(Dot(basis, q, c, c));
            var scale = length > 1e-10 * before ? 1 / length : 0;
            for (var f = 0; f < featureCount; f++)
            {
                basis[(f * q) + c] *= scale;
            }
        }
    }

    private double Dot(double[] basis, int q, int a, int b)
    {
        var sum = 0.0;
        for (var f = 0; f < featureCount; f++)
        {
            sum += basis[(f * q) + a] * basis[(f * q) + b];
        }

        return sum;
    }

    private double Variance()
    {
        var sum = 0.0;
        for (var i = 0; i < rows.Length; i++)
        {
            var difference = rows[i] - mean[i % featureCount];
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>target += factor x source, element by element, so that every width of vectors gives the same bits.</summary>
    private static void AddScaled(Span<double> target, ReadOnlySpan<double> source, double factor)
    {
        ref var to = ref MemoryMarshal.GetReference(target);
        ref var from = ref MemoryMarshal.GetReference(source);
        var i = 0;
        for (; i <= target.Length - Vector512<double>.Count; i += Vector512<double>.Count)
        {
            (Vector512.LoadUnsafe(ref to, (nuint)i) + (Vector512.LoadUnsafe(ref from, (nuint)i) * factor)).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < target.Length; i++)
        {
            target[i] += source[i] * factor;
        }
    }
}
