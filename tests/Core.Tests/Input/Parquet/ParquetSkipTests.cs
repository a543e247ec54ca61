using System.Runtime.InteropServices;
using KMeans.Input;
using KMeans.Input.Parquet;

namespace KMeans.Tests.Input.Parquet;

/// <summary>Reading runs of rows far apart: the rows are right, and little more than they is read from the file.</summary>
public class ParquetSkipTests
{
    private const int RunCount = 512;
    private const int RunLength = 10;

    [Fact]
    public void Read_OfRunsFromPlainColumns_FetchesLittleMoreThanTheRows()
    {
        var columns = Enumerable.Range(0, 8).Select(i => new ParquetWriterColumn($"c{i}", ParquetWriterType.Real32)).ToArray();
        Assert.InRange(ReadRuns(Write(columns, 1_000_000, false), 1_000_000), 0, 0.10);
    }

    [Fact]
    public void Read_OfRunsFromCompressedColumns_FetchesOnlyPagesWithRowsInThem()
    {
        var columns = Enumerable.Range(0, 8).Select(i => new ParquetWriterColumn($"c{i}", ParquetWriterType.Real32)).ToArray();
        Assert.InRange(ReadRuns(Write(columns, 1_000_000, true, 4096), 1_000_000), 0, 0.60);
    }

    [Fact]
    public void Read_OfRunsFromOptionalColumnsAndLists_FetchesLevelsAndRows()
    {
        ParquetWriterColumn[] columns = [new("x", ParquetWriterType.Real32, true), new("v", ParquetWriterType.Vector, Width: 16), new("w", ParquetWriterType.Vector, true, Width: 3)];
        Assert.InRange(ReadRuns(Write(columns, 300_000, false), 300_000), 0, 0.25);
    }

    [Fact]
    public void Read_OfPagesLargerThanTheWindow_StreamsThem()
    {
        const int columnCount = 64;
        const int rows = 400_000;
        var values = Enumerable.Range(0, rows).Select(i => (float)i).ToArray();
        var source = Source([new ParquetWriterColumn("x", ParquetWriterType.Real32)], false, 1 << 20, writer => writer.WriteRowGroup(rows, [ParquetColumnData.Of(values)]));
        using var file = new ParquetInputFile(source);

        // The same column many times over makes the window of each small.
        using var reader = file.OpenRows(new FileRange(0, rows), new ColumnSelection(new int[columnCount]), ColumnTransform.Identity(columnCount));
        var batch = new RowBatch<float>(1000, columnCount, false);
        for (var row = 0; row < rows; row += 1000)
        {
            batch.Count = 0;
            Assert.Equal(1000, reader.Read(batch, 1000));
            Assert.Equal(row, batch.Samples[0]);
            Assert.Equal(row + 999, batch.Samples[^1]);
        }

        Assert.InRange(source.BytesRead, 0L, (long)(1.02 * columnCount * source.Length));
    }

    [Theory]
    [InlineData(0, 30_000)]
    [InlineData(30_000, 70_000)]
    [InlineData(90_000, 110_000)]
    [InlineData(170_000, 300_000)]
    public void Read_OfARangeThatCutsPages_FetchesLittleMoreThanItsRows(int start, int end)
    {
        // Pages of a whole chunk, as a writer with few columns makes them; the groups end at 100,000 and 300,000.
        var columns = Enumerable.Range(0, 8).Select(i => new ParquetWriterColumn($"c{i}", ParquetWriterType.Real32)).ToArray();
        var source = Write(columns, 300_000, false, 1 << 20);
        using var file = new ParquetInputFile(source);
        var whole = file.ReadRows<float>();
        var before = source.BytesRead;

        var rows = file.ReadRows<float>(new FileRange(start, end));

        Assert.Equal(end - start, rows.Count);
        Assert.All(Enumerable.Range(0, rows.Count), i => Assert.Equal(whole[start + i], rows[i]));
        Assert.InRange(source.BytesRead - before, rows.Count * 8L * sizeof(float), (rows.Count * 8L * sizeof(float)) + (columns.Length * 3 * 1024));
    }

