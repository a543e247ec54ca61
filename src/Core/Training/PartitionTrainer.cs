using System.Diagnostics;
using System.Runtime.InteropServices;
using KMeans.Coordination;
using KMeans.Input;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Streams one partition over the running centers: the pass. One trainer a thread; its buffers serve partition after partition.</summary>
internal sealed class PartitionTrainer : IDisposable
{
    private readonly PassContext context;
    private readonly KernelWorkspace workspace;
    private readonly SampleBatch batch;
    private readonly PartitionScratch scratch;
    private readonly int[] labels;
    private readonly double[] squaredDistances;
    private readonly CounterRandom openingRandom;
    private readonly CounterRandom sampleRandom;
    private readonly CounterRandom costRandom;
    private readonly ContentHash contentHash = new();
    private readonly ContentHash weightHash = new();
    private PackedCenters? packed;
    private readonly CenterAccumulator accumulator;

    /// <summary>Creates a trainer for one pass.</summary>
    /// <param name="context">What every partition is given.</param>
    public PartitionTrainer(PassContext context)
    {
        this.context = context;
        var capacity = Math.Clamp(context.TileValues / context.FeatureCount, 16, 8192);
        batch = new SampleBatch(capacity, context.FeatureCount, context.Input.IsWeighted);
        labels = new int[capacity];
        squaredDistances = new double[capacity];
        workspace = context.Kernel.CreateWorkspace();
        scratch = new PartitionScratch(context.FeatureCount);
        accumulator = new CenterAccumulator(context.Broadcast.Count, context.FeatureCount);
        openingRandom = new CounterRandom(context.Seed, RandomPurpose.Opening, context.Epoch);
        sampleRandom = new CounterRandom(context.Seed, RandomPurpose.KeptRows);
        costRandom = new CounterRandom(context.Seed, RandomPurpose.CostSample);
    }

    /// <summary>Time spent reading and decoding since creation.</summary>
    public TimeSpan ReadTime { get; private set; }

    /// <summary>
    /// The content hash of the last partition: of its rows' float32 values as they were read, transformed and filled, skipped rows as zeros; the weights of a weighted input
    /// are hashed beside them and mixed in. It depends on the rows and the transform, not on how they were cut into batches.
    /// </summary>
    public ulong ContentHash => context.Input.IsWeighted ? contentHash.Value ^ System.Numerics.BitOperations.RotateLeft(weightHash.Value, 1) : contentHash.Value;

    /// <summary>The bytes that it covers.</summary>
    public long ContentBytes { get; private set; }

    /// <summary>Trains on one partition.</summary>
    /// <param name="partition">Its rows are read once.</param>
    /// <param name="progress">Called with the rows and bytes of each batch.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>A pure function of the partition and the context.</returns>
    public PartitionSummary Train(Partition partition, Action<int, double>? progress, CancellationToken cancellation)
    {
        var state = new PartitionState(context, partition.Index, scratch);
        var rows = context.KeepsAllRows ? new RowCollector(context.FeatureCount) : null;
        var nearTiesBefore = workspace.NearTies;
        contentHash.Reset();
        weightHash.Reset();
        ContentBytes = 0;
        using var reader = context.Input.Open(partition, context.Transform, context.Missing, context.Fill);
        var more = true;
        for (var size = context.FirstMiniBatchSize; more; size = (int)Math.Min(2L * size, context.MiniBatchSize))
        {
            more = TrainMiniBatch(state, reader, size, rows, progress, cancellation);
        }

        return new PartitionSummary
        {
            First = partition.Index,
            End = partition.Index + 1,
            Centers = state.Own,
            RowCount = state.RowCount - reader.SkippedRows,
            SkippedRows = reader.SkippedRows,
            TotalWeight = state.TotalWeight,
            PassSquaredDistances = state.PassSquaredDistances,
            OpeningCost = state.OpeningCost,
            NearTies = workspace.NearTies - nearTiesBefore,
            Sample = state.Sample,
            CostSample = state.CostSample,
            Rows = rows is null ? [] : [rows.ToBlock()],
        };
    }

