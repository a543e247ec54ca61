using KMeans.Input;

namespace KMeans.Grains.Tests.Support;

/// <summary>Rows in memory, the same for every silo, whose partitions wait at a gate once so many were opened: that is how a test stops a pass in its middle.</summary>
internal sealed class GatedRows : IDataFiles, IDisposable
{
    /// <summary>Partitions that the rows make.</summary>
    public const int Partitions = 12;

    private const int FeatureCount = 2;
    private static readonly float[] Rows = MakeRows();

    private readonly ManualResetEventSlim gate = new(initialState: true);
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int before = int.MaxValue;
    private int opened;

    /// <summary>What opening the file ends in, or null.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Partitions that were opened for reading, repetitions included.</summary>
    public int Opened => Volatile.Read(ref opened);

    /// <summary>Completes when a partition waits.</summary>
    public Task Reached => reached.Task.WaitAsync(TimeSpan.FromMinutes(2));

    /// <summary>The rows without a gate.</summary>
    public static InputSet Reference() => InputSet.Create([new MemoryInputFile(Rows, FeatureCount)], new ColumnChoice());

    /// <summary>Lets so many partitions through, and holds the others until <see cref="Open()"/>.</summary>
    public void HoldAfter(int count)
    {
        gate.Reset();
        Volatile.Write(ref before, count);
    }

    /// <summary>Lets all through.</summary>
    public void Open() => gate.Set();

    /// <summary>Only once no silo reads any more.</summary>
    public void Dispose() => gate.Dispose();

    public IReadOnlyList<NamedFile> Open(IReadOnlyList<string> paths, InputFormatOptions format) => Failure is null ? [new NamedFile("rows", new GatedFile(this))] : throw Failure;

    private static float[] MakeRows()
    {
        var random = new Random(7);
        var rows = new float[Partitions * (1 << 16) * FeatureCount];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = (float)(random.NextDouble() + (i / FeatureCount % 5 * 4));
        }

        return rows;
    }

    private void Pass()
    {
        if (Interlocked.Increment(ref opened) > Volatile.Read(ref before))
        {
            reached.TrySetResult();
            gate.Wait(TimeSpan.FromMinutes(2));
        }
    }

    private sealed class GatedFile : InputFile
    {
        private readonly GatedRows rows;
        private readonly MemoryInputFile inner;

        public GatedFile(GatedRows rows)
            : this(rows, new MemoryInputFile(Rows, FeatureCount))
        {
        }

        private GatedFile(GatedRows rows, MemoryInputFile inner)
            : base(inner.Source, "memory")
        {
            this.rows = rows;
            this.inner = inner;
        }

        public override IReadOnlyList<InputColumn> Columns => inner.Columns;

        public override bool HasColumnNames => false;

        public override long? RowCount => inner.RowCount;

        public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform)
        {
            rows.Pass();
            return inner.OpenRows(range, selection, transform);
        }

        /// <summary>The random batch is read by these, and is not held.</summary>
        public override IRowReader OpenRuns(IReadOnlyList<FileRange> runs, ColumnSelection selection, ColumnTransform transform) => inner.OpenRuns(runs, selection, transform);

        public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals) => inner.OpenValues(range, ordinals);
    }
}
