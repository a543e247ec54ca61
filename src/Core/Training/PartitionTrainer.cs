using KMeans.Input;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Streams one partition over the running centers: the pass. One trainer a thread; its buffers serve partition after partition.</summary>
internal sealed class PartitionTrainer : IDisposable
{
    private readonly PassContext context;
    private readonly TileReader tiles;
    private readonly PartitionScratch scratch;
    private readonly int[] labels;
    private readonly double[] squaredDistances;
    private readonly CounterRandom openingRandom;
    private readonly CounterRandom sampleRandom;
    private readonly CounterRandom costRandom;
    private PackedCenters? packed;
    private readonly CenterAccumulator accumulator;

    /// <summary>Creates a trainer for one pass.</summary>
    /// <param name="context">What every partition is given.</param>
    public PartitionTrainer(PassContext context)
    {
        this.context = context;
        tiles = new TileReader(context);
        labels = new int[tiles.Capacity];
        squaredDistances = new double[tiles.Capacity];
        scratch = new PartitionScratch(context.FeatureCount);
        accumulator = new CenterAccumulator(context.Broadcast.Count, context.FeatureCount);
        openingRandom = new CounterRandom(context.Seed, RandomPurpose.Opening, context.Epoch);
        sampleRandom = new CounterRandom(context.Seed, RandomPurpose.KeptRows);
        costRandom = new CounterRandom(context.Seed, RandomPurpose.CostSample);
    }

    /// <summary>Time spent reading and decoding since creation.</summary>
    public TimeSpan ReadTime => tiles.ReadTime;

    /// <summary>The content hash of the last partition: see <see cref="TileReader.ContentHash"/>.</summary>
    public ulong ContentHash => tiles.ContentHash;

    /// <summary>The bytes that it covers.</summary>
    public long ContentBytes => tiles.ContentBytes;

    /// <summary>What computed the last partition: a kernel's name, or two joined by a plus where a device was lost on the way.</summary>
    public string Backend { get; private set; } = "";

    /// <summary>Trains on one partition.</summary>
    /// <param name="partition">Its rows are read once.</param>
    /// <param name="progress">Called with the rows and bytes of each batch.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>A pure function of the partition and the context.</returns>
    public PartitionSummary Train(Partition partition, Action<int, double>? progress, CancellationToken cancellation)
    {
        var state = new PartitionState(context, partition.Index, scratch);
        var rows = context.KeepsAllRows ? new RowCollector(context.FeatureCount) : null;
        var nearTiesBefore = tiles.NearTies;
        var deviceRowsBefore = tiles.DeviceRows;
        using var reader = context.Input.Open(partition, context.Transform, context.Missing, context.Fill);
        tiles.Open(reader);
        do
        {
            TrainMiniBatch(state, rows, progress, cancellation);
        }
        while (!tiles.IsOver);

        Backend = BackendOf(deviceRowsBefore);

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
            NearTies = tiles.NearTies - nearTiesBefore,
            Sample = state.Sample,
            CostSample = state.CostSample,
            Rows = rows is null ? [] : [rows.ToBlock()],
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        tiles.Dispose();
        (packed as IDisposable)?.Dispose();
    }

    private string BackendOf((long Device, long Host) before)
    {
        if (context.Kernel is not IDeviceKernel device)
        {
            return context.Kernel.Name;
        }

        var (onDevice, onHost) = (tiles.DeviceRows.Device - before.Device, tiles.DeviceRows.Host - before.Host);
        return onHost == 0 ? device.Name : onDevice == 0 ? device.Host.Name : $"{device.Name}+{device.Host.Name}";
    }

    private void TrainMiniBatch(PartitionState state, RowCollector? rows, Action<int, double>? progress, CancellationToken cancellation)
    {
        packed = context.Kernel.Pack(state.Current, state.Own.Count, context.FeatureCount, packed);
        accumulator.Reset(state.Own.Count, context.FeatureCount);
        state.BeginMiniBatch();
        tiles.BeginMiniBatch();
        var taken = 0;
        while (tiles.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = tiles.Tile;
            tiles.Assign(packed, labels, squaredDistances);
            Open(state, batch);
            Keep(state, batch);
            accumulator.Add(batch.Samples, batch.Count, labels, squaredDistances, batch.SampleWeights);
            rows?.Add(batch);
            taken += batch.Count;
            progress?.Invoke(batch.Count, state.TileSquaredDistances);
        }

        state.EndMiniBatch(accumulator, taken);
    }

    private void Open(PartitionState state, SampleBatch batch)
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
                var unit = openingRandom.Unit(batch.Key(i));
                if (OpeningRule.Opens(state.OpeningCost, weighted, unit))
                {
                    var row = batch.Samples.Slice(i * context.FeatureCount, context.FeatureCount);
                    labels[i] = state.OpenOrJoin(batch.Key(i), row, weight, unit, labels[i], ref squaredDistances[i]);
                    accumulator.Grow(state.Own.Count);
                    weighted = weight * squaredDistances[i];
                }
            }

            // Row by row, since how rows are cut into tiles must not show.
            state.PassSquaredDistances += weighted;
            sum += weighted;
        }

        state.TileSquaredDistances = sum;
    }

    private void Keep(PartitionState state, SampleBatch batch)
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

            var key = batch.Key(i);
            var row = batch.Samples.Slice(i * context.FeatureCount, context.FeatureCount);
            state.Sample.Offer(key, sampleRandom.Unit(key), weight * retention.Sensitivity(labels[i], squaredDistances[i]), weight, labels[i], row);
            state.CostSample.Offer(key, costRandom.Unit(key), 1, weight, labels[i], row);
        }
    }
}
