using System.IO.Compression;
using System.Text;
using KMeans.Input;
using KMeans.Input.Csv;

namespace KMeans.Tests.Input.Csv;

public class GzipTests
{
    private const string Text = "x,y\n1,2\n3,4\n5,6\n";

    [Fact]
    public void Gzip_GivesTheRowsOfItsText()
    {
        using var file = Open(Pack(Text));
        Assert.False(file.CanSeek);
        Assert.Null(file.RowCount);
        Assert.Equal([[1f, 2f], [3f, 4f], [5f, 6f]], file.ReadRows<float>());
        Assert.Equal([["2"], ["4"], ["6"]], file.ReadValues([1]));
        Assert.Equal("line 3", file.Locate(file.Whole(), 1));
        InputReading.AssertRefused(() => file.ReadRows<float>(new FileRange(1, 5)), "one part");
    }

    [Fact]
    public void Gzip_OfSeveralMembers_IsOneText()
    {
        using var file = Open([.. Pack("x,y\n1,"), .. Pack("2\n3,4\n")]);
        Assert.Equal([[1f, 2f], [3f, 4f]], file.ReadRows<float>());
    }

    [Fact]
    public void Gzip_WrittenByGzip_IsRead()
    {
        using var file = InputFormats.Open(Path.Combine(AppContext.BaseDirectory, "Data", "Formats", "rows.csv.gz"), new InputFormatOptions());
        Assert.Equal([[1.5f, -2f], [3f, 0.25f]], file.ReadRows<float>());
    }

    [Theory]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.NoCompression)]
    public void Gzip_CutAnywhere_IsRefused(CompressionLevel level)
    {
        var packed = Pack(string.Concat(Enumerable.Range(0, 200).Select(i => $"{i * 7919 % 1000},{i * i}\n")), level);
        for (var length = 0; length < packed.Length; length++)
        {
            var cut = packed[..length];
            var exception = Record.Exception(() => Open(cut).ReadRows<float>());
            Assert.True(exception is InputException, $"{length} of {packed.Length} bytes: {exception}");
            Assert.StartsWith("rows.csv.gz: ", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Gzip_WithAFlippedByte_NeverGivesOtherRows()
    {
        var packed = Pack(Text);
        var expected = Open(packed).ReadRows<float>();

        // The header's time, flags and system name are not covered by the checksum: flipping them may change nothing.
        for (var i = 0; i < packed.Length; i++)
        {
            var damaged = (byte[])packed.Clone();
            damaged[i] ^= 0x55;
            try
            {
                using var file = Open(damaged);
                Assert.Equal(expected, file.ReadRows<float>());
            }
            catch (InputException e)
            {
                Assert.StartsWith("rows.csv.gz", e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Gzip_OfAnotherFormat_SaysSo()
    {
        InputReading.AssertRefused(() => Open(Pack([0, 0, 8, 1, 0, 0, 0, 1, 5])), "format idx", "gunzip");
        InputReading.AssertRefused(() => Open(Pack(Pack(Text))), "format gzip", "gunzip");
    }

    [Fact]
    public void Gzip_OfRowsLongerThanTheWindow_IsRead()
    {
        var line = string.Join(',', Enumerable.Range(0, 150_000).Select(i => $"{i}.25e1"));
        using var file = Open(Pack($"{line}\n{line}\n{line}"));
        Assert.Equal([[1_499_992.5], [1_499_992.5], [1_499_992.5]], file.ReadRows<double>(selection: new ColumnSelection([149_999])));
    }

    private static CsvFile Open(byte[] content) => new(new MemoryByteSource(content, "rows.csv.gz"), new InputFormatOptions());

    private static byte[] Pack(string text, CompressionLevel level = CompressionLevel.Fastest) => Pack(Encoding.UTF8.GetBytes(text), level);

    private static byte[] Pack(byte[] content, CompressionLevel level = CompressionLevel.Fastest)
    {
        var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, level))
        {
            stream.Write(content);
        }

        return packed.ToArray();
    }
}
