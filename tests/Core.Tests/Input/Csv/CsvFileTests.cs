using System.Text;
using KMeans.Input;
using KMeans.Input.Csv;

namespace KMeans.Tests.Input.Csv;

public class CsvFileTests
{
    private static CsvFile Open(string text, bool? header = null, char? delimiter = null) =>
        new(new MemoryByteSource(text), new InputFormatOptions { CsvHeader = header, CsvDelimiter = delimiter });

    [Theory]
    [InlineData("x,y\n1,2\n3,4\n")]
    [InlineData("x,y\r\n1,2\r\n3,4")]
    [InlineData("\uFEFFx\ty\n1\t2\n\n\n3\t4\n\n")]
    [InlineData("x;y\n 1 ; 2\n3;4 \n")]
    [InlineData("x|y\r\n\r\n1|2\r\n3|4\r\n")]
    [InlineData("\"x\",\"y\"\n\"1\",2\n3,\"4\"\n")]
    [InlineData("\n\nx,y\n1,2\n3, \"4\" \n")]
    public void File_InAnyDialect_GivesNamesAndRows(string text)
    {
        using var file = Open(text);
        Assert.Equal(["x", "y"], file.Columns.Select(column => column.Name));
        Assert.True(file.HasColumnNames);
        Assert.Null(file.RowCount);
        Assert.True(file.CanSeek);
        Assert.Equal([[1f, 2f], [3f, 4f]], file.ReadRows<float>());
        Assert.Equal([[1.0, 2.0], [3.0, 4.0]], file.ReadRows<double>());
    }

    [Theory]
    [InlineData("1,2\n3,4\n", false)]
    [InlineData("a,b\n1,2\n", true)]
    [InlineData("label,0,1,2\n7,1,2,3\n", true)]
    [InlineData("oops,1.5\n2,3\n4,5\n", false)]
    [InlineData("bob,1.5\namy,2.5\n", false)]
    [InlineData("name,city\nbob,Rome\n", true)]
    [InlineData("x,y\n", true)]
    [InlineData("NA,2\n1,2\n", false)]
    [InlineData("5", false)]
    public void Header_IsFoundByWhatStandsBelowIt(string text, bool expected) => Assert.Equal(expected, Open(text).HasColumnNames);

    [Fact]
    public void Header_WhereTheUserSaysSo_IsObeyed()
    {
        Assert.Equal([[3f, 4f]], Open("1,2\n3,4\n", header: true).ReadRows<float>());
        Assert.Equal(["1", "2"], Open("1,2\n3,4\n", header: true).Columns.Select(column => column.Name));
        Assert.Equal(["c0", "c1"], Open("a,b\n3,4\n", header: false).Columns.Select(column => column.Name));
    }

    [Fact]
    public void Delimiter_WhereTheUserGivesIt_IsObeyed()
    {
        Assert.Equal([[1f, 2f]], Open("1:2\n", delimiter: ':').ReadRows<float>());
        Assert.Equal([[1f, 2f]], Open("1 2\n", delimiter: ' ').ReadRows<float>());
        InputReading.AssertRefused(() => Open("1,2\n", delimiter: '"'), "--delimiter");
    }

    [Fact]
    public void Delimiter_InQuotedFields_SeparatesNothing()
    {
        using var file = Open("name,x\n\"a,b,c\",1\n\"d \"\"e\"\", f\",2\n");
        Assert.Equal([["a,b,c", "1"], ["d \"e\", f", "2"]], file.ReadValues([0, 1]));
        Assert.Equal([[1f], [2f]], file.ReadRows<float>(selection: new ColumnSelection([1])));
    }

    [Fact]
    public void Columns_OfText_CannotBeFeatures()
    {
        using var file = Open("id,x,mostly\na1,1,2\nb2,,3\n3,2,oops\n");
        Assert.Equal("is text", file.Columns[0].Obstacle);
        Assert.Equal(0, file.Columns[0].Width);
        Assert.True(file.Columns[1].IsNumeric);
        Assert.True(file.Columns[2].IsNumeric);
    }

    [Fact]
    public void Values_AsText_AreWhatTheFileSays()
    {
        using var file = Open("id,x\n007,1.50\n,NA\n");
        Assert.Equal([["007", "1.50"], [null, "NA"]], file.ReadValues([0, 1]));
        Assert.Equal([["1.50", "1.50"], ["NA", "NA"]], file.ReadValues([1, 1]));
    }

    [Fact]
    public void Missing_AndInfinite_AreNaNAndInfinity()
    {
        using var file = Open("x,y\n1,\n,-inf\nNaN,2\n");
        Assert.Equal([[1f, float.NaN], [float.NaN, float.NegativeInfinity], [float.NaN, 2f]], file.ReadRows<float>());
    }

    [Fact]
    public void Transform_SubtractsBeforeItRounds()
    {
        using var file = Open("t,w,u\n1700000060,0.5,8\n1700000121,2,16\n");
        var weights = new List<double>();
        var rows = new List<long>();
        var transform = new ColumnTransform([10, 1_700_000_000], [0.5, 1]);
        Assert.Equal([[-1f, 60f], [3f, 121f]], file.ReadRows<float>(null, new ColumnSelection([2, 0], 1), transform, weights, rows));
        Assert.Equal([0.5, 2.0], weights);
        Assert.Equal([0L, 1L], rows);
    }

