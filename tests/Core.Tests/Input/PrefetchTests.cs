using KMeans.Coordination;
using KMeans.Input;
using KMeans.Input.Csv;
using KMeans.Input.Parquet;
using KMeans.Tests.Support;

namespace KMeans.Tests.Input;

/// <summary>What storage is told before it is read: where the reads will be, not much more, and never anything outside the file.</summary>
public class PrefetchTests
{
    [Theory]
    [InlineData(0, 100, 0, 100)]
    [InlineData(-10, 30, 0, 20)]
    [InlineData(90, 1_000, 90, 10)]
    [InlineData(90, long.MaxValue, 90, 10)]
    [InlineData(0, long.MaxValue, 0, 100)]
    public void Prefetch_OfAnyBytes_StaysWithinTheFile(long offset, long length, long expectedOffset, long expectedLength)
    {
        using var source = new RecordingSource(new byte[100]);
        source.Prefetch(offset, length);
        Assert.Equal([(expectedOffset, expectedLength)], source.Prefetched);
    }

    [Theory]
    [InlineData(100, 10)]
    [InlineData(500, 10)]
    [InlineData(-50, 50)]
    [InlineData(10, 0)]
    [InlineData(10, -5)]
    [InlineData(long.MinValue, 5)]
    public void Prefetch_OfNothingInTheFile_DoesNothing(long offset, long length)
    {
        using var source = new RecordingSource(new byte[100]);
        source.Prefetch(offset, length);
        Assert.Empty(source.Prefetched);
    }

    [Theory]
    [InlineData(0, 50_000, false)]
    [InlineData(0, 7_000, false)]
    [InlineData(13_000, 29_000, false)]
    [InlineData(25_000, 25_082, false)]
    [InlineData(13_000, 29_000, true)]
    public void Prefetch_OfParquetRows_CoversWhatReadingThemFetches(int start, int end, bool compress)
    {
        var columns = Enumerable.Range(0, 20).Select(i => new ParquetWriterColumn($"c{i}", ParquetWriterType.Real32)).ToArray();
        var random = new Random(1);
        using var stream = new MemoryStream();
        using (var writer = new ParquetWriter(stream, columns, compress))
        {
            foreach (var rows in new[] { 20_000, 30_000 })
            {
                writer.WriteRowGroup(rows, [.. columns.Select(_ => ParquetColumnData.Of(Enumerable.Range(0, rows).Select(_ => random.NextSingle()).ToArray()))]);
            }

            writer.Finish();
        }

        var source = new RecordingSource(stream.ToArray());
        using var file = new ParquetInputFile(source);
        var selection = new ColumnSelection([3, 4, 5, 17]);
        source.Forget();
        file.Prefetch(new FileRange(start, end), selection);
        Assert.Equal(end - start, file.ReadRows<float>(new FileRange(start, end), selection).Count);

        var fetched = source.Prefetched.SelectMany(part => Bytes(part.Offset, part.Length)).ToHashSet();
        var read = source.Reads.SelectMany(part => Bytes(part.Offset, part.Length)).ToHashSet();

        // Compressed pages are whole, and where they end is not known before.
        Assert.InRange(read.Count(fetched.Contains), compress ? 0.4 * read.Count : 0.97 * read.Count, read.Count);

        // Rows beside those that are read may come along, other columns not, and beside few rows nothing does.
        var chunks = file.Metadata.RowGroups.SelectMany(group => selection.Ordinals.Select(ordinal => group.Chunks[file.ColumnAt(ordinal).Leaf])).ToArray();
        Assert.InRange(fetched.Count(place => !chunks.Any(chunk => place >= chunk.Start && place < chunk.Start + chunk.CompressedBytes)), 0, 4 * 17 * 1024);
        Assert.InRange(fetched.Count, 0, (end - start < 1_000 ? read.Count : 4 * read.Count) + (4 * 17 * 1024));
    }

    [Fact]
    public void Prefetch_OfAPartitionOverTwoFiles_AsksBoth()
    {
        var first = new RecordingSource(RawRows(1_000), "a.parquet");
        var second = new RecordingSource(RawRows(1_000), "b.parquet");
        using var input = InputSet.Create([new ParquetInputFile(first), new ParquetInputFile(second)], new ColumnChoice());
        input.Prefetch(Assert.Single(input.Partitions));
        Assert.NotEmpty(first.Prefetched);
        Assert.NotEmpty(second.Prefetched);
    }

