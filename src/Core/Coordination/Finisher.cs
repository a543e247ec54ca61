using KMeans.CoreSets;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>What the finish ended with.</summary>
/// <param name="Centers">Row-major (k, d), in the model's space.</param>
/// <param name="ClusterWeights">Length k.</param>
/// <param name="Cost">Of the centers.</param>
/// <param name="Quality">How they compare with classic k-means, or null where that was not measured.</param>
internal sealed record Finish(double[] Centers, double[] ClusterWeights, CostEstimate Cost, QualityStatement? Quality)
{
    /// <summary>The exact statistics of all rows around their means, where all rows are in memory; else null.</summary>
    public RunningCenters? Cells { get; init; }

    /// <summary>Whether the kept rows were searched for better centers.</summary>
    public bool HasSearched { get; init; }

    /// <summary>The points on which the centers were found, where a search found better ones than the reduction; else null.</summary>
    public RowBlock? Points { get; init; }
    /// <summary>Length k: see <see cref="OutlierThresholds"/>.</summary>
    public double[] OutlierDistances { get; init; } = [];
}

/// <summary>Takes the reduced centers to the final ones and says what they cost.</summary>
/// <param name="input">The rows.</param>
/// <param name="options">The user's.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="threads">Threads.</param>
/// <param name="progress">The listener, or null.</param>
internal sealed class Finisher(InputSet input, TrainingOptions options, IAssignmentKernel kernel, ComputeThreads threads, IProgress<TrainingProgress>? progress)
{
    /// <summary>Costs that differ by less are the same: estimates of them differ by as much.</summary>
    private const double Noticeable = 1e-3;

    /// <summary>Lloyd's iterations for centers that were good already.</summary>
    private const int EarlierIterations = 3;

    /// <summary>From the means that a search found to directions, on the same points: most of the way is gone by then.</summary>
    private const int DirectionIterations = 20;

    /// <summary>Finishes: chooses among the reduced centers and those that a search on the kept rows finds; goes on by Lloyd on all rows in row mode.</summary>
    /// <param name="pass">What the passes ended with.</param>
    /// <param name="reduction">What the reduction ended with.</param>
    /// <param name="initial">For the transform.</param>
    /// <param name="rowMode">Whether all rows are in memory.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The final centers.</returns>
    public Finish Run(PassResult pass, ReductionResult reduction, InitialCenters initial, bool rowMode, CancellationToken cancellation)
    {
        var finish = Choose(pass, reduction, initial, rowMode, cancellation);
        return finish with { OutlierDistances = OutlierThresholds.Of(pass.Summary, finish.Centers, kernel, threads, cancellation) };
    }

    private Finish Choose(PassResult pass, ReductionResult reduction, InitialCenters initial, bool rowMode, CancellationToken cancellation)
    {
        var unit = UnitCenters.For(input.Distance, initial.Transform);
        var reduced = unit is null
            ? reduction.Centers
            : Lloyds([new RowBlock(pass.Centers.RoundedMeans(), pass.Centers.Count, pass.Centers.Weights.ToArray())], reduction.Centers, unit, Iterations, cancellation);
        var candidates = new List<double[]> { reduced };
        RowBlock? points = null;
        if (Refines(pass))
        {
            var refinement = new Refinement(pass.Summary, options.ClusterCount, kernel, threads);
            if (refinement.IsWorthwhile(initial, reduction.SquaredDistances + pass.Centers.TotalSquaredError()))
            {
                points = refinement.Points;
                candidates.AddRange(refinement.Candidates(reduction.Centers, options.InitMethod is null && pass.Update is null ? initial.RowCount : 0, options.Seed, cancellation)
                    .Where(each => each.Length == reduced.Length)
                    .Select(each => unit is null ? each : Lloyds([refinement.Points], each, unit, DirectionIterations, cancellation)));
            }
        }

        var estimator = new CostEstimator(pass.Summary, pass.IsDecayed, kernel, threads, unit);
        if (rowMode)
        {
            return OnRows(pass, candidates, unit, estimator, cancellation) with { HasSearched = true };
        }

        if (pass.Update is { } update && Refines(pass) && Earlier(pass, update, reduced, unit, estimator, ref points, cancellation) is { } earlier)
        {
            candidates.Add(earlier);
        }

        var centers = candidates.Count == 1 ? candidates[0] : candidates.MinBy(each => estimator.ForChoosing(each, cancellation))!;
        var finish = options.ExactScore ? WithExactScore(pass, centers, initial, estimator, cancellation)
            : WithEstimate(pass, centers, estimator, centers == reduced ? null : points, cancellation);
        return finish with { HasSearched = points is not null, Points = centers == reduced ? null : points };
    }

