using KMeans.Coordination;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.Description;

/// <summary>Looks at rows to describe a model's clusters by: every row of an input once, or those that the model's state keeps.</summary>
internal sealed class DescriptionPass
{
    private const int TileValues = 1 << 18;

    /// <summary>The most rows that a report draws.</summary>
    public const int MostSampleRows = 10_000;

    /// <summary>And the most values of theirs: 256 MiB.</summary>
    private const long MostSampleValues = 64L << 20;

    /// <summary>What was noted; its sample is sealed.</summary>
    public required DescriptionPart Result { get; init; }

    /// <summary>Tells where a row is; null for rows of the state.</summary>
    public required Func<CandidateRow, string>? Locate { get; init; }

    /// <summary>Reads an input once. O(n k d); memory O(threads x tile + k d log partitions).</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">The rows, with the model's columns.</param>
    /// <param name="missing">What to do about missing values.</param>
    /// <param name="pool">Threads. Never change the result.</param>
    /// <param name="advanced">Told the rows of each batch from any thread, or null.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <returns>What was noted.</returns>
    public static DescriptionPass OverInput(TrainedModel model, InputSet input, MissingPolicy missing, ComputeThreads pool, Action<int>? advanced, CancellationToken cancellation)
    {
        var kernel = AssignmentKernels.Best;
        var packed = kernel.Pack(model.Centers, model.ClusterCount, model.FeatureCount);
        var workers = new Worker?[pool.WorkerCount];
        var counts = input.Partitions.Select(partition => new long[partition.Segments.Count]).ToArray();
        var tree = new MergeTree<DescriptionPart>(input.Partitions.Count, static (earlier, later) => earlier.Merge(later));
        using (var readAhead = new ReadAhead(input, input.Partitions, pool.WorkerCount))
        {
            pool.Run(input.Partitions.Count, (w, p) =>
            {
                readAhead.Begin(p);
                var part = NewPart(model, input.RowCount);
                (workers[w] ??= new Worker(input, kernel)).Read(input.Partitions[p], model, missing, packed, part, counts[p], advanced, cancellation);
                tree.Add(p, part);
            }, cancellation);
        }

        (packed as IDisposable)?.Dispose();
        var result = tree.Root ?? NewPart(model, 0);
        result.Sample.Seal();
        var places = new RowPlaces(input, counts);
        return new DescriptionPass { Result = result, Locate = places.Of };
    }

    /// <summary>Looks at the rows that the model's state keeps uniformly. O(r k d).</summary>
    /// <param name="model">The model, with its state.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What was noted.</returns>
    public static DescriptionPass OverState(TrainedModel model, ComputeThreads threads, CancellationToken cancellation)
    {
        var (state, d) = (model.State!, model.FeatureCount);
        var count = state.CostSample.Count;
        var (labels, distances) = PointAssignment.Run(state.CostSample.Rows, model.Centers, d, AssignmentKernels.Best, threads, cancellation);
        var part = NewPart(model, count);
        for (var i = 0; i < count; i++)
        {
            part.Add(i, -1, 0, i, state.CostSample.Rows.AsSpan(i * d, d), state.CostSample.Weights[i], labels[i], distances[i]);
        }

        part.Sample.Seal();
        return new DescriptionPass { Result = part, Locate = null };
    }

    private static DescriptionPart NewPart(TrainedModel model, long? rowCount)
    {
        var limit = (int)Math.Clamp(MostSampleValues / model.FeatureCount, 100, MostSampleRows);

        // With a quarter to spare, so that chance leaves no room in the sample.
        var threshold = rowCount > limit ? 1.25 * limit / rowCount.Value : 1.0;
        return new DescriptionPart(model.ClusterCount, model.FeatureCount, new RowSample(model.FeatureCount, limit, Math.Min(1, threshold)), model.Seed);
    }

    /// <summary>One thread's buffers.</summary>
    private sealed class Worker(InputSet input, IAssignmentKernel kernel)
    {
        private static int Capacity(InputSet input) => Math.Clamp(TileValues / input.FeatureCount, 16, 8192);

        private readonly SampleBatch batch = new(Capacity(input), input.FeatureCount, input.IsWeighted);
        private readonly int[] labels = new int[Capacity(input)];
        private readonly double[] squaredDistances = new double[Capacity(input)];
        private readonly KernelWorkspace workspace = kernel.CreateWorkspace();

        /// <param name="partition">What to read.</param>
        /// <param name="model">The model.</param>
        /// <param name="missing">What to do about missing values.</param>
        /// <param name="packed">The model's centers.</param>
        /// <param name="part">Out.</param>
        /// <param name="counts">Out: rows of each segment.</param>
        /// <param name="advanced">Told of each batch.</param>
        /// <param name="cancellation">Stops within a batch.</param>
        public void Read(
            Partition partition, TrainedModel model, MissingPolicy missing, PackedCenters packed, DescriptionPart part, long[] counts, Action<int>? advanced, CancellationToken cancellation)
        {
            var d = model.FeatureCount;
            using var reader = input.Open(partition, model.Transform, missing, model.Fill);
            while (reader.Read(batch, labels.Length))
            {
                cancellation.ThrowIfCancellationRequested();
                kernel.Assign(batch.Samples, batch.Count, packed, labels, squaredDistances, workspace);
                var segment = 0;
                while (partition.Segments[segment] != reader.Segment)
                {
                    segment++;
                }

                var weights = batch.SampleWeights;
                for (var i = 0; i < batch.Count; i++)
                {
                    part.Add(batch.Key(i), partition.Index, segment, counts[segment] + i, batch.Samples.Slice(i * d, d), weights.IsEmpty ? 1 : weights[i], labels[i], squaredDistances[i]);
                }

                counts[segment] += batch.Count;
                advanced?.Invoke(batch.Count);
            }

            part.Skip(reader.SkippedRows);
        }
    }

    /// <summary>Where rows are in their files: known when all rows of a file were counted.</summary>
    private sealed class RowPlaces(InputSet input, long[][] counts)
    {
        /// <param name="row">A row that was read.</param>
        /// <returns>"data.csv: row 13", counted from 1 within the file, a header not counted.</returns>
        public string Of(CandidateRow row)
        {
            var file = input.Partitions[row.Partition].Segments[row.Segment].File;
            var before = 0L;
            for (var p = 0; p <= row.Partition; p++)
            {
                for (var s = 0; s < counts[p].Length && (p < row.Partition || s < row.Segment); s++)
                {
                    before += input.Partitions[p].Segments[s].File == file ? counts[p][s] : 0;
                }
            }

            return $"{input.Files[file].Path}: row {before + row.Row + 1}";
        }
    }
}