    /// <inheritdoc/>
    public void Dispose() => (packed as IDisposable)?.Dispose();

    private bool TrainMiniBatch(PartitionState state, PartitionReader reader, int size, RowCollector? rows, Action<int, double>? progress, CancellationToken cancellation)
    {
        packed = context.Kernel.Pack(state.Current, state.Own.Count, context.FeatureCount, packed);
        accumulator.Reset(state.Own.Count, context.FeatureCount);
        state.BeginMiniBatch();
        var taken = 0;
        var more = true;
        while (taken < size && (more = Read(reader, size - taken)))
        {
            cancellation.ThrowIfCancellationRequested();
            context.Kernel.Assign(batch.Samples, batch.Count, packed, labels, squaredDistances, workspace);
            Open(state);
            Keep(state);
            accumulator.Add(batch.Samples, batch.Count, labels, squaredDistances, batch.SampleWeights);
            rows?.Add(batch);
            taken += batch.Count;
            progress?.Invoke(batch.Count, state.TileSquaredDistances);
        }

        state.EndMiniBatch(accumulator, taken);
        return more;
    }

    private bool Read(PartitionReader reader, int maxRows)
    {
        var start = Stopwatch.GetTimestamp();
        var more = reader.Read(batch, maxRows);
        ReadTime += Stopwatch.GetElapsedTime(start);
        if (more)
        {
            Hash();
        }

        return more;
    }

    /// <summary>While the tile is in the second-level cache.</summary>
    private void Hash()
    {
        var bytes = MemoryMarshal.AsBytes(batch.Samples);
        contentHash.Append(bytes);
        ContentBytes += bytes.Length;
        if (context.Input.IsWeighted)
        {
            bytes = MemoryMarshal.AsBytes(batch.SampleWeights);
            weightHash.Append(bytes);
            ContentBytes += bytes.Length;
        }
    }

    private long Key(int row) => context.FirstKey + batch.Key(row);

    private void Open(PartitionState state)
    {
        var weights = batch.SampleWeights;
        var sum = 0.0;
        for (var i = 0; i < batch.Count; i++)
        {
            var weight = weights.IsEmpty ? 1 : weights[i];
            var weighted = weight * squaredDistances[i];

            // The cheap half of the rule first: no keyed number is below 0, and most rows are far below f.
            if (weighted > 0 && state.OpeningCost < double.PositiveInfinity)
            {
                var unit = openingRandom.Unit(Key(i));
                if (OpeningRule.Opens(state.OpeningCost, weighted, unit))
                {
                    var row = batch.Samples.Slice(i * context.FeatureCount, context.FeatureCount);
                    labels[i] = state.OpenOrJoin(Key(i), row, weight, unit, labels[i], ref squaredDistances[i]);
                    accumulator.Grow(state.Own.Count);
                    weighted = weight * squaredDistances[i];
                }
            }

            sum += weighted;
        }

        state.TileSquaredDistances = sum;
        state.PassSquaredDistances += sum;
    }

    private void Keep(PartitionState state)
    {
        var weights = batch.SampleWeights;
        var retention = context.Retention;
        for (var i = 0; i < batch.Count; i++)
        {
            var weight = weights.IsEmpty ? 1 : weights[i];
            state.TotalWeight += weight;
            if (weight == 0)
            {
                continue;
            }

            var key = Key(i);
            var row = batch.Samples.Slice(i * context.FeatureCount, context.FeatureCount);
            state.Sample.Offer(key, sampleRandom.Unit(key), weight * retention.Sensitivity(labels[i], squaredDistances[i]), weight, labels[i], row);
            state.CostSample.Offer(key, costRandom.Unit(key), 1, weight, labels[i], row);
        }
    }
}