    [Theory]
    [InlineData(20_000, 20_000)]
    [InlineData(20_000, 2_000)]
    [InlineData(70_000, 2_000)]
    public void Draw_OfSingleRows_AsksForManyAtATime(int rows, int drawn)
    {
        const int Columns = 100;
        var columns = Enumerable.Range(0, Columns).Select(i => new ParquetWriterColumn($"c{i}", ParquetWriterType.Real32)).ToArray();
        using var stream = new MemoryStream();
        using (var writer = new ParquetWriter(stream, columns))
        {
            writer.WriteRowGroup(rows, [.. columns.Select((_, c) => ParquetColumnData.Of(Enumerable.Range(0, rows).Select(i => i + (c / 128f)).ToArray()))]);
            writer.Finish();
        }

        var source = new RecordingSource(stream.ToArray());
        using var input = InputSet.Create([new ParquetInputFile(source)], new ColumnChoice());
        using var threads = new ComputeThreads(1);
        source.Forget();

        var batch = RandomBatchReader.Draw(input, drawn, 1, threads, CancellationToken.None);

        // One of each stratum, whole: row i is i, i + 1 / 128, ...
        Assert.Equal(drawn, batch.Count);
        for (var i = 0; i < drawn; i++)
        {
            var row = batch.Values[i * Columns];
            Assert.InRange(row, (double)rows * i / drawn, ((double)rows * (i + 1) / drawn) - 1);
            Assert.Equal(row + (99 / 128.0), batch.Values[(i * Columns) + 99], 1e-2);
        }

        // A call for each row and column would be 200,000 to 2 million.
        Assert.InRange(source.Prefetched.Count, 1, 2 * 512 * Columns);
    }

    [Fact]
    public void Prefetch_OfATextRange_AsksForItsBytes()
    {
        var source = new RecordingSource("1,2\n3,4\n5,6\n"u8.ToArray(), "a.csv");
        using var file = new CsvFile(source, new InputFormatOptions());
        source.Forget();
        file.Prefetch(new FileRange(4, 8), new ColumnSelection([0]));
        Assert.Equal([(4L, 4L)], source.Prefetched);
    }

    [Fact]
    public void Prefetch_OfALocalFile_ChangesNothingThatIsRead()
    {
        using var folder = new TemporaryFolder();
        var content = Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7)).ToArray();
        using var source = new LocalByteSource(folder.Write("x", content));
        source.Prefetch(100, 250_000);
        var read = new byte[content.Length];
        source.ReadExactly(0, read, "it");
        Assert.Equal(content, read);
        Assert.Equal(content.Length, source.BytesRead);
    }

    private static IEnumerable<long> Bytes(long offset, long length) => Enumerable.Range(0, (int)length).Select(i => offset + i);

    private static byte[] RawRows(int rows)
    {
        using var stream = new MemoryStream();
        using (var writer = new ParquetWriter(stream, [new ParquetWriterColumn("x", ParquetWriterType.Real32)]))
        {
            writer.WriteRowGroup(rows, [ParquetColumnData.Of(new float[rows])]);
            writer.Finish();
        }

        return stream.ToArray();
    }

    /// <summary>A file in memory that notes what it is asked for.</summary>
    private sealed class RecordingSource(byte[] content, string path = "memory.parquet") : ByteSource
    {
        public List<(long Offset, long Length)> Prefetched { get; } = [];

        public List<(long Offset, long Length)> Reads { get; } = [];

        public override string Path => path;

        public override long Length => content.Length;

        public void Forget()
        {
            Prefetched.Clear();
            Reads.Clear();
        }

        protected override int ReadSome(long offset, Span<byte> buffer)
        {
            var count = (int)Math.Clamp(content.Length - offset, 0, buffer.Length);
            content.AsSpan((int)offset, count).CopyTo(buffer);
            Reads.Add((offset, count));
            return count;
        }

        protected override void PrefetchSome(long offset, long length) => Prefetched.Add((offset, length));

        protected override void Dispose(bool disposing)
        {
        }
    }
}
