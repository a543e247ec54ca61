using KMeans.Input;
using KMeans.Input.Parquet;

namespace KMeans.Tests.Input.Parquet;

/// <summary>Files that other programs wrote: every type in every encoding and codec gives the values that went in.</summary>
public class ParquetReferenceFilesTests
{
    [Theory]
    [MemberData(nameof(ParquetSamples.Files), MemberType = typeof(ParquetSamples))]
    public void Read_WholeFile_GivesTheValuesWritten(string name)
    {
        using var file = ParquetSamples.Open(name);
        var (ordinals, d) = Numbers(file);
        Assert.Equal(ParquetSamples.RowCount, file.RowCount);
        using var reader = file.OpenRows(new FileRange(0, ParquetSamples.RowCount), new ColumnSelection(ordinals), ColumnTransform.Identity(d));
        var batch = new RowBatch<double>(ParquetSamples.RowCount + 5, d, false);
        Assert.Equal(ParquetSamples.RowCount, reader.Read(batch, int.MaxValue));
        Assert.Equal(0, reader.Read(batch, 5));
        for (var row = 0; row < ParquetSamples.RowCount; row++)
        {
            Assert.Equal(row, batch.Rows[row]);
            Assert.Equal(ParquetSamples.ExpectedRow(name, file, ordinals, row), batch.Samples.AsSpan(row * d, d).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(ParquetSamples.Files), MemberType = typeof(ParquetSamples))]
    public void Read_AsFloatWithShiftAndFactor_RoundsOnceAfterTheTransform(string name)
    {
        using var file = ParquetSamples.Open(name);
        var (ordinals, d) = Numbers(file);
        var transform = ColumnTransform.Identity(d);
        for (var i = 0; i < d; i++)
        {
            transform.Shifts[i] = ParquetSamples.ExpectedRow(name, file, ordinals, 7)[i];
            transform.Factors[i] = 0.75;
        }

        using var reader = file.OpenRows(new FileRange(0, ParquetSamples.RowCount), new ColumnSelection(ordinals), transform);
        var batch = new RowBatch<float>(ParquetSamples.RowCount, d, false);
        reader.Read(batch, int.MaxValue);
        for (var row = 0; row < ParquetSamples.RowCount; row++)
        {
            var expected = ParquetSamples.ExpectedRow(name, file, ordinals, row).Select((x, i) => (float)transform.Apply(x, i)).ToArray();
            Assert.Equal(expected, batch.Samples.AsSpan(row * d, d).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(ParquetSamples.Files), MemberType = typeof(ParquetSamples))]
    public void OpenRows_AtEveryRow_BeginsThere(string name)
    {
        using var file = ParquetSamples.Open(name);
        var (ordinals, d) = Numbers(file);
        for (var start = 0; start < ParquetSamples.RowCount; start++)
        {
            var end = Math.Min(start + 9, ParquetSamples.RowCount);
            using var reader = file.OpenRows(new FileRange(start, end), new ColumnSelection(ordinals), ColumnTransform.Identity(d));
            var batch = new RowBatch<double>(16, d, false);
            Assert.Equal(end - start, reader.Read(batch, 16));
            Assert.Equal(ParquetSamples.ExpectedRow(name, file, ordinals, start), batch.Samples.AsSpan(0, d).ToArray());
            Assert.Equal(ParquetSamples.ExpectedRow(name, file, ordinals, end - 1), batch.Samples.AsSpan((end - 1 - start) * d, d).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(ParquetSamples.Files), MemberType = typeof(ParquetSamples))]
    public void Skip_BetweenSingleRows_LandsOnTheRowsAsked(string name)
    {
        using var file = ParquetSamples.Open(name);
        var (ordinals, d) = Numbers(file);
        foreach (var step in new[] { 1, 2, 5, 17, 60, 130 })
        {
            using var reader = file.OpenRows(new FileRange(3, ParquetSamples.RowCount), new ColumnSelection(ordinals), ColumnTransform.Identity(d));
            var batch = new RowBatch<double>(1, d, false);
            for (var row = 3 + step; row < ParquetSamples.RowCount; row += step + 1)
            {
                Assert.Equal(step, reader.Skip(step));
                batch.Count = 0;
                Assert.Equal(1, reader.Read(batch, 1));
                Assert.Equal(row, batch.Rows[0]);
                Assert.Equal(ParquetSamples.ExpectedRow(name, file, ordinals, row), batch.Samples);
            }
        }
    }

    [Theory]
    [MemberData(nameof(ParquetSamples.Files), MemberType = typeof(ParquetSamples))]
    public void OpenValues_OfFlatColumns_KeepsTextAndNumbers(string name)
    {
        using var file = ParquetSamples.Open(name);
        int[] ordinals = [.. Enumerable.Range(0, file.Columns.Count).Where(i => !file.Columns[i].Type.StartsWith("list", StringComparison.Ordinal))];
        using var reader = file.OpenValues(new FileRange(11, 190), ordinals);
        var columns = reader.Kinds.Select(kind => new ValueColumn(kind, 50)).ToArray();
        var row = 11;
        for (int count; (count = reader.Read(columns, 50)) > 0; row += count)
        {
            for (var c = 0; c < ordinals.Length; c++)
            {
                for (var i = 0; i < count; i++)
                {
                    AssertValue(name, file, ordinals[c], row + i, columns[c], i);
                }
            }
        }

        Assert.Equal(190, row);
    }

    [Fact]
    public void OpenRows_WithWeights_LeavesThemUntransformed()
    {
        using var file = ParquetSamples.Open("arrow-rs-v1-plain.parquet");
        var names = file.Columns.Select(column => column.Name).ToList();
        var selection = new ColumnSelection([names.IndexOf("int32")], names.IndexOf("float_opt"));
        using var reader = file.OpenRows(new FileRange(0, 200), selection, new ColumnTransform([5.0], [2.0]));
        var batch = new RowBatch<float>(200, 1, true);
        reader.Read(batch, 200);
        Assert.Equal(Enumerable.Range(0, 200).Select(row => ParquetSamples.Expected("float_opt", row, 0)), batch.SampleWeights!);
    }

    [Fact]
    public void OpenRows_OfAnUnsupportedCodec_NamesColumnAndCodec()
    {
        using var file = ParquetSamples.Open("arrow-rs-lz4.parquet");
        Assert.All(file.Columns, column => Assert.Equal("uses codec LZ4_RAW", column.Obstacle));
        var error = Assert.Throws<InputException>(() => file.OpenRows(new FileRange(0, 200), new ColumnSelection([0]), ColumnTransform.Identity(1)));
        Assert.Contains("column 'float' uses codec LZ4_RAW", error.Message);
    }

    private static (int[] Ordinals, int FeatureCount) Numbers(ParquetInputFile file)
    {
        var ordinals = ParquetSamples.NumericOrdinals(file);
        return (ordinals, ordinals.Sum(o => file.Columns[o].Width));
    }

    private static void AssertValue(string name, ParquetInputFile file, int ordinal, int row, ValueColumn column, int i)
    {
        if (column.Kind == ValueKind.Text)
        {
            var text = ParquetSamples.ExpectedText(file.Columns[ordinal], row);
            Assert.Equal(text is null, column.Missing[i]);
            Assert.Equal(text, column.Texts[i]);
            return;
        }

        var expected = ParquetSamples.ExpectedRow(name, file, [ordinal], row)[0];
        Assert.Equal(double.IsNaN(expected), column.Missing[i]);
        if (!column.Missing[i])
        {
            Assert.Equal(expected, column.Kind == ValueKind.Whole ? column.Wholes[i] : column.Reals[i]);
        }
    }
}
