using KMeans.Coordination;
using KMeans.CoreSets;
using KMeans.Kernels;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.Curves;

/// <summary>Measures the solutions of a range of k and chooses among them.</summary>
/// <param name="model">The model whose rows they are of.</param>
/// <param name="solver">Finds centers.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="threads">Threads.</param>
internal sealed class CurveBuilder(TrainedModel model, CurveSolver solver, IAssignmentKernel kernel, ComputeThreads threads)
{
    private readonly CoreSet state = model.State!;

    /// <summary>Builds the curve.</summary>
    /// <param name="range">Which k; one more on either side is looked at, where there is one, so that the ends can be chosen too.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The curve.</returns>
    public CurveResult Build(CurveRange range, CancellationToken cancellation)
    {
        var isSingle = range.First == range.Last;
        var (least, most) = isSingle ? (range.First, range.Last) : (Math.Max(1, range.First - 1), Math.Min(range.Last + 1, solver.MostClusters));
        var solutions = solver.Solve(least, most, cancellation);
        if (solutions[^1].ClusterCount < range.First)
        {
            throw new InputException($"--k {range}: there are only {solutions[^1].ClusterCount} different rows; choose fewer clusters.");
        }

        var measures = new CurveMeasures(state.CostSample, state.FeatureCount, kernel, threads);
        var distances = solutions.Select(solution => measures.SquaredDistances(solution.Centers, cancellation)).ToArray();
        var points = solutions.Select((solution, i) => Measure(solution, distances[i], measures, cancellation)).ToArray();
        var gaps = isSingle ? [] : new GapMeasure(solver.GapRows(), state.FeatureCount, model.Seed, kernel, threads) { Unit = solver.Unit }.Run(least, solutions[^1].ClusterCount, cancellation);
        for (var i = 0; i < gaps.Length; i++)
        {
            points[i] = points[i] with { Gap = gaps[i].Gap, GapError = gaps[i].Error };
        }

        var choice = isSingle ? null : KChoice.Choose(points, range, distances, measures.Weights, model.Seed);
        return new CurveResult { Base = model, Points = [.. points.Where(point => point.K >= range.First && point.K <= range.Last)], Choice = choice };
    }

    private CurvePoint Measure(CurveSolution solution, double[] squaredDistances, CurveMeasures measures, CancellationToken cancellation)
    {
        var cost = state.IsDecayed ? solver.Estimator.ForReporting(solution.Centers, null, cancellation) : Cost(solution.Centers, cancellation);
        return new CurvePoint
        {
            K = solution.ClusterCount,
            Cost = solver.HoldsAllRows ? cost with { Kind = CostKind.Exact, Low = cost.Msd, High = cost.Msd } : cost,
            MeanDistance = measures.MeanDistance(squaredDistances),
            Silhouette = measures.Silhouette(solution.Centers, cancellation),
            Gap = null,
            GapError = null,
            Centers = solution.Centers,
            ClusterWeights = Weights(solution),
        };
    }

    /// <summary>From what the centers cost when each running center goes with all its rows to the nearest: no assignment of rows to nearest centers costs more.</summary>
    private CostEstimate Cost(double[] centers, CancellationToken cancellation)
    {
        var cells = SummaryState.Centers(state);
        var labels = PointAssignment.Run(cells.RoundedMeans(), centers, state.FeatureCount, kernel, threads, cancellation).Labels;
        var errors = 0.0;
        for (var j = 0; j < cells.Count; j++)
        {
            errors += cells.ErrorAround(j, centers.AsSpan(labels[j] * state.FeatureCount, state.FeatureCount));
        }

        return solver.Estimator.ForMerged(centers, labels, errors / state.TotalWeight, cancellation);
    }

    /// <summary>Scaled to the weight of all rows, as weights may have decayed.</summary>
    private double[] Weights(CurveSolution solution)
    {
        var sum = solution.Weights.Sum();
        return Array.ConvertAll(solution.Weights, weight => sum > 0 ? weight * (state.TotalWeight / sum) : 0);
    }
}
