using System.Buffers.Binary;
using Parquet;

namespace KMeans.Input.ParquetNet.Tests;

public class ParquetNetFallbackTests
{
    private const string Refusal = "no column of it is a number";

    [Fact]
    public void Columns_OfAListOfStructs_AreAsWideAsTheLists()
    {
        using var file = Open(Samples.Tracks(rows: 5, points: 3));

        Assert.Equal(5, file.RowCount);
        Assert.Equal(["Name", "Points.X", "Points.Y", "Points.Time"], file.Columns.Select(column => column.Name));
        Assert.Equal([0, 3, 3, 3], file.Columns.Select(column => column.Width));
        Assert.Equal("list of int32, 3 long", file.Columns[1].Type);
        Assert.Equal("is text", file.Columns[0].Obstacle);
    }

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Gzip)]
    [InlineData(CompressionMethod.Zstd)]
    public void Read_ARangeAcrossRowGroups_GivesItsRowsFlat(CompressionMethod compression)
    {
        using var file = Open(Samples.Tracks(rows: 11, points: 2, compression: compression));

        var rows = Samples.Read(file, new FileRange(3, 10), [2, 1], featureCount: 4);

        Assert.Equal(7, rows.Length);
        Assert.Equal([30.5, 31.5, 30, 31], rows[0]);
        Assert.Equal([90.5, 91.5, 90, 91], rows[6]);
    }

    [Fact]
    public void Read_MissingListsAndValues_AreNaN()
    {
        var rows = new[] { Samples.Track(0, 2), new Track(), new Track { Points = [] }, Samples.Track(3, 2) };
        rows[3].Points![1].Y = null;
        using var file = Open(Samples.Write(rows));

        var read = Samples.Read(file, new FileRange(0, 4), [1, 2], featureCount: 4);

        Assert.Equal([0, 1, 0.5, 1.5], read[0]);
        Assert.All(read[1], value => Assert.True(double.IsNaN(value)));
        Assert.All(read[2], value => Assert.True(double.IsNaN(value)));
        Assert.Equal([30, 31, 30.5, double.NaN], read[3]);
    }

    [Fact]
    public void Read_LargeIntegers_SubtractsBeforeRounding()
    {
        using var file = Open(Samples.Tracks(rows: 3, points: 1));

        var rows = Samples.Read(file, new FileRange(0, 3), [3], featureCount: 1, new ColumnTransform([1L << 60], [1]));

        Assert.Equal([0.0, 1.0, 2.0], rows.Select(row => row[0]));
    }

    [Fact]
    public void Read_AListOfAnotherLength_NamesTheRow()
    {
        using var file = Open(Samples.Write(Enumerable.Range(0, 9).Select(row => Samples.Track(row, row == 6 ? 4 : 3))));

        var error = Assert.Throws<InputException>(() => Samples.Read(file, new FileRange(0, 9), [1], featureCount: 3));

        Assert.Contains("memory.parquet: row 7, column 'Points.X': it holds 4 values where the first row holds 3", error.Message);
    }

    [Fact]
    public void OpenRows_WithAListAsWeights_IsRefused()
    {
        using var file = Open(Samples.Tracks(rows: 2, points: 2));

        var error = Assert.Throws<InputException>(() => file.OpenRows(new FileRange(0, 2), new ColumnSelection([1], WeightOrdinal: 2), ColumnTransform.Identity(2)));

        Assert.Contains("'Points.Y' holds lists", error.Message);
    }

    [Fact]
    public void Read_WithAWeightColumn_FillsTheWeights()
    {
        using var file = Open(Samples.Tracks(rows: 2, points: 1));
        using var reader = file.OpenRows(new FileRange(0, 2), new ColumnSelection([1], WeightOrdinal: 2), ColumnTransform.Identity(1));
        var batch = new RowBatch<float>(4, 1, weighted: true);

        Assert.Equal(2, reader.Read(batch, 4));
        Assert.Equal([0.5, 10.5], batch.SampleWeights![..2]);
        Assert.Equal([0f, 10f], batch.Samples[..2]);
    }

    [Fact]
    public void Skip_PassesOverRowsAndStopsAtTheEnd()
    {
        using var file = Open(Samples.Tracks(rows: 10, points: 1));
        using var reader = file.OpenRows(new FileRange(1, 9), new ColumnSelection([1]), ColumnTransform.Identity(1));
        var batch = new RowBatch<float>(1, 1, weighted: false);

        Assert.Equal(5, reader.Skip(5));
        Assert.Equal(1, reader.Read(batch, 1));
        Assert.Equal(60, batch.Samples[0]);
        Assert.Equal(2, reader.Skip(100));
    }

    [Fact]
    public void OpenValues_CopiesTextAndRefusesLists()
    {
        using var file = Open(Samples.Tracks(rows: 6, points: 1));
        using var reader = file.OpenValues(new FileRange(2, 6), [0]);
        var column = new ValueColumn(ValueKind.Text, 10);

        Assert.Equal([ValueKind.Text], reader.Kinds);
        Assert.Equal(4, reader.Read([column], 10));
        Assert.Equal(["track 2", "track 3", "track 4", "track 5"], column.Texts.Take(4));
        Assert.Contains("holds lists", Assert.Throws<InputException>(() => file.OpenValues(new FileRange(0, 6), [1])).Message);
    }

    [Theory]
    [InlineData(CompressionMethod.LZ4)]
    [InlineData(CompressionMethod.Lz4Raw)]
    public void TryOpen_AFileInLz4_LeavesItAndItsSourceAlone(CompressionMethod compression)
    {
        var source = new BytesSource(Samples.Tracks(rows: 2, points: 1, compression: compression));

        Assert.Null(new ParquetNetFallback().TryOpen(source, Refusal));
        Assert.False(source.IsDisposed);
    }

    [Fact]
    public void TryOpen_AnythingButParquet_ReturnsNull()
    {
        Assert.Null(new ParquetNetFallback().TryOpen(new BytesSource([]), Refusal));
        Assert.Null(new ParquetNetFallback().TryOpen(new BytesSource("x,y\n1,2\n3,4\n5,6\n"u8.ToArray()), Refusal));
    }

    /// <summary>Damaged pages end in an InputException or in rows, never in another exception, a hang or missing rows. (The footer is vetted by Core's reader before.)</summary>
    [Fact]
    public void Read_WithAnyByteOfThePagesChanged_FailsInWordsOrGivesAllRows()
    {
        var sound = Samples.Tracks(rows: 6, points: 2, rowGroupSize: 3);
        var footerLength = BinaryPrimitives.ReadInt32LittleEndian(sound.AsSpan(sound.Length - 8));
        for (var i = 4; i < sound.Length - 8 - footerLength; i++)
        {
            var damaged = (byte[])sound.Clone();
            damaged[i] ^= (byte)(1 << (i % 8));
            using var file = new ParquetNetFallback().TryOpen(new BytesSource(damaged), Refusal);
            if (file is null)
            {
                continue;
            }

            var numeric = Enumerable.Range(0, file.Columns.Count).Where(ordinal => file.Columns[ordinal].IsNumeric).ToArray();
            try
            {
                Assert.Equal(6, Samples.Read(file, new FileRange(0, 6), numeric, numeric.Sum(ordinal => file.Columns[ordinal].Width)).Length);
            }
            catch (InputException e)
            {
                Assert.StartsWith("memory.parquet: ", e.Message, StringComparison.Ordinal);
            }
        }
    }

    private static InputFile Open(byte[] bytes)
    {
        var file = new ParquetNetFallback().TryOpen(new BytesSource(bytes), Refusal);
        Assert.NotNull(file);
        return file;
    }
}