    /// <summary>
    /// The updated model's own centers, moved with the rows since, where they are better than the running ones: a search had found what these do not have. Null where they are not.
    /// </summary>
    private double[]? Earlier(PassResult pass, StateUpdate update, double[] reduced, UnitCenters? unit, CostEstimator estimator, ref RowBlock? points, CancellationToken cancellation)
    {
        if (!(estimator.ForChoosing(update.Centers, cancellation) < (1 - Noticeable) * estimator.ForChoosing(reduced, cancellation)))
        {
            return null;
        }

        points ??= CoreSetPoints.Make(pass.Summary.Centers, pass.Summary.Sample);
        return Lloyds([points], update.Centers, unit, EarlierIterations, cancellation);
    }

    private int Iterations => options.LocalLloydMaxIterations ?? AutoPolicy.LloydMaxIterations;

    private double Tolerance => options.LocalLloydTolerance ?? AutoPolicy.LloydTolerance;

    /// <summary>A search would undo what the user asked for: a reduction of their own, or old rows that count less.</summary>
    private bool Refines(PassResult pass) => options.ChoosesReduction && options.RefinesCenters && !pass.IsDecayed;

    private Finish OnRows(PassResult pass, List<double[]> candidates, UnitCenters? unit, CostEstimator estimator, CancellationToken cancellation)
    {
        var d = input.FeatureCount;
        var (rows, weight) = (pass.Summary.Rows, pass.Summary.TotalWeight);
        using var step = new LloydStep(rows, options.ClusterCount, d, kernel, threads);
        var start = candidates.Count == 1 ? candidates[0] : candidates.MinBy(Cost)!;
        var centers = Lloyds(rows, start, unit, Iterations, cancellation);
        var msd = Cost(centers) / weight;
        return new Finish(centers, step.Total.ClusterWeights.ToArray(), new CostEstimate(CostKind.Exact, msd, weight, msd, msd, Cells(pass, centers, cancellation).Bound), Check(pass, centers, estimator, cancellation))
        {
            Cells = Statistics(step.Total, centers),
        };

        double Cost(double[] each)
        {
            step.Assign(each, cancellation);
            return step.TotalCost;
        }
    }

    /// <summary>From squared errors around the centers to those around the means: they are less by n |m - c|^2.</summary>
    private static RunningCenters Statistics(CenterAccumulator total, double[] centers)
    {
        var d = total.FeatureCount;
        var cells = new RunningCenters(total.CenterCount, d);
        var mean = new double[d];
        for (var j = 0; j < total.CenterCount; j++)
        {
            var center = centers.AsSpan(j * d, d);
            var weight = total.ClusterWeights[j];
            if (weight > 0)
            {
                for (var f = 0; f < d; f++)
                {
                    mean[f] = total.ClusterSum(j)[f] / weight;
                }

                cells.Add(new CenterId(-1, j), weight, mean, Math.Max(0, total.SquaredErrors[j] - (weight * SquaredDistance.BetweenCenters(mean, center))));
            }
        }

        return cells;
    }

