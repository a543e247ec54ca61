using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Estimates what centers cost over all rows of a pass, from rows that had no part in finding them.</summary>
/// <remarks>
/// Rows that were certain to be kept by sensitivity are a stratum of which every row is known: the few rows that make most of the cost of heavy-tailed data add nothing to the
/// uncertainty. The rest is estimated from the uniform sample by regression on each row's squared distance to its running center's mean, or where centers have length 1 to the
/// direction of that mean; the total over all rows the pass knows exactly: centers near the running ones are then known nearly exactly (stratified regression estimate, Cochran 1977, 5
/// and 7). Every other row of the uniform sample is for choosing among centers; the others are for reporting and see the chosen ones only.
/// </remarks>
internal sealed class CostEstimator
{
    private readonly int featureCount;
    private readonly IAssignmentKernel kernel;
    private readonly ComputeThreads threads;
    private readonly double totalWeight;
    private readonly double restWeight;
    private readonly double restErrors;
    private readonly long restRows;
    private readonly bool regresses;
    private readonly Rows certain;
    private readonly Rows forChoosing;
    private readonly Rows forReporting;

    /// <summary>Sorts the rows. O(m d).</summary>
    /// <param name="summary">Of the last pass; its samples are sealed.</param>
    /// <param name="decayed">Whether the running centers' weights decayed: then they do not say what all rows cost.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="unit">Where centers have length 1; else null.</param>
    public CostEstimator(PartitionSummary summary, bool decayed, IAssignmentKernel kernel, ComputeThreads threads, UnitCenters? unit = null)
    {
        this.kernel = kernel;
        this.threads = threads;
        featureCount = summary.Centers.FeatureCount;
        totalWeight = summary.TotalWeight;
        var (sample, uniform) = (summary.Sample, summary.CostSample);
        var known = Enumerable.Range(0, sample.Count).Where(sample.IsCertain).ToArray();
        var keys = known.Select(sample.Key).ToHashSet();
        var others = Enumerable.Range(0, uniform.Count).Where(i => !keys.Contains(uniform.Key(i))).ToArray();

        // A sample of all rows needs no halves.
        restRows = Math.Max(0, summary.RowCount - known.Length);
        var complete = others.Length >= restRows;
        var near = unit is null ? summary.Centers.Means.ToArray() : unit.Directions(summary.Centers.Means);
        certain = new Rows(sample, known, near, featureCount, threads);
        forChoosing = new Rows(uniform, complete ? others : [.. others.Where((_, i) => i % 2 == 1)], near, featureCount, threads);
        forReporting = new Rows(uniform, complete ? others : [.. others.Where((_, i) => i % 2 == 0)], near, featureCount, threads);
        restWeight = Math.Max(0, totalWeight - certain.Weights.Sum());
        restErrors = Math.Max(0, Errors(summary.Centers, near) - certain.WeightedSum(certain.Errors));
        regresses = !decayed;
    }

    /// <summary>The msd as the rows for choosing give it: comparable between centers.</summary>
    /// <param name="centers">Row-major (k, d).</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>An estimate. O(m k d).</returns>
    public double ForChoosing(ReadOnlySpan<double> centers, CancellationToken cancellation) => Estimate(centers, forChoosing, null, cancellation).Msd;

    /// <summary>The msd as the rows for reporting give it, with 1.96 standard errors either side.</summary>
    /// <param name="centers">Row-major (k, d): the chosen ones.</param>
    /// <param name="bound">What the msd cannot exceed, or null.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The estimate and its interval. O(m k d).</returns>
    public CostEstimate ForReporting(ReadOnlySpan<double> centers, double? bound, CancellationToken cancellation) => Estimate(centers, forReporting, bound, cancellation);

    /// <summary>The same for centers far fewer than the running ones, each of which goes to one of them with all its rows: what that costs is known exactly, and what rows gain by going elsewhere is estimated.</summary>
    /// <param name="centers">Row-major (k, d).</param>
    /// <param name="cellLabels">Length K: the center that each running center goes to.</param>
    /// <param name="bound">The msd if all rows go with their running centers.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The estimate and its interval. O(m k d).</returns>
    public CostEstimate ForMerged(double[] centers, int[] cellLabels, double bound, CancellationToken cancellation)
    {
        var (ofRows, ofCertain) = (forReporting.SquaredDistances(centers, cellLabels), certain.SquaredDistances(centers, cellLabels));
        return Estimate(centers, forReporting, bound, ofRows, Math.Max(0, (bound * totalWeight) - certain.WeightedSum(ofCertain)), cancellation);
    }

    /// <summary>What all rows cost near their running centers: s + w |m - c|^2 each.</summary>
    private static double Errors(RunningCenters cells, double[] near)
    {
        var (d, sum) = (cells.FeatureCount, 0.0);
        for (var j = 0; j < cells.Count; j++)
        {
            sum += cells.ErrorAround(j, near.AsSpan(j * d, d));
        }

        return sum;
    }

