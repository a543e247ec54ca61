using KMeans.Input;
using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>What the finish ended with.</summary>
/// <param name="Centers">Row-major (k, d), in the model's space.</param>
/// <param name="ClusterWeights">Length k.</param>
/// <param name="Cost">Of the centers.</param>
internal sealed record Finish(double[] Centers, double[] ClusterWeights, CostEstimate Cost);

/// <summary>Takes the reduced centers to the final ones and says what they cost.</summary>
/// <param name="input">The rows.</param>
/// <param name="options">The user's.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="threads">Threads.</param>
/// <param name="progress">The listener, or null.</param>
internal sealed class Finisher(InputSet input, TrainingOptions options, IAssignmentKernel kernel, ComputeThreads threads, IProgress<TrainingProgress>? progress)
{
    /// <summary>Finishes: by Lloyd on all rows in row mode; otherwise with the reduced centers as they are.</summary>
    /// <param name="pass">What the passes ended with.</param>
    /// <param name="reduction">What the reduction ended with.</param>
    /// <param name="initial">For the transform.</param>
    /// <param name="rowMode">Whether all rows are in memory.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The final centers.</returns>
    public Finish Run(PassResult pass, ReductionResult reduction, InitialCenters initial, bool rowMode, CancellationToken cancellation)
    {
        var bound = Bound(pass, reduction);
        return rowMode ? OnRows(pass, reduction, bound, cancellation)
            : options.ExactScore ? WithExactScore(pass, reduction, initial, bound, cancellation)
            : WithEstimate(pass, reduction, bound);
    }

    private Finish OnRows(PassResult pass, ReductionResult reduction, double? bound, CancellationToken cancellation)
    {
        var d = input.FeatureCount;
        var rows = pass.Summary.Rows;
        var iterations = options.LocalLloydMaxIterations ?? AutoPolicy.LloydMaxIterations;
        var centers = Lloyd.Run(rows, reduction.Centers, d, iterations, options.LocalLloydTolerance ?? AutoPolicy.LloydTolerance, kernel, threads, cancellation).Centers;
        using var step = new LloydStep(rows, options.ClusterCount, d, kernel, threads);
        step.Assign(centers, cancellation);
        var msd = step.TotalCost / pass.Summary.TotalWeight;
        return new Finish(centers, step.Total.ClusterWeights.ToArray(), new CostEstimate(CostKind.Exact, msd, pass.Summary.TotalWeight, msd, msd, bound));
    }

    private Finish WithExactScore(PassResult pass, ReductionResult reduction, InitialCenters initial, double? bound, CancellationToken cancellation)
    {
        var done = 0L;
        var score = ScorePass.Run(input, initial.Transform, options.Missing, initial.Fill, reduction.Centers, kernel, threads, Advance, cancellation);
        return new Finish(reduction.Centers, score.ClusterWeights, new CostEstimate(CostKind.Exact, score.Msd, score.TotalWeight, score.Msd, score.Msd, bound));

        void Advance(int rows) =>
            progress?.Report(new TrainingProgress(TrainingPhase.Scoring, Interlocked.Add(ref done, rows), pass.Summary.RowCount, double.NaN, options.ClusterCount));
    }

    private Finish WithEstimate(PassResult pass, ReductionResult reduction, double? bound)
    {
        // Running centers carry the weights of all epochs, decayed; the clusters' sizes are shares of the rows.
        var summary = pass.Summary;
        var weights = new double[options.ClusterCount];
        var sum = 0.0;
        for (var j = 0; j < pass.Centers.Count; j++)
        {
            weights[reduction.Labels[j]] += pass.Centers.Weights[j];
            sum += pass.Centers.Weights[j];
        }

        for (var j = 0; j < weights.Length; j++)
        {
            weights[j] *= summary.TotalWeight / sum;
        }

        return new Finish(reduction.Centers, weights, CostEstimator.Estimate(summary.CostSample, summary.TotalWeight, reduction.Centers, input.FeatureCount, bound, kernel));
    }

    /// <summary>The msd of the assignment that takes each row to its running center's cluster: no assignment to nearest centers costs more.</summary>
    private double? Bound(PassResult pass, ReductionResult reduction) =>
        options.HalfLifeTimeSize > 0 ? null : (reduction.SquaredDistances + pass.Centers.SquaredErrors.ToArray().Sum()) / pass.Centers.Weights.ToArray().Sum();
}
