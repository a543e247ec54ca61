using KMeans.Coordination;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Models;

namespace KMeans.Prediction;

/// <summary>What a prediction did.</summary>
/// <param name="Rows">Rows of the input, all of them written.</param>
/// <param name="MissingRows">Those without a result, because a value is missing.</param>
/// <param name="Outliers">Those that are farther from their center than the model's limit; 0 where that is not asked.</param>
public readonly record struct PredictionCount(long Rows, long MissingRows, long Outliers);

/// <summary>Predicts the rows of an input of any size.</summary>
public static class Predictor
{
    private const int TileValues = 1 << 18;
    private const int BatchesPerThread = 8;

    /// <summary>Predicts every row, partitions side by side, and writes them in input order. O(n k d); memory O(threads x tile).</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">The rows, with the model's columns: see <see cref="InputSet.Match"/>.</param>
    /// <param name="kept">Columns to copy.</param>
    /// <param name="missing">With <see cref="MissingPolicy.Skip"/> a row that lacks a value keeps its place, without a result.</param>
    /// <param name="writer">Where the rows go; finished and disposed by the caller.</param>
    /// <param name="threads">Threads, or null for one a core. Never changes the output.</param>
    /// <param name="advanced">Told the rows of each batch from any thread, or null.</param>
    /// <param name="tellsOutliers">Whether outliers are told; the writer was made for the same.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="InputException">The model knows no limits for outliers, a file is damaged, or a value is missing and the policy is <see cref="MissingPolicy.Error"/>.</exception>
    public static PredictionCount Run(
        TrainedModel model, InputSet input, KeptColumns kept, MissingPolicy missing, IPredictionWriter writer,
        int? threads = null, Action<int>? advanced = null, bool tellsOutliers = false, CancellationToken cancellation = default)
    {
        if (tellsOutliers && model.OutlierDistances is null)
        {
            throw new InputException("--outliers: the model does not say how far its clusters reach, because an earlier release or another program made it; train again.");
        }

        var kernel = AssignmentKernels.Best;
        var packed = kernel.Pack(model.Centers, model.ClusterCount, model.FeatureCount);
        var capacity = Math.Clamp(TileValues / input.FeatureCount, 16, 8192);
        using var pool = new ComputeThreads(threads ?? Environment.ProcessorCount);
        var ordered = new InOrder<PredictionBatch>(writer.Write, () => new PredictionBatch(capacity, kept.Columns, tellsOutliers), BatchesPerThread * pool.WorkerCount);
        using var wake = cancellation.Register(ordered.Wake);
        var workers = new Worker?[pool.WorkerCount];
        try
        {
            using var readAhead = new ReadAhead(input, input.Partitions, pool.WorkerCount);
            pool.Run(input.Partitions.Count, (w, p) =>
            {
                readAhead.Begin(p);
                var worker = workers[w] ??= new Worker(input, kept, kernel, capacity);
                try
                {
                    worker.Predict(input.Partitions[p], model, missing, packed, ordered, advanced, cancellation);
                }
                catch
                {
                    ordered.Fail(p);
                    throw;
                }
            }, cancellation);
        }
        finally
        {
            foreach (var worker in workers)
            {
                worker?.Dispose();
            }

            (packed as IDisposable)?.Dispose();
        }

        return new PredictionCount(workers.Sum(worker => worker?.Rows ?? 0), workers.Sum(worker => worker?.MissingRows ?? 0), workers.Sum(worker => worker?.Outliers ?? 0));
    }

    /// <summary>One thread's buffers and counts.</summary>
    private sealed class Worker(InputSet input, KeptColumns kept, IAssignmentKernel kernel, int capacity) : IDisposable
    {
        private readonly SampleBatch samples = new(capacity, input.FeatureCount, input.IsWeighted);
        private readonly KeptValueReader values = new(input, kept, capacity);
        private readonly KernelWorkspace workspace = kernel.CreateWorkspace();

        public long Rows { get; private set; }

        public long MissingRows { get; private set; }

        public long Outliers { get; private set; }

        public void Predict(
            Partition partition, TrainedModel model, MissingPolicy missing, PackedCenters packed, InOrder<PredictionBatch> ordered, Action<int>? advanced, CancellationToken cancellation)
        {
            using var reader = input.Open(partition, model.Transform, missing, model.Fill);
            while (reader.Read(samples, capacity))
            {
                cancellation.ThrowIfCancellationRequested();
                var batch = ordered.Rent();
                batch.Count = samples.Count;
                kernel.Assign(samples.Samples, samples.Count, packed, batch.Labels, batch.Distances, workspace);
                samples.Skipped.AsSpan(0, samples.Count).CopyTo(batch.Missing);
                for (var i = 0; i < batch.Count; i++)
                {
                    batch.Distances[i] = Math.Sqrt(batch.Distances[i]);
                }

                if (batch.Outliers is { } outliers)
                {
                    for (var i = 0; i < batch.Count; i++)
                    {
                        outliers[i] = !batch.Missing[i] && batch.Distances[i] > model.OutlierDistances![batch.Labels[i]] ? 1 : 0;
                        Outliers += outliers[i];
                    }
                }

                values.Read(reader.Segment, batch, batch.Count);
                Rows += samples.Count;
                advanced?.Invoke(samples.Count);
                if (!ordered.Add(partition.Index, batch, cancellation))
                {
                    return;
                }
            }

            MissingRows += reader.SkippedRows;
            values.Dispose();
            ordered.Complete(partition.Index);
        }

        public void Dispose() => values.Dispose();
    }
}
