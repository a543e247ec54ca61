using System.Runtime.CompilerServices;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>A pass's core-set as weighted points: the rows that it kept by sensitivity, made to agree with what it knows exactly of each running center, weight and mean.</summary>
/// <remarks>
/// A row that was certain to be kept stands for itself. The other kept rows of a running center stand for what is left of its weight and of its sum: their weights are
/// scaled and they are moved together, so that both come out right (calibration: Deville and Särndal 1992). A cluster that the finish leaves as the pass found it keeps its
/// exact mean, whatever the sample; where it is divided or redrawn, the rows say how.
/// </remarks>
internal static class CoreSetPoints
{
    /// <summary>Less of a running center's weight than this is rounding.</summary>
    private const double Rounding = 1e-9;

    /// <summary>Makes the points. O((m + K) d).</summary>
    /// <param name="cells">The statistics of a pass over all rows, without decay.</param>
    /// <param name="sample">The rows that it kept by sensitivity, or some of them; sealed.</param>
    /// <returns>m points and one for each running center with rows of which none was kept.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static RowBlock Make(RunningCenters cells, RowSample sample)
    {
        var d = cells.FeatureCount;
        var kept = new RunningCenters(cells.Count, d);
        var left = new double[cells.Count];
        var leftSums = new double[cells.Count * d];
        Span<double> row = d <= 1024 ? stackalloc double[d] : new double[d];
        for (var j = 0; j < cells.Count; j++)
        {
            row.Clear();
            kept.Add(cells.Ids[j], 0, row, 0);
            left[j] = cells.Weights[j];
            for (var f = 0; f < d; f++)
            {
                leftSums[(j * d) + f] = cells.Weights[j] * cells.Mean(j)[f];
            }
        }

        for (var i = 0; i < sample.Count; i++)
        {
            var j = sample.Label(i);
            var weight = sample.ExpandedWeight(i);
            if (sample.IsCertain(i))
            {
                left[j] -= weight;
                CenterAccumulator.AddScaled(leftSums.AsSpan(j * d, d), sample.Row(i), -weight);
                continue;
            }

            for (var f = 0; f < d; f++)
            {
                row[f] = sample.Row(i)[f];
            }

            kept.Absorb(j, weight, row, 0);
        }

        var alone = Enumerable.Range(0, cells.Count).Where(j => kept.Weights[j] == 0 && left[j] > Rounding * cells.Weights[j]).ToArray();
        var samples = new float[(sample.Count + alone.Length) * d];
        var weights = new double[sample.Count + alone.Length];
        for (var i = 0; i < sample.Count; i++)
        {
            var j = sample.Label(i);
            var point = samples.AsSpan(i * d, d);
            sample.Row(i).CopyTo(point);
            weights[i] = sample.ExpandedWeight(i);
            if (!sample.IsCertain(i) && left[j] > Rounding * cells.Weights[j])
            {
                weights[i] *= left[j] / kept.Weights[j];
                for (var f = 0; f < d; f++)
                {
                    point[f] = (float)(point[f] + ((leftSums[(j * d) + f] / left[j]) - kept.Mean(j)[f]));
                }
            }
        }

        for (var a = 0; a < alone.Length; a++)
        {
            var j = alone[a];
            weights[sample.Count + a] = left[j];
            for (var f = 0; f < d; f++)
            {
                samples[((sample.Count + a) * d) + f] = (float)(leftSums[(j * d) + f] / left[j]);
            }
        }

        return new RowBlock(samples, weights.Length, weights);
    }
}
