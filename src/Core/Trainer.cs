using KMeans.Coordination;
using KMeans.CoreSets;
using KMeans.Input;
using KMeans.Models;
using KMeans.Training;

namespace KMeans;

/// <summary>Trains k-means models in this process.</summary>
/// <remarks>The same data, options and seed give the same bits, whatever the threads, the shards or the machine.</remarks>
public static class Trainer
{
    /// <summary>Trains on the numeric columns of files.</summary>
    /// <param name="path">A file, a folder or a glob: Parquet, CSV, npy, fvecs, bvecs, IDX or recordIO.</param>
    /// <param name="options">What to train.</param>
    /// <param name="progress">Told of progress from any thread, or null.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <returns>The model and the report.</returns>
    /// <exception cref="InputException">The files or the options are wrong.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <remarks>For a choice of columns, weights or several paths open the input yourself: <see cref="InputFiles.Open"/> and <see cref="InputSet.Create"/>.</remarks>
    public static TrainingResult Train(string path, TrainingOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var input = InputSet.Create(InputFiles.Open([path], new InputFormatOptions()), new ColumnChoice());
        return Train(input, options, progress, cancellation);
    }

    /// <summary>Trains on rows in memory.</summary>
    /// <param name="rows">Row-major (n, d), finite.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="options">What to train.</param>
    /// <param name="progress">Told of progress from any thread, or null.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <returns>The model and the report.</returns>
    /// <exception cref="InputException">The rows or the options are wrong.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static TrainingResult Train(ReadOnlyMemory<float> rows, int featureCount, TrainingOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var input = InputSet.Create([new MemoryInputFile(rows, featureCount)], new ColumnChoice());
        return Train(input, options, progress, cancellation);
    }

    /// <summary>Trains on an opened input.</summary>
    /// <param name="input">The rows; not disposed.</param>
    /// <param name="options">What to train.</param>
    /// <param name="progress">Told of progress from any thread, or null.</param>
    /// <param name="control">Who may pause it, or null.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <returns>The model and the report.</returns>
    /// <exception cref="InputException">The rows or the options are wrong.</exception>
    /// <exception cref="TrainingStoppedException">Its <see cref="TrainingOptions.MaxRuntime"/> is over.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static TrainingResult Train(InputSet input, TrainingOptions options, IProgress<TrainingProgress>? progress, TrainingControl? control, CancellationToken cancellation) =>
        TrainingJob.Run(input, options, progress, control, cancellation);

    /// <summary>Trains on an opened input.</summary>
    /// <param name="input">The rows; not disposed.</param>
    /// <param name="options">What to train.</param>
    /// <param name="progress">Told of progress from any thread, or null.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <returns>The model and the report.</returns>
    /// <exception cref="InputException">The rows or the options are wrong.</exception>
    /// <exception cref="TrainingStoppedException">Its <see cref="TrainingOptions.MaxRuntime"/> is over.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static TrainingResult Train(InputSet input, TrainingOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
        Train(input, options, progress, control: null, cancellation);

    /// <summary>Adds rows to a model in time that goes with the new rows alone.</summary>
    /// <param name="model">The model, with its state; left as it is.</param>
    /// <param name="rows">Row-major (n, d), finite.</param>
    /// <param name="progress">Told of progress from any thread, or null.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <returns>A model of all rows, and the report.</returns>
    /// <exception cref="InputException">The model has no state, or the rows are wrong.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <remarks>For files, and options other than the model's own: <see cref="UpdateOptions.Of"/> and <see cref="InputSet.Match"/>.</remarks>
    public static TrainingResult Update(TrainedModel model, ReadOnlyMemory<float> rows, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var input = InputSet.Match([new MemoryInputFile(rows, model.FeatureCount)], model.Columns, model.ColumnsAreNamed, new ColumnChoice(Distance: model.Distance));
        return Train(input, UpdateOptions.Of(model), progress, cancellation);
    }

    /// <summary>Computes the true cost of a model on an input, reading every row once.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">The rows, with the model's columns: see <see cref="InputSet.Match"/>.</param>
    /// <param name="missing">What to do about missing values.</param>
    /// <param name="threads">Threads, or null for one a core.</param>
    /// <param name="advanced">Told the rows of each batch from any thread, or null.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <returns>The score; the same bits for any number of threads.</returns>
    public static Score Score(TrainedModel model, InputSet input, MissingPolicy missing = MissingPolicy.Error, int? threads = null, Action<int>? advanced = null, CancellationToken cancellation = default)
    {
        using var pool = new ComputeThreads(threads ?? Environment.ProcessorCount);
        return ScorePass.Run(input, model.Transform, missing, model.Fill, model.Centers, Backends.Host("auto"), pool, advanced, cancellation);
    }
}
