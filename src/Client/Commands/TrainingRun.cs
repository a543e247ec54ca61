using System.Globalization;
using KMeans.Client.Display;
using KMeans.Http.Remote;
using KMeans.Input;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.Client.Commands;

/// <summary>What the commands that train or score have in common.</summary>
internal static class TrainingRun
{
    /// <summary>Trains and shows how far it is.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="workers">The workers that have them, or null: they are read here.</param>
    /// <param name="options">What to train.</param>
    /// <param name="show">Where progress goes.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The model and the report.</returns>
    public static TrainingResult Train(InputSet input, RemoteTraining? workers, TrainingOptions options, Action<Activity> show, CancellationToken cancellation) =>
        workers?.Train(options, new Reporter(show), null, cancellation) ?? Trainer.Train(input, options, new Reporter(show), cancellation);

    /// <summary>Computes a model's true cost and shows how far it is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">The rows.</param>
    /// <param name="missing">What to do about missing values.</param>
    /// <param name="threads">Threads, or null.</param>
    /// <param name="phase">What to call it.</param>
    /// <param name="show">Where progress goes.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The score.</returns>
    public static Score Score(TrainedModel model, InputSet input, MissingPolicy missing, int? threads, string phase, Action<Activity> show, CancellationToken cancellation)
    {
        show(Activity.Begin(phase));
        return Trainer.Score(model, input, missing, threads, Progress.CountRows(phase, input, show), cancellation);
    }

    /// <summary>One line about a training's work.</summary>
    /// <param name="report">The report.</param>
    /// <returns>"1,797 rows of 64 columns in 0.12 s (15 k rows/s)".</returns>
    public static string Describe(TrainingReport report)
    {
        var skipped = report.SkippedRows > 0 ? $", {Readable.Count(report.SkippedRows)} left out" : "";
        var added = report.Rows - report.EarlierRows;
        var sum = report.EarlierRows > 0 ? $"; the model now stands for {Readable.Count(report.Rows)}" : "";
        return $"{Readable.Count(added)} rows of {Readable.Count(report.Features)} columns{skipped} in {Readable.Duration(report.Seconds.Total)} ({Readable.Short(report.RowsPerSecond)} rows/s){sum}";
    }

    /// <summary>One line about a training's ledger.</summary>
    /// <param name="report">The report.</param>
    /// <returns>"ledger 31 partitions, 2,000,000 rows, each exactly once, hash 60ff628a984e520d; 3 run again".</returns>
    public static string DescribeLedger(TrainingReport report)
    {
        var ledger = report.Ledger;
        var retries = report.Retries > 0 ? $"; {Readable.Count(report.Retries)} run again" : "";
        return $"ledger {Readable.Count(ledger.Partitions)} {(ledger.Partitions == 1 ? "partition" : "partitions")}, {Readable.Count(ledger.Rows)} rows, each exactly once, hash {ledger.Hash}{retries}";
    }

    /// <summary>One line about a cost.</summary>
    /// <param name="cost">The cost.</param>
    /// <returns>"msd 651.2 (exact)" or "msd 12.31 (estimate, 95 % 12.2 to 12.4, at most 13.0)".</returns>
    public static string DescribeCost(CostEstimate cost)
    {
        if (cost.Kind == CostKind.Exact)
        {
            return $"msd {Readable.Quantity(cost.Msd)} (exact)";
        }

        var bound = cost.Bound is { } most ? $", at most {Readable.Quantity(most)}" : "";
        return $"msd {Readable.Quantity(cost.Msd)} (estimate, 95 % {Readable.Quantity(cost.Low)} to {Readable.Quantity(cost.High)}{bound})";
    }

    /// <summary>One line that compares with classic k-means.</summary>
    /// <param name="report">The report.</param>
    /// <returns>"5.6 % below plain k-means (k-means++ and Lloyd) on 3,188 of the rows"; null where it was not measured.</returns>
    public static string? DescribeQuality(TrainingReport report)
    {
        if (report.LloydGap is not { } gap || report.LloydRows is not { } rows)
        {
            return null;
        }

        var side = Math.Abs(gap) < 0.0005 ? "the same as" : string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(gap) * 100:0.0} % {(gap < 0 ? "below" : "above")}");
        return $"{side} plain k-means (k-means++ and Lloyd) on {Readable.Count(rows)} of the rows";
    }

    /// <summary>What a phase is called.</summary>
    /// <param name="phase">The phase.</param>
    /// <returns>One word.</returns>
    public static string Name(TrainingPhase phase) => phase switch
    {
        TrainingPhase.Sampling => "sampling",
        TrainingPhase.Pass => "pass",
        TrainingPhase.Reducing => "reducing",
        _ => "scoring",
    };

    /// <summary>How far a training is, to be shown.</summary>
    /// <param name="value">The progress.</param>
    /// <returns>The activity.</returns>
    public static Activity Describe(TrainingProgress value)
    {
        var fraction = value.TotalRows > 0 ? Math.Min(1, value.Rows / (double)value.TotalRows) : double.NaN;
        return new Activity(Name(value.Phase), value.Rows, value.TotalRows, fraction, value.Msd);
    }

    /// <summary>Shows how far a training is.</summary>
    /// <param name="show">Where progress goes.</param>
    /// <returns>To be given to the training.</returns>
    public static IProgress<TrainingProgress> Listener(Action<Activity> show) => new Reporter(show);

    private sealed class Reporter(Action<Activity> show) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => show(Describe(value));
    }
}
