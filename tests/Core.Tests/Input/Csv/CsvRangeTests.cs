using KMeans.Input;
using KMeans.Input.Csv;

namespace KMeans.Tests.Input.Csv;

public class CsvRangeTests
{
    private const string Plain = "\uFEFFname,x,y\r\n\"a,\"\"q\"\"\",1,2\r\n\r\nb,3,4\r\n \"c\" , 5 , 6 \r\n\n\r\nd,7,8\ne,-9,1e1";

    [Theory]
    [InlineData(Plain)]
    [InlineData(Plain + "\n")]
    [InlineData(Plain + "\r\n\r\n")]
    [InlineData("1,2\n\n3,4\n5,6\r\n")]
    [InlineData("1\n2\n3")]
    public void Rows_AfterAnyTwoCuts_AreReadExactlyOnce(string text)
    {
        var source = new MemoryByteSource(text);
        using var file = new CsvFile(source, new InputFormatOptions());
        var selection = new ColumnSelection([.. Enumerable.Range(0, file.Columns.Count).Where(i => file.Columns[i].IsNumeric)]);
        var ordinals = Enumerable.Range(0, file.Columns.Count).ToArray();
        var expected = file.ReadRows<float>(selection: selection);
        var expectedValues = file.ReadValues(ordinals);
        Assert.Equal(expected.Count, expectedValues.Count);
        Assert.True(expected.Count > 2);
        for (var first = 0L; first <= source.Length; first++)
        {
            for (var second = first; second <= source.Length; second++)
            {
                FileRange[] ranges = [new(0, first), new(first, second), new(second, source.Length)];
                Assert.Equal(expected, ranges.SelectMany(range => file.ReadRows<float>(range, selection)));
                Assert.Equal(expectedValues, ranges.SelectMany(range => file.ReadValues(ordinals, range)));
                Assert.Equal(expected.Count, ranges.Sum(range => Skip(file, range)));
            }
        }
    }

    [Fact]
    public void QuotedLineBreaks_AtAnyCut_GiveTheRowsOrAnError()
    {
        const string Text = "name,x\n\"two\nlines\",1\nb,2\n\"three\r\nlong\n\nlines\",3\nc,4\n";
        var source = new MemoryByteSource(Text);
        using var file = new CsvFile(source, new InputFormatOptions());
        var expected = file.ReadValues([0, 1]);
        Assert.Equal([["two\nlines", "1"], ["b", "2"], ["three\r\nlong\n\nlines", "3"], ["c", "4"]], expected);
        var refused = 0;
        for (var cut = 0L; cut <= source.Length; cut++)
        {
            FileRange[] ranges = [new(0, cut), new(cut, source.Length)];
            try
            {
                Assert.Equal(expected, ranges.SelectMany(range => file.ReadValues([0, 1], range)).ToList());
            }
            catch (InputException e)
            {
                Assert.Contains("has a line break in quotes where the file is cut", e.Message, StringComparison.Ordinal);
                Assert.Matches("test.csv: line [25] has", e.Message);
                InputReading.AssertRefused(() => file.ReadRows<float>(ranges[0], new ColumnSelection([1])), "has a line break in quotes");
                refused++;
            }
        }

        // A cut is refused from behind a row's first byte to its last quoted line break.
        Assert.Equal("\"two\n".Length + "\"three\r\nlong\n\n".Length, refused);
    }

    [Fact]
    public void Rows_InRanges_AreCountedFromTheRangesStart()
    {
        using var file = new CsvFile(new MemoryByteSource("10\n20\n30\n40\n"), new InputFormatOptions());
        var rows = new List<long>();
        Assert.Equal([[30f], [40f]], file.ReadRows<float>(new FileRange(4, 12), null, null, null, rows));
        Assert.Equal([0L, 1L], rows);
        Assert.Equal("line 4", file.Locate(new FileRange(4, 12), 1));
    }

    [Fact]
    public void Range_OfALargeFile_ReadsLittleMoreThanItself()
    {
        var source = new MemoryByteSource(string.Concat(Enumerable.Repeat("1.5,2.5\n", 1_000_000)));
        using var file = new CsvFile(source, new InputFormatOptions());
        var before = source.BytesRead;
        Assert.Equal(125_000, Skip(file, new FileRange(1_000_000, 2_000_000)));
        Assert.InRange(source.BytesRead - before, 1_000_000, 1_200_000);
    }

    private static long Skip(CsvFile file, FileRange range)
    {
        using var reader = file.OpenRows(range, new ColumnSelection([]), ColumnTransform.Identity(0));
        return reader.Skip(long.MaxValue);
    }
}