    [Fact]
    public void TextInNumbers_NamesLineColumnAndText()
    {
        var text = new StringBuilder("x,y\n\n");
        for (var i = 0; i < 300; i++)
        {
            text.Append("1,2\n");
        }

        using var file = Open(text + "3,wrong\n");
        InputReading.AssertRefused(() => file.ReadRows<float>(), "test.csv: line 303, column y: 'wrong' is not a number");
        Assert.Equal(301, file.ReadRows<float>(selection: new ColumnSelection([0])).Count);
        Assert.Equal("line 303", file.Locate(file.Whole(), 300));
        Assert.Equal("line 303", file.Locate(new FileRange(1205, 2000), 0));
    }

    [Theory]
    [InlineData("x,y\n1,2\n3\n", "line 3 has 1 field, the first line has 2")]
    [InlineData("x,y\n1,2\n3,4,5\n", "line 3 has 3 fields, the first line has 2")]
    [InlineData("x,y\n1,2\n3,\"4\n", "line 3 has a quote that is not closed")]
    public void Rows_OfAnotherShape_AreRefused(string text, string message)
    {
        using var file = Open(text);
        InputReading.AssertRefused(() => file.ReadRows<float>(), "test.csv", message);
        InputReading.AssertRefused(() => file.ReadValues([0]), "test.csv", message);
    }

    [Theory]
    [InlineData("1,2\r3,4\r", "CR alone")]
    [InlineData("1,\0\n", "NUL")]
    [InlineData("\"1,2\n", "not closed")]
    public void Files_ThatAreNoCsv_AreRefused(string text, string message) => InputReading.AssertRefused(() => Open(text), "test.csv", message);

    [Fact]
    public void Utf16_IsRefused() => InputReading.AssertRefused(
        () => _ = new CsvFile(new MemoryByteSource([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("1,2\n")]), new InputFormatOptions()), "UTF-16");

    [Theory]
    [InlineData("", 0)]
    [InlineData("\uFEFF", 0)]
    [InlineData("\r\n\n", 0)]
    [InlineData("x,y\n", 2)]
    public void Files_WithoutRows_GiveNone(string text, int columns)
    {
        using var file = Open(text);
        Assert.Equal(columns, file.Columns.Count);
        Assert.Empty(file.ReadRows<float>());
        Assert.Empty(file.ReadValues([]));
    }

    [Fact]
    public void Skip_PassesRowsThatReadWouldGive()
    {
        using var file = Open("x,name\n0,a\n\n1,\"b\nb\"\n2,c\n3,\"d \"\" d\"\n4,e\n");
        using var reader = file.OpenRows(file.Whole(), new ColumnSelection([0]), ColumnTransform.Identity(1));
        var batch = new RowBatch<float>(10, 1, false);
        Assert.Equal(2, reader.Skip(2));
        Assert.Equal(1, reader.Read(batch, 1));
        Assert.Equal(1, reader.Skip(1));
        Assert.Equal(1, reader.Read(batch, 5));
        Assert.Equal([2f, 4f], batch.Samples[..2]);
        Assert.Equal([2L, 4L], batch.Rows[..2]);
        Assert.Equal(0, reader.Skip(5));
    }

    [Fact]
    public void Rows_LongerThanTheWindow_AreRead()
    {
        const int Columns = 150_000;
        var line = string.Join(',', Enumerable.Range(0, Columns).Select(i => $"{i}.25e1"));
        using var file = Open($"{line}\n{line}\n{line}");
        var rows = file.ReadRows<double>();
        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.Equal(1_499_992.5, row[Columns - 1]));
        Assert.Equal([[2.5, 1_499_992.5]], file.ReadRows<double>(new FileRange(0, 1), new ColumnSelection([0, Columns - 1])));
    }

    [Fact]
    public void Lines_BeyondTheLimit_AreRefused()
    {
        var text = new byte[CsvWindow.MaxLineBytes + (2 << 20)];
        Array.Fill(text, (byte)'1');
        InputReading.AssertRefused(() => _ = new CsvFile(new MemoryByteSource(text, "long.csv"), new InputFormatOptions()), "long.csv", "longer than 64 MiB");
    }

    [Fact]
    public void Read_OnceWarm_AllocatesNothing()
    {
        var text = new StringBuilder("x,y\n");
        for (var i = 0; i < 20_000; i++)
        {
            text.Append(i).Append(".5,\" ").Append(i).Append("\"\n");
        }

        using var file = Open(text.ToString());
        using var reader = file.OpenRows(file.Whole(), file.AllColumns(), ColumnTransform.Identity(2));
        var batch = new RowBatch<float>(1000, 2, false);

        // The least of several: a collection in another test's thread may be counted here.
        var (read, least) = (0, long.MaxValue);
        for (var i = 0; i < 16; i++)
        {
            batch.Count = 0;
            var before = GC.GetAllocatedBytesForCurrentThread();
            read += reader.Read(batch, 1000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal((16_000, 0), (read, least));
    }
}