    [Fact]
    public void Read_OfPartsWithAnyByteChanged_IsAnInputErrorOrAResult()
    {
        const int rows = 60;
        ParquetWriterColumn[] columns =
        [
            new("r", ParquetWriterType.Real32), new("x", ParquetWriterType.Real32, true), new("v", ParquetWriterType.Vector, Width: 4), new("w", ParquetWriterType.Vector, true, Width: 3),
        ];
        var bytes = Bytes(Write(columns, rows, false, 128));
        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var flip in new byte[] { (byte)(1 << (i % 8)), 0xFF })
            {
                bytes[i] ^= flip;
                if (Record.Exception(() => ReadEveryFourth(bytes)) is { } error)
                {
                    Assert.StartsWith("memory.parquet: ", Assert.IsType<InputException>(error).Message);
                }

                bytes[i] ^= flip;
            }
        }
    }

    [Theory]
    [InlineData(1, 32 << 10, 512 << 10)]
    [InlineData(400, 32 << 10, 64 << 10)]
    [InlineData(5000, 32 << 10, 32 << 10)]
    public void Window_OfManyColumns_KeepsTheReaderWithinItsBudget(int columns, int least, int most) =>
        Assert.InRange(ParquetRowReader.Window(columns), least, most);

    /// <summary>Reads all rows, then runs of them with a new reader, and compares both bit by bit.</summary>
    /// <returns>The part of the file's bytes that the runs took.</returns>
    private static double ReadRuns(MemoryByteSource source, int rows)
    {
        using var file = new ParquetInputFile(source);
        int[] ordinals = [.. Enumerable.Range(0, file.Columns.Count)];
        var d = file.Columns.Sum(column => column.Width);
        var whole = new RowBatch<float>(rows, d, false);
        using (var all = file.OpenRows(new FileRange(0, rows), new ColumnSelection(ordinals), ColumnTransform.Identity(d)))
        {
            Assert.Equal(rows, all.Read(whole, rows));
        }

        using var fresh = new ParquetInputFile(source);
        var before = source.BytesRead;
        using var reader = fresh.OpenRows(new FileRange(0, rows), new ColumnSelection(ordinals), ColumnTransform.Identity(d));
        var batch = new RowBatch<float>(RunLength, d, false);
        var random = new Random(5);
        for (int run = 0, row = 0; run < RunCount; run++)
        {
            var low = (int)((long)rows * run / RunCount);
            var high = (int)((long)rows * (run + 1) / RunCount);
            var start = random.Next(low, high - RunLength);
            Assert.Equal(start - row, reader.Skip(start - row));
            batch.Count = 0;
            Assert.Equal(RunLength, reader.Read(batch, RunLength));
            Assert.Equal(start, batch.Rows[0]);
            Assert.True(MemoryMarshal.AsBytes(whole.Samples.AsSpan(start * d, RunLength * d)).SequenceEqual(MemoryMarshal.AsBytes(batch.Samples.AsSpan())), $"rows from {start} on differ");
            row = start + RunLength;
        }

        return (source.BytesRead - before) / (double)source.Length;
    }

    private static byte[] Bytes(MemoryByteSource source)
    {
        var bytes = new byte[source.Length];
        source.ReadExactly(0, bytes, "the file");
        return bytes;
    }

    private static void ReadEveryFourth(byte[] bytes)
    {
        using var file = new ParquetInputFile(new MemoryByteSource(bytes));
        var rows = Math.Min(file.RowCount!.Value, 100);
        for (var c = 0; c < file.Columns.Count; c++)
        {
            if (file.Columns[c].IsNumeric)
            {
                using var reader = file.OpenRows(new FileRange(0, rows), new ColumnSelection([c]), ColumnTransform.Identity(file.Columns[c].Width));
                var batch = new RowBatch<float>(1, file.Columns[c].Width, false);
                while (reader.Skip(3) > 0)
                {
                    batch.Count = 0;
                    reader.Read(batch, 1);
                }
            }
        }
    }

    private static MemoryByteSource Write(ParquetWriterColumn[] columns, int rows, bool compress, int pageBytes = 60 << 10)
    {
        var random = new Random(1);
        var groups = new[] { rows / 3, rows - (rows / 3) };
        return Source(columns, compress, pageBytes, writer =>
        {
            foreach (var count in groups)
            {
                writer.WriteRowGroup(count, [.. columns.Select(column => ParquetColumnData.Of(Values(random, count * column.Width), column.IsOptional ? Missing(random, count) : null))]);
            }
        });
    }

    private static MemoryByteSource Source(ParquetWriterColumn[] columns, bool compress, int pageBytes, Action<ParquetWriter> rows)
    {
        using var stream = new MemoryStream();
        using var writer = new ParquetWriter(stream, columns, compress, null, pageBytes);
        rows(writer);
        writer.Finish();
        return new MemoryByteSource(stream.ToArray());
    }

    private static float[] Values(Random random, int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = random.NextSingle();
        }

        return values;
    }

    /// <summary>Nothing in the first half, so that pages with and without nulls are read.</summary>
    private static bool[] Missing(Random random, int count)
    {
        var missing = new bool[count];
        for (var i = count / 2; i < count; i++)
        {
            missing[i] = random.Next(10) == 0;
        }

        return missing;
    }
}
