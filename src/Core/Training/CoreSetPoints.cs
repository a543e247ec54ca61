using System.Runtime.CompilerServices;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>A pass's core-set as weighted points: the rows that it kept by sensitivity, made to agree with what it knows exactly of each running center, weight and mean.</summary>
/// <remarks>
/// A row that was certain to be kept stands for itself. The other kept rows of a running center stand for what is left of its weight and of its sum. Their weights are scaled so that the
/// weight comes out; then weight is moved along the direction in which their mean is off, to the rows that lie that way (calibration: Deville and Särndal 1992), because where a running
/// center has two clusters it is their shares that are off; and by what is off after that the rows are moved together. A cluster that the finish leaves as the pass found it keeps its
/// exact mean, whatever the sample; where it is divided or redrawn, the rows say how.
/// </remarks>
internal static class CoreSetPoints
{
    /// <summary>Less of a running center's weight than this is rounding.</summary>
    private const double Rounding = 1e-9;

    /// <summary>A row keeps at least this part of its weight when weight is moved, and gets at most the inverse.</summary>
    private const double LeastShare = 0.5;

    /// <summary>Makes the points. O((m + K) d).</summary>
    /// <param name="cells">The statistics of a pass over all rows.</param>
    /// <param name="sample">The rows that it kept by sensitivity, or some of them; sealed.</param>
    /// <param name="isDecayed">Whether the statistics decayed: then no row stands for itself, and each running center's rows stand for what is left of its weight.</param>
    /// <returns>m points and one for each running center with rows of which none was kept.</returns>
    public static RowBlock Make(RunningCenters cells, RowSample sample, bool isDecayed = false)
    {
        var d = cells.FeatureCount;
        bool IsAlone(int i) => !isDecayed && sample.IsCertain(i);
        var left = Left(cells, sample, IsAlone);
        var kept = Empty(cells);
        var loose = Enumerable.Range(0, sample.Count).Where(i => !IsAlone(i) && left.Weights[sample.Label(i)] > 0).ToArray();
        foreach (var i in loose)
        {
            Absorb(kept, sample.Label(i), sample.ExpandedWeight(i), sample.Row(i));
        }

        var alone = Enumerable.Range(0, cells.Count).Where(j => kept.Weights[j] == 0 && left.Weights[j] > 0).ToArray();
        var samples = new float[(sample.Count + alone.Length) * d];
        var weights = new double[sample.Count + alone.Length];
        sample.Rows().CopyTo(samples);
        for (var i = 0; i < sample.Count; i++)
        {
            weights[i] = sample.ExpandedWeight(i);
        }

        foreach (var i in loose)
        {
            weights[i] *= left.Weights[sample.Label(i)] / kept.Weights[sample.Label(i)];
        }

        Tilt(weights, loose, sample, left, kept);
        var tilted = Empty(cells);
        foreach (var i in loose)
        {
            Absorb(tilted, sample.Label(i), weights[i], sample.Row(i));
        }

        foreach (var i in loose)
        {
            var point = samples.AsSpan(i * d, d);
            var target = left.Mean(sample.Label(i));
            var mean = tilted.Mean(sample.Label(i));
            for (var f = 0; f < d; f++)
            {
                point[f] = (float)(point[f] + (target[f] - mean[f]));
            }
        }

        for (var a = 0; a < alone.Length; a++)
        {
            weights[sample.Count + a] = left.Weights[alone[a]];
            for (var f = 0; f < d; f++)
            {
                samples[((sample.Count + a) * d) + f] = (float)left.Mean(alone[a])[f];
            }
        }

        return new RowBlock(samples, weights.Length, weights);
    }

    /// <summary>Weight and mean of each running center's rows without those that were certain to be kept; weight 0 where they were all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static RunningCenters Left(RunningCenters cells, RowSample sample, Func<int, bool> isAlone)
    {
        var d = cells.FeatureCount;
        var left = cells.Copy();
        for (var j = 0; j < left.Count; j++)
        {
            foreach (ref var value in left.Mean(j))
            {
                value *= left.Weights[j];
            }
        }

        for (var i = 0; i < sample.Count; i++)
        {
            if (isAlone(i))
            {
                left.Weights[sample.Label(i)] -= sample.Weight(i);
                CenterAccumulator.AddScaled(left.Mean(sample.Label(i)), sample.Row(i), -sample.Weight(i));
            }
        }

        for (var j = 0; j < left.Count; j++)
        {
            left.Weights[j] = left.Weights[j] > Rounding * cells.Weights[j] ? left.Weights[j] : 0;
            for (var f = 0; f < d && left.Weights[j] > 0; f++)
            {
                left.Mean(j)[f] /= left.Weights[j];
            }
        }

        return left;
    }

    /// <summary>
    /// With p the position of a row along the way from the kept rows' mean to the one that is due, a factor of 1 + a p moves the mean by a var(p) that way and leaves the
    /// weight as it is; a is as large as needed and as the bounds on the factors allow.
    /// </summary>
    private static void Tilt(double[] weights, int[] loose, RowSample sample, RunningCenters left, RunningCenters kept)
    {
        var positions = new double[loose.Length];
        var squares = new double[left.Count];
        var (least, most) = (new double[left.Count], new double[left.Count]);
        var due = new double[left.Count];
        for (var j = 0; j < left.Count; j++)
        {
            due[j] = SquaredDistance.BetweenCenters(left.Mean(j), kept.Mean(j));
        }

        for (var n = 0; n < loose.Length; n++)
        {
            var j = sample.Label(loose[n]);
            positions[n] = Position(sample.Row(loose[n]), kept.Mean(j), left.Mean(j));
            squares[j] += weights[loose[n]] * positions[n] * positions[n];
            least[j] = Math.Min(least[j], positions[n]);
            most[j] = Math.Max(most[j], positions[n]);
        }

        for (var n = 0; n < loose.Length; n++)
        {
            var j = sample.Label(loose[n]);
            if (squares[j] > 0 && least[j] < 0 && most[j] > 0)
            {
                var slope = Math.Min(due[j] * left.Weights[j] / squares[j], Math.Min((1 - LeastShare) / -least[j], ((1 / LeastShare) - 1) / most[j]));
                weights[loose[n]] *= 1 + (slope * positions[n]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Position(ReadOnlySpan<float> row, ReadOnlySpan<double> from, ReadOnlySpan<double> to)
    {
        var sum = 0.0;
        for (var f = 0; f < row.Length; f++)
        {
            sum += (row[f] - from[f]) * (to[f] - from[f]);
        }

        return sum;
    }

    private static RunningCenters Empty(RunningCenters like)
    {
        var empty = like.Copy();
        empty.Weights.Clear();
        return empty;
    }

    private static void Absorb(RunningCenters into, int center, double weight, ReadOnlySpan<float> row)
    {
        Span<double> mean = row.Length <= 1024 ? stackalloc double[row.Length] : new double[row.Length];
        for (var f = 0; f < row.Length; f++)
        {
            mean[f] = row[f];
        }

        into.Absorb(center, weight, mean, 0);
    }
}