    private CostEstimate Estimate(ReadOnlySpan<double> centers, Rows rows, double? bound, CancellationToken cancellation) =>
        Estimate(centers, rows, bound, rows.Errors, restErrors, cancellation);

    /// <summary>Regresses the costs on errors of the same rows, of which the total over all rows is known.</summary>
    private CostEstimate Estimate(ReadOnlySpan<double> centers, Rows rows, double? bound, double[] errors, double errorTotal, CancellationToken cancellation)
    {
        var costs = PointAssignment.Run(certain.Samples, centers, featureCount, kernel, threads, cancellation).SquaredDistances;
        var known = certain.WeightedSum(costs);
        costs = PointAssignment.Run(rows.Samples, centers, featureCount, kernel, threads, cancellation).SquaredDistances;
        var (mean, standardError) = Rest(costs, rows, errors, errorTotal);
        var msd = Math.Max(0, (known + (restWeight * mean)) / totalWeight);
        var margin = 1.96 * restWeight * standardError / totalWeight;
        var most = bound ?? double.PositiveInfinity;
        return new CostEstimate(CostKind.Estimate, Math.Min(msd, most), totalWeight, Math.Min(Math.Max(0, msd - margin), most), Math.Min(msd + margin, most), bound);
    }

    /// <summary>The mean cost of the rows that are not known one by one, and its standard error.</summary>
    private (double Mean, double StandardError) Rest(double[] costs, Rows rows, double[] errors, double errorTotal)
    {
        var n = costs.Length;
        var weight = rows.Weights.Sum();
        if (!(weight > 0) || !(restWeight > 0))
        {
            return (0, 0);
        }

        var (meanCost, meanError) = (rows.WeightedSum(costs) / weight, rows.WeightedSum(errors) / weight);
        var (covariance, variance) = (0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            covariance += rows.Weights[i] * (costs[i] - meanCost) * (errors[i] - meanError);
            variance += rows.Weights[i] * (errors[i] - meanError) * (errors[i] - meanError);
        }

        var slope = regresses && variance > 0 ? Math.Clamp(covariance / variance, 0, 1) : 0;
        var squares = 0.0;
        for (var i = 0; i < n; i++)
        {
            var residual = rows.Weights[i] * (costs[i] - meanCost - (slope * (errors[i] - meanError)));
            squares += residual * residual;
        }

        var unseen = Math.Max(0, 1 - (n / (double)restRows));
        return (meanCost + (slope * ((errorTotal / restWeight) - meanError)), n > 1 ? Math.Sqrt(squares * unseen * n / (n - 1)) / weight : 0);
    }

    /// <summary>Some rows of a sample.</summary>
    private sealed class Rows
    {
        private const int RowsAtATime = 256;

        private readonly int[] cellOfRow;

        public Rows(RowSample sample, int[] chosen, double[] near, int d, ComputeThreads threads)
        {
            Samples = GC.AllocateUninitializedArray<float>(chosen.Length * d);
            Weights = new double[chosen.Length];
            Errors = new double[chosen.Length];
            cellOfRow = new int[chosen.Length];
            ParallelRun.InBlocks(threads, chosen.Length, RowsAtATime, (_, first, after) =>
            {
                for (var i = first; i < after; i++)
                {
                    var row = sample.Row(chosen[i]);
                    row.CopyTo(Samples.AsSpan(i * d));
                    Weights[i] = sample.Weight(chosen[i]);
                    cellOfRow[i] = sample.Label(chosen[i]);
                    Errors[i] = SquaredDistance.Between(row, near.AsSpan(sample.Label(chosen[i]) * d, d));
                }
            }, CancellationToken.None);
        }

        public float[] Samples { get; }

        public double[] Weights { get; }

        /// <summary>Squared distances to the means of the running centers that the rows were assigned to, or to their directions.</summary>
        public double[] Errors { get; }

        /// <summary>Squared distances to the centers that the rows' running centers go to.</summary>
        public double[] SquaredDistances(double[] centers, int[] cellLabels)
        {
            var distances = new double[cellOfRow.Length];
            var d = distances.Length == 0 ? 0 : Samples.Length / distances.Length;
            for (var i = 0; i < distances.Length; i++)
            {
                distances[i] = SquaredDistance.Between(Samples.AsSpan(i * d, d), centers.AsSpan(cellLabels[cellOfRow[i]] * d, d));
            }

            return distances;
        }

        public double WeightedSum(double[] values)
        {
            var sum = 0.0;
            for (var i = 0; i < values.Length; i++)
            {
                sum += Weights[i] * values[i];
            }

            return sum;
        }
    }
}
