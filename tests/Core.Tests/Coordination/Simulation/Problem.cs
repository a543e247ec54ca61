using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using KMeans.Coordination;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Coordination.Simulation;

/// <summary>A small training whose partitions are summarized for real, once, and handed out from memory after that.</summary>
internal sealed class Problem : IDisposable
{
    private const int RowsPerPartition = 12;
    private const int Features = 2;
    private readonly ConcurrentDictionary<(ulong Pass, int Partition), (byte[] Summary, LedgerEntry Entry)> summaries = [];
    private readonly InputSet input;

    public Problem(int partitionCount, int epochs, bool rowMode, long halfLife)
    {
        RowMode = rowMode;
        var samples = Blobs.Make(partitionCount * RowsPerPartition, Features, 5, seed: partitionCount);
        input = InputSet.Create([.. Enumerable.Range(0, partitionCount).Select(i => new PieceFile(samples.AsMemory(i * RowsPerPartition * Features, RowsPerPartition * Features)))], new ColumnChoice());
        Options = new TrainingOptions { ClusterCount = 4, Epochs = epochs, HalfLifeTimeSize = halfLife, SummaryRows = SummaryRows.Parse("8"), MiniBatchSize = 5 };
        Identity = new JobIdentity((ulong)partitionCount, (ulong)(epochs + (rowMode ? 10 : 0) + (halfLife > 0 ? 100 : 0)));
        var centers = new RunningCenters(4, Features);
        for (var j = 0; j < 4; j++)
        {
            centers.Add(new CenterId(-1, j), 0, [samples[2 * j], samples[(2 * j) + 1]], 0);
        }

        var initial = new InitialCenters
        {
            Transform = ColumnTransform.Identity(Features),
            Fill = new float[Features],
            Centers = centers,
            ClusterCounts = [3, 3, 3, 3],
            Msd = 2,
            ColumnVariances = new double[Features],
            RowCount = 12,
        };
        Start = new JobStart(initial, 12, 12, partitionCount * RowsPerPartition, null);
        Fingerprint = Print(Undisturbed());
    }

    public IReadOnlyList<Partition> Partitions => input.Partitions;

    public TrainingOptions Options { get; }

    public bool RowMode { get; }

    public JobIdentity Identity { get; }

    public JobStart Start { get; }

    /// <summary>Of everything that the undisturbed run gives.</summary>
    public ulong Fingerprint { get; }

    public const int FeatureCount = Features;

    public PassRunner Runner(Coordinator coordinator) =>
        new(input, Options, new MemoryPlan(1, 1 << 10), coordinator, 1, null, new ScalarKernel(), null);

    /// <summary>Runs a block as an instance would.</summary>
    public BlockResult Run(Pass pass, BlockRange block, string instance)
    {
        var tree = new MergeTree<PartitionSummary>(Partitions.Count, block, (earlier, later) => SummaryMerge.Merge(earlier, later, pass.Context));
        var entries = new List<LedgerEntry>();
        for (var partition = block.First; partition < block.End; partition++)
        {
            var (bytes, entry) = summaries.GetOrAdd((pass.Id, partition), key => Summarize(pass, key.Partition));
            tree.Add(partition, SummaryCodec.Read(new MemoryStream(bytes), pass.Context, pass.Id, BlockRange.Leaf(partition)));
            entries.Add(entry with { Instance = instance });
        }

        return new BlockResult(tree.Root!, entries);
    }

    /// <summary>Hashes every bit that later steps of the training would see.</summary>
    public static ulong Print(PassResult result)
    {
        var hash = new ContentHash();
        hash.Append(MemoryMarshal.AsBytes(result.Centers.Ids));
        hash.Append(MemoryMarshal.AsBytes(result.Centers.Weights));
        hash.Append(MemoryMarshal.AsBytes(result.Centers.SquaredErrors));
        hash.Append(MemoryMarshal.AsBytes(result.Centers.Means));
        var summary = result.Summary;
        hash.Append(MemoryMarshal.AsBytes<double>([summary.TotalWeight, summary.PassSquaredDistances, summary.OpeningCost, summary.RowCount, summary.NearTies, result.OpenedCount, result.DroppedCount]));
        hash.Append(MemoryMarshal.AsBytes(summary.Sample.Rows()));
        hash.Append(MemoryMarshal.AsBytes(summary.CostSample.Rows()));
        foreach (var rows in summary.Rows)
        {
            hash.Append(MemoryMarshal.AsBytes(rows.Samples.AsSpan(0, rows.Count * Features)));
        }

        return hash.Value;
    }

    public void Dispose() => input.Dispose();

    private PassResult Undisturbed()
    {
        using var fleet = new LocalFleet(1, 1);
        return Runner(new Coordinator(fleet, new LeaseOptions(), TimeProvider.System, new Mailbox(), null)).Run(Start, null, RowMode, Identity, null, CancellationToken.None);
    }

    private static (byte[] Summary, LedgerEntry Entry) Summarize(Pass pass, int partition)
    {
        using var trainer = new PartitionTrainer(pass.Context);
        var summary = trainer.Train(pass.Partitions[partition], null, CancellationToken.None);
        var stream = new MemoryStream();
        SummaryCodec.Write(stream, summary, pass.Context, pass.Id);
        return (stream.ToArray(), new LedgerEntry(partition, summary.RowCount, summary.SkippedRows, trainer.ContentBytes, trainer.ContentHash, "", 1, 1, 0.1));
    }

    /// <summary>Rows in memory that can only be read from their start: such a file is one partition, however small.</summary>
    private sealed class PieceFile(ReadOnlyMemory<float> rows) : InputFile(new NoBytes(rows.Length * sizeof(float)), "memory")
    {
        private readonly MemoryInputFile inner = new(rows, Features);

        public override IReadOnlyList<InputColumn> Columns => inner.Columns;

        public override bool HasColumnNames => false;

        public override long? RowCount => null;

        public override bool CanSeek => false;

        public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform) => inner.OpenRows(new FileRange(0, RowsPerPartition), selection, transform);

        public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals) => inner.OpenValues(range, ordinals);
    }

    private sealed class NoBytes(long length) : ByteSource
    {
        public override string Path => "memory";

        public override long Length => length;

        protected override int ReadSome(long offset, Span<byte> buffer) => 0;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
