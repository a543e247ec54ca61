using System.Diagnostics;
using KMeans.Coordination;
using KMeans.Input;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.Curves;

/// <summary>The cost of every k of a range, and models for them, from one pass over the rows or from none.</summary>
/// <remarks>The same rows, options and seed give the same bits, whatever the threads, the shards or the machine.</remarks>
public static class Curve
{
    /// <summary>The most k that a curve has.</summary>
    public const int MostSteps = 1000;

    /// <summary>Reads rows once and makes their curve.</summary>
    /// <param name="input">The rows; not disposed.</param>
    /// <param name="range">Which k.</param>
    /// <param name="options">How the pass is made; its k does not count.</param>
    /// <param name="progress">Told of progress from any thread, or null.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <returns>The curve. Where there are fewer different rows than the largest k it ends before that.</returns>
    /// <exception cref="InputException">The rows, the range or the options are wrong.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static CurveResult Train(InputSet input, CurveRange range, TrainingOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        range.Check();
        var most = (int)Math.Min(range.Last + 1L, Math.Max(range.Last, input.RowCount ?? long.MaxValue));
        var result = Trainer.Train(input, options with { ClusterCount = most, RowBudget = 0, MeasuresQuality = false, RefinesCenters = false }, progress, cancellation);
        return Of(result.Model, range, options.Threads, progress, cancellation) with { Report = result.Report };
    }

    /// <summary>Makes the curve of a model's rows from its state.</summary>
    /// <param name="model">The model, with its state.</param>
    /// <param name="range">Which k.</param>
    /// <param name="threads">Threads, or null for one a core. Never changes the result.</param>
    /// <param name="progress">Told of progress from any thread, or null.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The curve.</returns>
    /// <exception cref="InputException">The model has no state, or supports no such range.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static CurveResult Of(TrainedModel model, CurveRange range, int? threads = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
        Of(model, range, [model.Centers], threads, progress, cancellation);

    /// <summary>Makes the curve of a model's rows from its state.</summary>
    /// <param name="model">The model, with its state.</param>
    /// <param name="range">Which k.</param>
    /// <param name="known">Centers of any k that were found on these rows or some of them: each row-major.</param>
    /// <param name="threads">Threads, or null for one a core. Never changes the result.</param>
    /// <param name="progress">Told of progress from any thread, or null.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The curve.</returns>
    internal static CurveResult Of(TrainedModel model, CurveRange range, IReadOnlyList<double[]> known, int? threads, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        range.Check();
        var state = model.State ?? throw new InputException("--model: the model has no state (its folder has no state/, or another program wrote it), and only that answers other k; train again.");
        var clock = Stopwatch.StartNew();
        using var pool = new ComputeThreads(threads ?? Environment.ProcessorCount);
        var solver = new CurveSolver(state, model.Seed, Backends.Host("auto"), pool) { Known = known, Unit = UnitCenters.For(model.Distance, model.Transform) };
        if (range.Last > solver.MostClusters)
        {
            throw new InputException($"--k {range}: the model's state supports k up to {solver.MostClusters}; choose fewer clusters, or train with more --summary-rows.");
        }

        progress?.Report(new TrainingProgress(TrainingPhase.Reducing, 0, 0, double.NaN, range.Last));
        return new CurveBuilder(model, solver, Backends.Host("auto"), pool).Build(range, cancellation) with { Seconds = clock.Elapsed.TotalSeconds };
    }
}
