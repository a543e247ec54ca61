using System.Collections.Concurrent;
using KMeans.Input;

namespace KMeans.Tests.Input;

public class ReadAheadTests
{
    private const int FeatureCount = 8192;
    private const int ThreadCount = 2;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public void Begin_NamesEachPartitionOnceAndNoneFartherAheadThanAPartitionAThread()
    {
        using var file = new StorageFile(FeatureCount, partitions: 10);
        using var input = InputSet.Create([file], new ColumnChoice());
        using var readAhead = new ReadAhead(input, input.Partitions, ThreadCount);
        for (var item = 0; item < 10; item++)
        {
            readAhead.Begin(item);
            for (var named = item == 0 ? 0 : item + ThreadCount; named <= Math.Min(9, item + ThreadCount); named++)
            {
                Assert.True(file.Named.TryTake(out var start, Long));
                Assert.Equal(input.Partitions[named].Segments[0].Range.Start, start);
            }

            Assert.Empty(file.Named);
        }
    }

    [Fact]
    public void Begin_WhileStorageKeepsWaiting_ReturnsAtOnceAndLeavesOutWhatWasBegunMeanwhile()
    {
        using var file = new StorageFile(FeatureCount, partitions: 10) { Blocks = true };
        using var input = InputSet.Create([file], new ColumnChoice());
        using var readAhead = new ReadAhead(input, input.Partitions, ThreadCount);
        readAhead.Begin(0);
        Assert.True(file.Named.TryTake(out var first, Long));
        Assert.Equal(0, first);
        for (var item = 1; item < 7; item++)
        {
            readAhead.Begin(item);
        }

        file.Release();
        Assert.True(file.Named.TryTake(out var next, Long));
        Assert.Equal(input.Partitions[6 - ThreadCount + 1].Segments[0].Range.Start, next);
    }

    [Fact]
    public void BeginEarly_NamesPartitionsBeforeAnyIsBegun()
    {
        using var file = new StorageFile(FeatureCount, partitions: 10);
        using var input = InputSet.Create([file], new ColumnChoice());
        using var readAhead = new ReadAhead(input, input.Partitions, ThreadCount);
        readAhead.BeginEarly();
        Assert.All(input.Partitions, partition =>
        {
            Assert.True(file.Named.TryTake(out var start, Long));
            Assert.Equal(partition.Segments[0].Range.Start, start);
        });
    }

    [Fact]
    public void BeginEarly_AroundThePageCache_NamesNoMoreThanAPartitionAThread()
    {
        using var file = new StorageFile(FeatureCount, partitions: 10);
        using var input = InputSet.Create([file], new ColumnChoice());
        using var blocks = new DirectBlocks(DirectBlocks.BlockBytes);
        input.ReadThrough(blocks);
        using var readAhead = new ReadAhead(input, input.Partitions, ThreadCount);
        readAhead.BeginEarly();
        readAhead.Begin(0);
        for (var named = 0; named <= ThreadCount; named++)
        {
            Assert.True(file.Named.TryTake(out _, Long));
        }

        Assert.Empty(file.Named);
    }

    /// <summary>Rows in memory that note which ranges are named, and may keep whoever names one waiting.</summary>
    private sealed class StorageFile(int featureCount, int partitions) : InputFile(new NoBytes(), "memory")
    {
        private readonly ManualResetEventSlim released = new();

        public BlockingCollection<long> Named { get; } = [];

        public bool Blocks { get; init; }

        public override IReadOnlyList<InputColumn> Columns { get; } = [.. Enumerable.Range(0, featureCount).Select(i => new InputColumn($"c{i}", "float"))];

        public override bool HasColumnNames => false;

        public override long? RowCount => (long)partitions * PartitionPlan.RowsPerPartition(featureCount);

        public void Release() => released.Set();

        public override void Prefetch(FileRange range, ColumnSelection selection)
        {
            Named.Add(range.Start);
            if (Blocks)
            {
                released.Wait(Long);
            }
        }

        public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform) => throw new NotSupportedException();

        public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            released.Dispose();
            Named.Dispose();
        }
    }

    private sealed class NoBytes : ByteSource
    {
        public override string Path => "memory";

        public override long Length => 0;

        protected override int ReadSome(long offset, Span<byte> buffer) => 0;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
