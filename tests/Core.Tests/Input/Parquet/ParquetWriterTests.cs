using KMeans.Input;
using KMeans.Input.Parquet;

namespace KMeans.Tests.Input.Parquet;

public class ParquetWriterTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void WriteRowGroup_OfEveryType_ReadsBackTheSame(bool compress, bool useDictionary)
    {
        const int rows = 3000;
        var reals = Make(rows, i => (float)(i % 50) / 3);
        var doubles = Make(rows, i => (i % 70) * 0.1);
        var wholes = Make(rows, i => (i % 90) - 40);
        var longs = Make(rows, i => (long)(i % 60) << 40);
        var texts = Make(rows, i => (string?)$"größe {i % 30}");
        var vectors = Make(rows * 5, i => i * 0.5f);
        var missing = Make(rows, i => i % 7 == 3);
        ParquetWriterColumn[] columns =
        [
            new("real", ParquetWriterType.Real32, UseDictionary: useDictionary), new("real_opt", ParquetWriterType.Real32, true, useDictionary),
            new("double", ParquetWriterType.Real64, UseDictionary: useDictionary), new("whole", ParquetWriterType.Whole32, UseDictionary: useDictionary),
            new("long_opt", ParquetWriterType.Whole64, true, useDictionary), new("text", ParquetWriterType.Text, true, useDictionary),
            new("vector", ParquetWriterType.Vector, Width: 5), new("vector_opt", ParquetWriterType.Vector, true, Width: 5),
        ];
        using var file = Write(columns, compress, writer =>
        {
            for (var g = 0; g < 2; g++)
            {
                writer.WriteRowGroup(
                    rows,
                    [
                        ParquetColumnData.Of(reals), ParquetColumnData.Of(reals, missing), ParquetColumnData.Of(doubles), ParquetColumnData.Of(wholes),
                        ParquetColumnData.Of(longs, missing), ParquetColumnData.Of(texts, missing), ParquetColumnData.Of(vectors), ParquetColumnData.Of(vectors, missing),
                    ]);
            }
        });

        Assert.Equal(2 * rows, file.RowCount);
        Assert.Equal(["float", "float", "double", "int32", "int64", "text", "list of float, 5 long", "list of float, 5 long"], file.Columns.Select(column => column.Type));
        var batch = ReadRows(file, [0, 1, 2, 3, 4, 6, 7]);
        var values = new ValueColumn(ValueKind.Text, 2 * rows);
        using var copier = file.OpenValues(new FileRange(0, 2 * rows), [5]);
        copier.Read([values], 2 * rows);
        for (var row = 0; row < 2 * rows; row++)
        {
            var i = row % rows;
            double Or(double value) => missing[i] ? double.NaN : value;
            double[] expected =
            [
                reals[i], Or(reals[i]), doubles[i], wholes[i], Or(longs[i]), .. Enumerable.Range(i * 5, 5).Select(e => (double)vectors[e]),
                .. Enumerable.Range(i * 5, 5).Select(e => Or(vectors[e])),
            ];
            Assert.Equal(expected, batch.Samples.AsSpan(row * expected.Length, expected.Length).ToArray());
            Assert.Equal(missing[i] ? null : texts[i], values.Texts[row]);
        }
    }

    [Fact]
    public void WriteRowGroup_LargerThanAPage_IsReadFromEveryPage()
    {
        const int rows = 700_000;
        var values = Make(rows, i => (float)i);
        using var file = Write([new("x", ParquetWriterType.Real32), new("y", ParquetWriterType.Real32)], false, writer =>
            writer.WriteRowGroup(rows, [ParquetColumnData.Of(values), ParquetColumnData.Of(values)]));
        var batch = new RowBatch<float>(3, 2, false);
        for (var pass = 0; pass < 2; pass++)
        {
            for (var start = 0; start < rows - 2; start += 65_537)
            {
                using var reader = file.OpenRows(new FileRange(start, rows), new ColumnSelection([1, 0]), ColumnTransform.Identity(2));
                batch.Count = 0;
                reader.Read(batch, 2);
                reader.Skip(rows - start - 3);
                reader.Read(batch, 2);
                Assert.Equal([start, start, start + 1, start + 1, rows - 1, rows - 1], batch.Samples);
            }
        }
    }

    [Fact]
    public void Finish_WithoutRows_GivesAnEmptyFile()
    {
        using var file = Write([new("x", ParquetWriterType.Real64)], false, writer => writer.WriteRowGroup(0, [ParquetColumnData.Of(Array.Empty<double>())]));
        Assert.Equal(0, file.RowCount);
        using var reader = file.OpenRows(new FileRange(0, 0), new ColumnSelection([0]), ColumnTransform.Identity(1));
        Assert.Equal(0, reader.Read(new RowBatch<float>(4, 1, false), 4));
        Assert.Equal(0, reader.Skip(4));
    }

    [Fact]
    public void WriteRowGroup_WithEmptyGroupsBetween_KeepsTheRows()
    {
        using var file = Write([new("x", ParquetWriterType.Whole64, true)], true, writer =>
        {
            foreach (var rows in new[] { 0, 2, 0, 0, 3, 0 })
            {
                writer.WriteRowGroup(rows, [ParquetColumnData.Of(Make(rows, i => (long)((rows * 10) + i)))]);
            }
        });
        Assert.Equal([20, 21, 30, 31, 32], ReadRows(file, [0]).Samples.AsSpan(0, 5).ToArray());
    }

    [Fact]
    public void Read_OfWholeNumbers_SubtractsInTheirOwnType()
    {
        const long start = 9007199254740993;
        using var file = Write([new("x", ParquetWriterType.Whole64)], false, writer => writer.WriteRowGroup(3, [ParquetColumnData.Of([start, start + 1, long.MinValue])]));
        using var reader = file.OpenRows(new FileRange(0, 3), new ColumnSelection([0]), new ColumnTransform([9007199254740992.0], [0.5]));
        var batch = new RowBatch<float>(3, 1, false);
        reader.Read(batch, 3);
        Assert.Equal([0.5f, 1f, (float)((long.MinValue - 9007199254740992.0) * 0.5)], batch.Samples);
    }

    [Fact]
    public void Dispose_WithoutFinish_LeavesNoReadableFile()
    {
        var stream = new MemoryStream();
        using (var writer = new ParquetWriter(stream, [new ParquetWriterColumn("x", ParquetWriterType.Real32)]))
        {
            writer.WriteRowGroup(1, [ParquetColumnData.Of([1f])]);
        }

        Assert.Throws<InputException>(() => new ParquetInputFile(new MemoryByteSource(stream.ToArray())));
    }

    [Fact]
    public void WriteRowGroup_OfAnotherTypeOrLength_IsAnArgumentError()
    {
        using var writer = new ParquetWriter(new MemoryStream(), [new ParquetWriterColumn("x", ParquetWriterType.Real32)]);
        Assert.Throws<ArgumentException>(() => writer.WriteRowGroup(1, [ParquetColumnData.Of([1.0])]));
        Assert.Throws<ArgumentException>(() => writer.WriteRowGroup(2, [ParquetColumnData.Of([1f])]));
        Assert.Throws<ArgumentException>(() => writer.WriteRowGroup(1, [ParquetColumnData.Of([1f], [true])]));
    }

    [Fact]
    public void Read_OfARowOnceWarm_AllocatesNothing()
    {
        const int rows = 50_000;
        using var file = Write([new("x", ParquetWriterType.Real32, true), new("v", ParquetWriterType.Vector, Width: 8)], true, writer =>
            writer.WriteRowGroup(rows, [ParquetColumnData.Of(Make(rows, i => (float)i), Make(rows, i => i % 9 == 0)), ParquetColumnData.Of(Make(rows * 8, i => (float)i))]));
        using var reader = file.OpenRows(new FileRange(0, rows), new ColumnSelection([0, 1]), ColumnTransform.Identity(9));
        var batch = new RowBatch<float>(5000, 9, false);
        reader.Read(batch, 5000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 4; i++)
        {
            batch.Count = 0;
            reader.Read(batch, 5000);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200);
    }

    private static T[] Make<T>(int count, Func<int, T> value) => [.. Enumerable.Range(0, count).Select(value)];

    private static ParquetInputFile Write(ParquetWriterColumn[] columns, bool compress, Action<ParquetWriter> rows)
    {
        var stream = new MemoryStream();
        using var writer = new ParquetWriter(stream, columns, compress, [new("made", "by a test")]);
        rows(writer);
        writer.Finish();
        return new ParquetInputFile(new MemoryByteSource(stream.ToArray()));
    }

    private static RowBatch<double> ReadRows(ParquetInputFile file, int[] ordinals)
    {
        var rows = (int)file.RowCount!.Value;
        var d = ordinals.Sum(o => file.Columns[o].Width);
        var batch = new RowBatch<double>(rows, d, false);
        using var reader = file.OpenRows(new FileRange(0, rows), new ColumnSelection(ordinals), ColumnTransform.Identity(d));
        Assert.Equal(rows, reader.Read(batch, rows));
        return batch;
    }
}
