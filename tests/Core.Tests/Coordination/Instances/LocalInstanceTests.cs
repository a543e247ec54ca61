using KMeans.Coordination;
using KMeans.Input;
using KMeans.Tests.Support;

namespace KMeans.Tests.Coordination.Instances;

public class LocalInstanceTests
{
    [Fact]
    public async Task Run_TellsStorageOfPartitionsBeforeTheyAreRead_AndOnlyOfTheNextFew()
    {
        const int partitionCount = 8;
        var samples = Blobs.Make((partitionCount * 65_536) - 100, 1, 4);
        var file = new LoggingFile(samples);
        using var input = InputSet.Create([file], new ColumnChoice());
        using var instance = new LocalInstance("one", 1);
        var pass = new Pass(1, Passes.Context(samples, 1, [0, 1, 2, 3]) with { Input = input }, input.Partitions);

        var results = await Task.WhenAll(
            instance.RunAsync(pass, new BlockRange(0, 4), 1, null, CancellationToken.None), instance.RunAsync(pass, new BlockRange(4, 8), 2, null, CancellationToken.None));

        Assert.Equal([new BlockRange(0, 4), new BlockRange(4, 8)], results.Select(result => result.Block));
        Assert.Equal(partitionCount, file.Read.Count);
        Assert.Equal(file.Read.Select(read => read.Start), file.Prefetched);
        Assert.All(file.Read.Select((read, i) => (read.PrefetchedBefore, i)), read => Assert.InRange(read.PrefetchedBefore, read.i + 1, read.i + 2));
    }

    /// <summary>Rows in memory; notes in which order ranges are asked for, and gives those that were named only, as naming is another thread's work.</summary>
    private sealed class LoggingFile(float[] samples) : InputFile(new LoggingBytes(), "memory")
    {
        private readonly MemoryInputFile inner = new(samples, 1);

        public List<long> Prefetched { get; } = [];

        public List<(long Start, int PrefetchedBefore)> Read { get; } = [];

        public override IReadOnlyList<InputColumn> Columns => inner.Columns;

        public override bool HasColumnNames => inner.HasColumnNames;

        public override long? RowCount => inner.RowCount;

        public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform)
        {
            lock (Prefetched)
            {
                while (!Prefetched.Contains(range.Start))
                {
                    Assert.True(Monitor.Wait(Prefetched, TimeSpan.FromSeconds(30)), "A partition is read that was never named.");
                }

                Read.Add((range.Start, Prefetched.Count));
            }

            return inner.OpenRows(range, selection, transform);
        }

        public override void Prefetch(FileRange range, ColumnSelection selection)
        {
            lock (Prefetched)
            {
                Prefetched.Add(range.Start);
                Monitor.PulseAll(Prefetched);
            }
        }

        public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals) => inner.OpenValues(range, ordinals);
    }

    private sealed class LoggingBytes : ByteSource
    {
        public override string Path => "memory";

        public override long Length => 0;

        protected override int ReadSome(long offset, Span<byte> buffer) => 0;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
