using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KMeans.Coordination;

namespace KMeans.Description.Projection;

/// <summary>Draws rows in the plane so that near ones stay near: t-SNE.</summary>
/// <remarks>
/// Gradient descent with momentum and gains, as van der Maaten and Hinton 2008 have it, from the first two principal components instead of chance. Attraction is summed over the neighbours, repulsion over all
/// pairs: with vectors that takes about as long as the tree of Barnes and Hut at 10,000 rows and approximates nothing. A fixed number of steps, so the time is known: O(n^2) each. Each row's sums are its
/// own and the normaliser is added up in the rows' order: the same bits for any number of threads.
/// </remarks>
internal sealed class NeighbourMap
{
    private const int EarlySteps = 250;
    private const int LateSteps = 500;
    private const float Exaggeration = 12;
    private const float EarlyMomentum = 0.5f;
    private const float LateMomentum = 0.8f;
    private const float LeastGain = 0.01f;
    private const int RowsPerBlock = 128;

    /// <summary>So far away that a row there repels nobody; its square is a float32.</summary>
    private const float Nowhere = 1e18f;

    private readonly Affinities affinities;
    private readonly int n;
    private readonly float[] x;
    private readonly float[] y;
    private readonly float[] repelX;
    private readonly float[] repelY;
    private readonly float[] attractX;
    private readonly float[] attractY;
    private readonly double[] normalisers;

    private NeighbourMap(Affinities affinities, double[] start)
    {
        this.affinities = affinities;
        n = start.Length / 2;
        var padded = (n + Vector512<float>.Count - 1) / Vector512<float>.Count * Vector512<float>.Count;
        (x, y) = (new float[padded], new float[padded]);
        x.AsSpan(n).Fill(Nowhere);
        y.AsSpan(n).Fill(Nowhere);
        (repelX, repelY, attractX, attractY, normalisers) = (new float[n], new float[n], new float[n], new float[n], new double[n]);

        // Small enough that rows repel each other alike at first.
        var spread = Math.Sqrt(start.Where((_, i) => i % 2 == 0).Sum(value => value * value) / n);
        for (var i = 0; i < n; i++)
        {
            x[i] = (float)(1e-4 * start[2 * i] / (spread > 0 ? spread : 1));
            y[i] = (float)(1e-4 * start[(2 * i) + 1] / (spread > 0 ? spread : 1));
        }
    }

    /// <summary>Draws it.</summary>
    /// <param name="affinities">Who attracts whom.</param>
    /// <param name="start">Row-major (n, 2): where the rows are at first.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="advanced">Told the part done, from 0 to 1.</param>
    /// <param name="cancellation">Stops it within a step.</param>
    /// <returns>Row-major (n, 2).</returns>
    public static double[] Draw(Affinities affinities, double[] start, ComputeThreads threads, Action<double> advanced, CancellationToken cancellation)
    {
        var map = new NeighbourMap(affinities, start);
        map.Run(threads, advanced, cancellation);
        return [.. Enumerable.Range(0, 2 * map.n).Select(i => (double)(i % 2 == 0 ? map.x[i / 2] : map.y[i / 2]))];
    }

    private void Run(ComputeThreads threads, Action<double> advanced, CancellationToken cancellation)
    {
        var blocks = (n + RowsPerBlock - 1) / RowsPerBlock;
        Action<int, int> forces = (_, block) => Forces(block * RowsPerBlock, Math.Min(n, (block + 1) * RowsPerBlock));
        var rate = Math.Max(n / Exaggeration / 4, 50);
        var (horizontal, vertical) = (new Descent(n), new Descent(n));
        for (var step = 0; step < EarlySteps + LateSteps; step++)
        {
            threads.Run(blocks, forces, cancellation);
            var normaliser = (float)(1 / Math.Max(normalisers.Sum(), double.Epsilon));
            var (pull, momentum) = step < EarlySteps ? (Exaggeration, EarlyMomentum) : (1, LateMomentum);
            horizontal.Step(x, attractX, repelX, pull, normaliser, momentum, rate);
            vertical.Step(y, attractY, repelY, pull, normaliser, momentum, rate);
            advanced((step + 1) / (double)(EarlySteps + LateSteps));
        }
    }

    private void Forces(int from, int to)
    {
        ref var xs = ref MemoryMarshal.GetArrayDataReference(x);
        ref var ys = ref MemoryMarshal.GetArrayDataReference(y);
        for (var i = from; i < to; i++)
        {
            var (ownX, ownY) = (Vector512.Create(x[i]), Vector512.Create(y[i]));
            var (sum, sumX, sumY) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            for (nuint j = 0; j < (nuint)x.Length; j += (nuint)Vector512<float>.Count)
            {
                var dx = ownX - Vector512.LoadUnsafe(ref xs, j);
                var dy = ownY - Vector512.LoadUnsafe(ref ys, j);
                var near = Vector512<float>.One / (Vector512<float>.One + (dx * dx) + (dy * dy));
                sum += near;
                var squared = near * near;
                sumX += squared * dx;
                sumY += squared * dy;
            }

            // Without the row itself, which is at distance 0.
            normalisers[i] = Vector512.Sum(sum) - 1.0;
            (repelX[i], repelY[i]) = (Vector512.Sum(sumX), Vector512.Sum(sumY));
            Attract(i);
        }
    }

    private void Attract(int i)
    {
        var (sumX, sumY) = (0f, 0f);
        for (var j = affinities.Starts[i]; j < affinities.Starts[i + 1]; j++)
        {
            var other = affinities.Neighbours[j];
            var (dx, dy) = (x[i] - x[other], y[i] - y[other]);
            var force = affinities.Values[j] / (1 + (dx * dx) + (dy * dy));
            sumX += force * dx;
            sumY += force * dy;
        }

        (attractX[i], attractY[i]) = (sumX, sumY);
    }

    /// <summary>The descent along one axis.</summary>
    private sealed class Descent(int rowCount)
    {
        private readonly float[] speed = new float[rowCount];
        private readonly float[] gain = [.. Enumerable.Repeat(1f, rowCount)];

        public void Step(float[] position, float[] attract, float[] repel, float pull, float normaliser, float momentum, float rate)
        {
            var sum = 0.0;
            for (var i = 0; i < rowCount; i++)
            {
                var gradient = 4 * ((pull * attract[i]) - (normaliser * repel[i]));
                gain[i] = Math.Max(LeastGain, (gradient > 0) != (speed[i] > 0) ? gain[i] + 0.2f : gain[i] * 0.8f);
                speed[i] = (momentum * speed[i]) - (rate * gain[i] * gradient);
                position[i] += speed[i];
                sum += position[i];
            }

            var middle = (float)(sum / rowCount);
            for (var i = 0; i < rowCount; i++)
            {
                position[i] -= middle;
            }
        }
    }
}
