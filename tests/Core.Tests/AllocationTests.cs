using KMeans.Input;
using KMeans.Input.Parquet;
using KMeans.Models;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests;

/// <summary>The allocation gate: within a partition nothing is allocated per batch once the first batch has warmed the buffers.</summary>
public class AllocationTests
{
    private const int Rows = 20_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_OfFlatParquetColumns_AllocatesNothingPerBatch(bool transformed)
    {
        using var input = Parquet([.. Enumerable.Range(0, 37).Select(i => new ParquetWriterColumn($"c{i}", ParquetWriterType.Real32))], compress: false);
        Assert.Equal(0, ReadAllocations(input, transformed));
    }

    [Fact]
    public void Read_OfFlatParquetColumnsOfAllKinds_AllocatesNothingPerBatch()
    {
        using var input = Parquet([new("a", ParquetWriterType.Real32), new("b", ParquetWriterType.Real32, true), new("c", ParquetWriterType.Real64), new("d", ParquetWriterType.Whole64)], compress: true);
        Assert.Equal(0, ReadAllocations(input, transformed: true));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_OfParquetLists_AllocatesNothingPerBatch(bool transformed)
    {
        using var input = Parquet([new ParquetWriterColumn("v", ParquetWriterType.Vector, Width: 24)], compress: false);
        Assert.Equal(0, ReadAllocations(input, transformed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_OfNpy_AllocatesNothingPerBatch(bool transformed)
    {
        using var folder = new TemporaryFolder();
        using (var stream = File.Create(folder.File("x.npy")))
        {
            var writer = new NpyWriter<float>(stream, 12);
            writer.Append(Enumerable.Range(0, Rows * 12).Select(i => (float)i).ToArray());
            writer.Complete();
        }

        using var input = InputSet.Create([InputFormats.Open(folder.File("x.npy"), new InputFormatOptions())], new ColumnChoice());
        Assert.Equal(0, ReadAllocations(input, transformed));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(70)]
    public void Train_OfAMiniBatch_AllocatesNothing(int d)
    {
        var samples = Blobs.Make(10_000, d, 8);
        var context = Passes.Context(samples, d, [.. samples.Take(40 * d).Select(x => (double)x)], miniBatchSize: 100);
        var partition = Assert.Single(context.Input.Partitions);
        using var trainer = new PartitionTrainer(context);

        // The first time the samples of kept rows grow to their size.
        context.Pool.Return(trainer.Train(partition, null, CancellationToken.None));
        var allocated = new long[200];
        var count = 0;
        trainer.Train(partition, (_, _) => allocated[count++] = GC.GetAllocatedBytesForCurrentThread(), CancellationToken.None);

        Assert.Equal(100, count);
        Assert.Equal(0, allocated[count - 1] - allocated[0]);
    }

    private static InputSet Parquet(ParquetWriterColumn[] columns, bool compress)
    {
        var random = new Random(3);
        var stream = new MemoryStream();
        using (var writer = new ParquetWriter(stream, columns, compress, null, 16 << 10))
        {
            writer.WriteRowGroup(Rows, [.. columns.Select(column => Data(random, column))]);
            writer.Finish();
        }

        return InputSet.Create([new ParquetInputFile(new KMeans.Tests.Input.MemoryByteSource(stream.ToArray(), "x.parquet"))], new ColumnChoice());
    }

    private static ParquetColumnData Data(Random random, ParquetWriterColumn column) => column.Type switch
    {
        ParquetWriterType.Real64 => ParquetColumnData.Of(Enumerable.Range(0, Rows).Select(_ => random.NextDouble()).ToArray()),
        ParquetWriterType.Whole64 => ParquetColumnData.Of(Enumerable.Range(0, Rows).Select(_ => random.NextInt64(1 << 20)).ToArray()),
        _ => ParquetColumnData.Of(Enumerable.Range(0, Rows * column.Width).Select(_ => random.NextSingle()).ToArray(), column.IsOptional ? new bool[Rows] : null),
    };

    /// <summary>
    /// Bytes that this thread allocates from the second batch of the only partition to its last, once warm. The least of several passes: the first compiles, and tests on other threads may empty a pool of
    /// buffers that all share; what a batch allocates shows in every pass.
    /// </summary>
    private static long ReadAllocations(InputSet input, bool transformed) => Enumerable.Range(0, 5).Min(_ => ReadOnce(input, transformed));

    private static long ReadOnce(InputSet input, bool transformed)
    {
        var d = input.FeatureCount;
        var transform = transformed ? new ColumnTransform([.. Enumerable.Range(0, d).Select(i => i + 0.5)], [.. Enumerable.Repeat(2.0, d)]) : ColumnTransform.Identity(d);
        var batch = new SampleBatch(300, d, false);
        using var reader = input.Open(Assert.Single(input.Partitions), transform, MissingPolicy.Error, new float[d]);
        Assert.True(reader.Read(batch, 300));
        var rows = batch.Count;
        var before = GC.GetAllocatedBytesForCurrentThread();
        while (rows < Rows && reader.Read(batch, 300))
        {
            rows += batch.Count;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Rows, rows);
        return allocated;
    }
}
