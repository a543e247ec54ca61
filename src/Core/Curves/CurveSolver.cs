using KMeans.Coordination;
using KMeans.CoreSets;
using KMeans.Kernels;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.Curves;

/// <summary>Finds, from a model's state and without reading rows, centers for every k of a range and what they cost.</summary>
/// <param name="state">The state.</param>
/// <param name="seed">What every random decision is drawn from.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="threads">Threads.</param>
internal sealed class CurveSolver(CoreSet state, long seed, IAssignmentKernel kernel, ComputeThreads threads)
{
    /// <summary>Points a cluster, below which a state that has not all rows says too little about it.</summary>
    private const int LeastPointsPerCluster = 20;

    /// <summary>Points a cluster, and in all, on which the structure is found.</summary>
    private const int CoarseRows = 50;
    private const int LeastCoarseRows = 2000;

    /// <summary>Rows that are compared with rows without clusters: so many values, and within these limits.</summary>
    private const int GapValues = 250_000;
    private const int LeastGapRows = 300;
    private const int MostGapRows = 1000;

    /// <summary>Beyond, comparing all pairs of running centers for each merging costs too much.</summary>
    private const int MostMerged = 200;

    private readonly PartitionSummary summary = SummaryState.Restore(state);

    /// <summary>The state's rows, calibrated: see <see cref="CoreSetPoints"/>.</summary>
    public RowBlock Points => field ??= CoreSetPoints.Make(summary.Centers, summary.Sample, state.IsDecayed);

    /// <summary>Centers that were found before, each row-major of any k: they are looked at too.</summary>
    public IReadOnlyList<double[]> Known { get; init; } = [];

    /// <summary>Where centers have length 1; else null.</summary>
    public UnitCenters? Unit { get; init; }

    /// <summary>Whether every row was kept, uniformly too: then costs are known and not estimated.</summary>
    public bool HoldsAllRows => KeptAll && summary.CostSample.Count == summary.RowCount;

    private bool KeptAll => summary.Sample.Threshold == SummaryState.KeepsAll && summary.Sample.Count == summary.RowCount;

    /// <summary>The largest k that the state supports.</summary>
    public int MostClusters => KeptAll ? Math.Max(1, summary.Sample.Count) : Math.Max(state.CenterCount, Points.Count / LeastPointsPerCluster);

    /// <summary>Estimates costs.</summary>
    public CostEstimator Estimator => field ??= new CostEstimator(summary, state.IsDecayed, kernel, threads, Unit);

    /// <summary>Solves every k of a range.</summary>
    /// <param name="least">The smallest k, 1 or more.</param>
    /// <param name="most">The largest, at most <see cref="MostClusters"/>.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>One solution for each k that there are enough different points for, in order.</returns>
    public CurveSolution[] Solve(int least, int most, CancellationToken cancellation)
    {
        var d = state.FeatureCount;
        var coarse = Math.Max(LeastCoarseRows, CoarseRows * most);
        var few = Points.Count <= 2 * coarse ? Points : CoreSetPoints.Make(summary.Centers, summary.Sample.Thin(coarse), state.IsDecayed);
        var top = Top(few, most, cancellation);
        var search = new CurveSearch(few, d, kernel, threads);
        var plan = CurveEffort.For(few.Count, most, d);
        var found = search.Run(top, Math.Min(least, top.Length / d), plan, seed, cancellation);
        var many = Points.Count <= 2 * CurveEffort.PolishRows(most) ? Points : CoreSetPoints.Make(summary.Centers, summary.Sample.Thin(CurveEffort.PolishRows(most)), state.IsDecayed);
        var polish = new CurveSearch(many, d, kernel, threads) { Unit = Unit };
        polish.Polish(found, CurveEffort.PolishIterations, CurveEffort.PolishTolerance, cancellation);
        ChooseMerged(found, cancellation);
        ChooseKnown(found, polish, cancellation);
        return found;
    }

    /// <summary>A few of the rows, alike in all that they stand for: what clusters are told from noise by.</summary>
    /// <returns>At most 1,000 points, unweighted.</returns>
    public float[] GapRows()
    {
        var rows = state.CostSample;
        var count = Math.Min(rows.Count, Math.Clamp(GapValues / state.FeatureCount, LeastGapRows, MostGapRows));
        var chosen = new float[count * state.FeatureCount];
        for (var i = 0; i < count; i++)
        {
            rows.Rows.AsSpan((int)((long)i * rows.Count / count) * state.FeatureCount, state.FeatureCount).CopyTo(chosen.AsSpan(i * state.FeatureCount));
        }

        return chosen;
    }

    /// <summary>
    /// Takes merged running centers where they are better. For k near their number their exact means of all rows are hard to beat with those of the kept rows; further below them the search is.
    /// Rows that had no part in either decide.
    /// </summary>
    private void ChooseMerged(CurveSolution[] found, CancellationToken cancellation)
    {
        if (state.IsDecayed)
        {
            return;
        }

        var cells = summary.Centers;
        var merged = new CurveSolution(cells.Means.ToArray(), cells.Weights.ToArray(), cells.TotalSquaredError());
        for (var i = found.Length - 1; i >= 0 && cells.Count <= MostMerged; i--)
        {
            while (merged.ClusterCount > found[i].ClusterCount)
            {
                merged = merged.Merged(state.FeatureCount, Unit);
            }

            var candidate = Unit is null ? merged : merged with { Centers = Unit.Directions(merged.Centers) };
            if (merged.ClusterCount == found[i].ClusterCount && Estimator.ForChoosing(candidate.Centers, cancellation) < Estimator.ForChoosing(found[i].Centers, cancellation))
            {
                found[i] = candidate;
            }
        }
    }

    /// <summary>Takes centers that were found before, moved to the means of their points, where they are better.</summary>
    private void ChooseKnown(CurveSolution[] found, CurveSearch polish, CancellationToken cancellation)
    {
        foreach (var centers in Known)
        {
            var i = Array.FindIndex(found, solution => solution.Centers.Length == centers.Length);
            if (i >= 0)
            {
                CurveSolution[] moved = [new CurveSolution(centers, new double[centers.Length / state.FeatureCount], 0)];
                polish.Polish(moved, CurveEffort.PolishIterations, CurveEffort.PolishTolerance, cancellation);
                found[i] = Estimator.ForChoosing(moved[0].Centers, cancellation) < Estimator.ForChoosing(found[i].Centers, cancellation) ? moved[0] : found[i];
            }
        }
    }

    /// <summary>Centers for the largest k: the running centers reduced, where there are as many, else a search of their own.</summary>
    private double[] Top(RowBlock few, int most, CancellationToken cancellation)
    {
        if (state.CenterCount >= most)
        {
            return Reduction.Run(summary.Centers, most, new TrainingOptions { ClusterCount = most, Seed = seed }, kernel, threads, cancellation).Centers;
        }

        return new CenterSearch(few, state.FeatureCount, most, kernel, threads).Run(seed, RandomPurpose.Curve, cancellation).Centers;
    }
}
