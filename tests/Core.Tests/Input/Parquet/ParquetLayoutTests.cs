using KMeans.Input;
using KMeans.Input.Parquet;
using KMeans.Input.Parquet.Pages;
using static KMeans.Tests.Input.Parquet.RawParquet;

namespace KMeans.Tests.Input.Parquet;

/// <summary>Layouts of old or careless writers, made byte by byte.</summary>
public class ParquetLayoutTests
{
    private static readonly Node[] Required = [new("x", FieldRepetition.Required, PhysicalType.Float)];
    private static readonly Node[] Optional = [new("x", FieldRepetition.Optional, PhysicalType.Float)];
    private static readonly Node[] Bare = [new("x", FieldRepetition.Repeated, PhysicalType.Float)];
    private static readonly Node[] TwoLevels = [new("x", FieldRepetition.Optional, Children: 1, Converted: 3), new("array", FieldRepetition.Repeated, PhysicalType.Float)];

    private static readonly Node[] ThreeLevels =
    [
        new("x", FieldRepetition.Optional, Children: 1, Converted: 3), new("list", FieldRepetition.Repeated, Children: 1), new("element", FieldRepetition.Optional, PhysicalType.Float),
    ];

    [Fact]
    public void Read_OfBitPackedLevels_TakesTheMostSignificantBitFirst() =>
        Assert.Equal([1, float.NaN, 2, 3, float.NaN], Read(File(5, 5, Optional, Page(5, [0xB0, .. Floats(1, 2, 3)], levels: PageEncoding.BitPacked))));

    [Fact]
    public void Read_OfAPageOfNulls_NeedsNoValues() =>
        Assert.Equal([float.NaN, float.NaN, 4], Read(File(3, 3, Optional, Page(2, Levels(1, 0, 0), PageEncoding.RleDictionary), Page(1, [.. Levels(1, 1), .. Floats(4)]))));

    [Fact]
    public void Read_OfADictionaryWithoutItsOffset_FindsItAsTheFirstPage() =>
        Assert.Equal([7, 5, 7], Read(File(3, 3, Required, Dictionary(5, 7), Page(3, [1, 3, 0b101], PageEncoding.PlainDictionary))));

    [Fact]
    public void Read_OfAnIndexBeyondTheDictionary_IsDamage() =>
        Assert.Contains("index of 3 into a dictionary of 2", Fails(File(3, 3, Required, Dictionary(5, 7), Page(3, [2, 6, 3], PageEncoding.RleDictionary))));

    [Fact]
    public void Read_OfAMissingDictionary_IsDamage() =>
        Assert.Contains("index of 3 into a dictionary of 0", Fails(File(3, 3, Required, Page(3, [2, 6, 3], PageEncoding.RleDictionary))));

    [Fact]
    public void Read_OfMoreOrFewerValuesThanRows_IsDamage()
    {
        Assert.Contains("more values", Fails(File(3, 3, Required, Page(4, Floats(1, 2, 3, 4)))));
        Assert.Contains("fewer values", Fails(File(3, 3, Required, Page(2, Floats(1, 2)))));
        Assert.Contains("fewer values", Fails(File(3, 3, Required, Page(3, Floats(1, 2)))));
        Assert.Contains("4 values for 3 rows", Fails(File(3, 4, Required, Page(4, Floats(1, 2, 3, 4)))));
    }

    [Fact]
    public void Read_OfAnUnknownEncoding_NamesIt() =>
        Assert.Contains("column 'x' has pages in the encoding DELTA_BINARY_PACKED", Fails(File(1, 1, Required, Page(1, Floats(1), PageEncoding.DeltaBinaryPacked))));

    [Fact]
    public void Open_OfAnEncodingThatTheFooterNames_IsAnObstacle()
    {
        using var file = new ParquetInputFile(new MemoryByteSource(File(1, 1, Required, [PageEncoding.Rle, PageEncoding.DeltaBinaryPacked], PageCodec.Uncompressed, Page(1, Floats(1)))));
        Assert.Equal("uses encoding DELTA_BINARY_PACKED", file.Columns[0].Obstacle);
    }

    [Theory]
    [InlineData((int)PageCodec.Lz4, "uses codec LZ4")]
    [InlineData((int)PageCodec.Lzo, "uses codec LZO")]
    [InlineData(77, "uses codec number 77")]
    public void Open_OfACodecThatIsNotRead_IsAnObstacle(int codec, string obstacle)
    {
        using var file = new ParquetInputFile(new MemoryByteSource(File(1, 1, Required, [PageEncoding.Plain], (PageCodec)codec, Page(1, Floats(1)))));
        Assert.Equal(obstacle, file.Columns[0].Obstacle);
        Assert.False(file.Columns[0].IsNumeric);
        var error = Assert.Throws<InputException>(() => file.OpenValues(new FileRange(0, 1), [0]));
        Assert.StartsWith($"memory.parquet: column 'x' {obstacle} and cannot be read", error.Message);
    }

