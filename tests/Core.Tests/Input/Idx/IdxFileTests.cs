using KMeans.Input.Idx;

namespace KMeans.Tests.Input.Idx;

public class IdxFileTests
{
    private static IdxFile Open(params byte[] content) => new(new MemoryByteSource(content, "test-ubyte"));

    [Theory]
    [InlineData(0x08, new byte[] { 7, 255 }, 7, 255)]
    [InlineData(0x09, new byte[] { 7, 255 }, 7, -1)]
    [InlineData(0x0B, new byte[] { 1, 0, 255, 254 }, 256, -2)]
    [InlineData(0x0C, new byte[] { 0, 1, 0, 0, 255, 255, 255, 255 }, 65536, -1)]
    [InlineData(0x0D, new byte[] { 63, 192, 0, 0, 192, 0, 0, 0 }, 1.5, -2)]
    [InlineData(0x0E, new byte[] { 63, 248, 0, 0, 0, 0, 0, 0, 192, 0, 0, 0, 0, 0, 0, 0 }, 1.5, -2)]
    public void Values_OfEveryType_AreBigEndian(int type, byte[] data, double first, double second)
    {
        using var row = Open([0, 0, (byte)type, 2, 0, 0, 0, 1, 0, 0, 0, 2, .. data]);
        Assert.Equal([[first, second]], row.ReadRows<double>());
        Assert.Equal([[$"{second:R}", $"{first:R}"]], row.ReadValues([1, 0]));
        using var column = Open([0, 0, (byte)type, 1, 0, 0, 0, 2, .. data]);
        Assert.Equal(2, column.RowCount);
        Assert.Equal([[(float)first], [(float)second]], column.ReadRows<float>());
    }

    [Fact]
    public void Images_AreRowsOfAllTheirPixels()
    {
        using var file = Open(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8);
        Assert.Equal(4, file.Columns.Count);
        Assert.Equal([[1f, 2f, 3f, 4f], [5f, 6f, 7f, 8f]], file.ReadRows<float>());
    }

    [Fact]
    public void Files_WithoutRows_GiveNone()
    {
        using var file = Open(0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 3);
        Assert.Equal(0, file.RowCount);
        Assert.Equal(3, file.Columns.Count);
        Assert.Empty(file.ReadRows<float>());
    }

    [Fact]
    public void Files_OfAnotherSize_AreRefused()
    {
        byte[] content = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 1, 7, 8];
        for (var length = 0; length < content.Length; length++)
        {
            InputReading.AssertRefused(() => Open(content[..length]), "test-ubyte: ");
        }

        InputReading.AssertRefused(() => Open([.. content, 9]), "2 x 1 uint8 values take 2 bytes after the header, the file has 3");
    }

    [Theory]
    [InlineData(new byte[] { 1, 0, 8, 1, 0, 0, 0, 1, 7 })]
    [InlineData(new byte[] { 0, 0, 7, 1, 0, 0, 0, 1, 7 })]
    [InlineData(new byte[] { 0, 0, 8, 0, 7 })]
    [InlineData(new byte[] { 0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255, 7 })]
    [InlineData(new byte[] { 0, 0, 8, 3, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255 })]
    [InlineData(new byte[] { 0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 8, 255, 0, 0, 0, 1 })]
    public void Headers_ThatLie_AreRefused(byte[] content) => InputReading.AssertRefused(() => Open(content), "test-ubyte: ");
}