    /// <summary>
    /// Lloyd's algorithm; where centers have length 1 that of spherical k-means, whose centers are divided by their length whenever they have moved. A row, or a running center with all its
    /// rows, goes to the center of the least angle, and the sum of a cluster's rows has the direction that is nearest to all of them.
    /// </summary>
    private double[] Lloyds(IReadOnlyList<RowBlock> rows, double[] start, UnitCenters? unit, int iterations, CancellationToken cancellation) => Lloyd.Run(
        rows, unit is null ? start : unit.Directions(start), input.FeatureCount, iterations, Tolerance, kernel, threads, cancellation, unit is null ? null : moved => unit.Project(moved)).Centers;

    private Finish WithExactScore(PassResult pass, double[] centers, InitialCenters initial, CostEstimator estimator, CancellationToken cancellation)
    {
        var done = 0L;
        var score = ScorePass.Run(input, initial.Transform, options.Missing, initial.Fill, centers, kernel, threads, Advance, cancellation);
        var cost = new CostEstimate(CostKind.Exact, score.Msd, score.TotalWeight, score.Msd, score.Msd, Cells(pass, centers, cancellation).Bound);
        return new Finish(centers, score.ClusterWeights, cost, Check(pass, centers, estimator, cancellation));

        void Advance(int rows) =>
            progress?.Report(new TrainingProgress(TrainingPhase.Scoring, Interlocked.Add(ref done, rows), pass.Summary.RowCount, double.NaN, options.ClusterCount));
    }

    private Finish WithEstimate(PassResult pass, double[] centers, CostEstimator estimator, RowBlock? points, CancellationToken cancellation)
    {
        var (weights, bound) = Cells(pass, centers, cancellation);
        return new Finish(centers, points is null ? weights : Weights(points, centers, cancellation), estimator.ForReporting(centers, bound, cancellation), Check(pass, centers, estimator, cancellation));
    }

    private QualityStatement? Check(PassResult pass, double[] centers, CostEstimator estimator, CancellationToken cancellation) =>
        options.MeasuresQuality && input.Distance == DistanceMeasure.Euclidean ? new QualityCheck(options.ClusterCount, input.FeatureCount, kernel, threads).Run(pass.Summary, centers, estimator, options.Seed, cancellation) : null;

    /// <summary>The clusters' weights in the core-set: running centers that were divided do not know them.</summary>
    private double[] Weights(RowBlock points, double[] centers, CancellationToken cancellation)
    {
        var weights = new double[options.ClusterCount];
        var labels = PointAssignment.Run(points.Samples.AsMemory(0, points.Count * input.FeatureCount), centers, input.FeatureCount, kernel, threads, cancellation).Labels;
        for (var i = 0; i < labels.Length; i++)
        {
            weights[labels[i]] += points.SampleWeights![i];
        }

        return weights;
    }

    /// <summary>
    /// What the running centers say of the final ones when each goes with all its rows to the nearest: the clusters' weights, scaled to all rows as weights may have decayed,
    /// and the msd, which no assignment of rows to nearest centers exceeds.
    /// </summary>
    private (double[] Weights, double? Bound) Cells(PassResult pass, double[] centers, CancellationToken cancellation)
    {
        var running = pass.Centers;
        var labels = PointAssignment.Run(running.RoundedMeans(), centers, input.FeatureCount, kernel, threads, cancellation).Labels;
        var weights = new double[options.ClusterCount];
        var (sum, errors) = (0.0, 0.0);
        for (var j = 0; j < running.Count; j++)
        {
            var center = centers.AsSpan(labels[j] * input.FeatureCount, input.FeatureCount);
            weights[labels[j]] += running.Weights[j];
            sum += running.Weights[j];
            errors += running.ErrorAround(j, center);
        }

        for (var j = 0; j < weights.Length; j++)
        {
            weights[j] *= pass.Summary.TotalWeight / sum;
        }

        return (weights, pass.IsDecayed ? null : errors / sum);
    }
}