    [Fact]
    public void Read_OfAPageWithAChecksum_ComparesIt()
    {
        var body = Floats([.. Enumerable.Range(0, 20).Select(i => (float)i)]);
        var checksum = (int)PageChecksum.Compute(body);
        Assert.Equal(19, Read(File(20, 20, Required, Page(20, body, checksum: checksum)))[19]);
        Assert.Contains("does not match its checksum", Fails(File(20, 20, Required, Page(20, body, checksum: checksum ^ 1))));
    }

    [Fact]
    public void Read_OfABareRepeatedField_IsAVector() =>
        Assert.Equal([1, 2, 3, 4, 5, 6], Read(File(2, 6, Bare, Page(6, [.. Levels(1, 0, 1, 1, 0, 1, 1), .. Levels(1, 1, 1, 1, 1, 1, 1), .. Floats(1, 2, 3, 4, 5, 6)])), 3));

    [Fact]
    public void Read_OfATwoLevelListOverTwoPages_JoinsTheRow() =>
        Assert.Equal(
            [1, 2, 3, 4, 5, 6],
            Read(File(2, 6, TwoLevels, Page(4, [.. Levels(1, 0, 1, 1, 0), .. Levels(2, 2, 2, 2, 2), .. Floats(1, 2, 3, 4)]), Page(2, [.. Levels(1, 1, 1), .. Levels(2, 2, 2), .. Floats(5, 6)])), 3));

    [Fact]
    public void Read_OfNullListsAndElements_GivesMissingValues()
    {
        var bytes = File(4, 6, ThreeLevels, Page(6, [.. Levels(1, 0, 0, 1, 0, 0, 1), .. Levels(3, 0, 3, 2, 0, 3, 3), .. Floats(1, 3, 4)]));
        Assert.Equal([float.NaN, float.NaN, 1, float.NaN, float.NaN, float.NaN, 3, 4], Read(bytes, 2));
    }

    [Theory]
    [InlineData("row 3: column 'x' has a list of 1 values where other rows have 2", new[] { 0, 1, 0, 1, 0 }, 3)]
    [InlineData("row 2: column 'x' has a list of more values where other rows have 1", new[] { 0, 0, 1, 1 }, 2)]
    [InlineData("row 2: column 'x' has a list of more values where other rows have 2", new[] { 0, 1, 0, 1, 1, 0 }, 3)]
    [InlineData("does not begin with a row", new[] { 1, 1, 0, 1 }, 2)]
    public void Read_OfAListOfAnotherLength_NamesRowAndColumn(string message, int[] repetitions, int rows)
    {
        var slots = repetitions.Length;
        var page = Page(slots, [.. Levels(1, repetitions), .. Levels(2, [.. Enumerable.Repeat(2, slots)]), .. Floats(new float[slots])]);

        // The first list decides the width.
        Assert.Contains(message, Fails(File(rows, slots, TwoLevels, page), 1 + repetitions[1]));
    }

    [Fact]
    public void Read_OfAnEmptyList_NamesTheRow() =>
        Assert.Contains(
            "row 2: column 'x' has a list of 0 values",
            Fails(File(2, 3, TwoLevels, Page(3, [.. Levels(1, 0, 1, 0), .. Levels(2, 2, 2, 1), .. Floats(1, 2)])), 2));

    [Fact]
    public void Columns_ThatCannotBeFeatures_SayWhy()
    {
        Node[] nested =
        [
            new("x", FieldRepetition.Optional, Children: 1, Converted: 3), new("list", FieldRepetition.Repeated, Children: 2),
            new("a", FieldRepetition.Required, PhysicalType.Float), new("b", FieldRepetition.Required, PhysicalType.Float),
        ];
        var error = Assert.Throws<InputException>(() => new ParquetInputFile(new MemoryByteSource(File(1, 1, nested, Page(1, Floats(1))))));
        Assert.Contains("a row group has 1 columns and the schema 2", error.Message);

        using var old = new ParquetInputFile(new MemoryByteSource(File(0, 0, [new("t", FieldRepetition.Required, PhysicalType.Int96)])));
        Assert.Equal("is of the outdated type INT96", old.Columns[0].Obstacle);
        error = Assert.Throws<InputException>(() => old.OpenRows(new FileRange(0, 0), new ColumnSelection([0]), ColumnTransform.Identity(1)));
        Assert.Contains("column 't' is of the outdated type INT96", error.Message);
    }

    private static byte[] Dictionary(params float[] values) => Page(values.Length, Floats(values), type: PageType.Dictionary);

    private static float[] Read(byte[] bytes, int width = 1)
    {
        using var file = new ParquetInputFile(new MemoryByteSource(bytes));
        Assert.Equal(width, file.Columns[0].Width);
        var rows = (int)file.RowCount!.Value;
        using var reader = file.OpenRows(new FileRange(0, rows), new ColumnSelection([0]), ColumnTransform.Identity(width));
        var batch = new RowBatch<float>(rows, width, false);
        Assert.Equal(rows, reader.Read(batch, rows));
        return batch.Samples;
    }

    private static string Fails(byte[] bytes, int width = 1) => Assert.Throws<InputException>(() => Read(bytes, width)).Message;
}
