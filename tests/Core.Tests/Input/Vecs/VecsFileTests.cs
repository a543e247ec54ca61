using KMeans.Input;
using KMeans.Input.Vecs;

namespace KMeans.Tests.Input.Vecs;

public class VecsFileTests
{
    private static VecsFile Open(byte[] content, string format = VecsFile.FloatName) => new(new MemoryByteSource(content, "test.fvecs"), format);

    [Fact]
    public void Files_WrittenByNumpy_AreRead()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Data", "Formats");
        using var floats = InputFormats.Open(Path.Combine(folder, "rows.fvecs"), new InputFormatOptions());
        Assert.Equal(2, floats.RowCount);
        Assert.Equal([[1.5f, -2f, 3.25f], [1700000060f, 0f, -0.5f]], floats.ReadRows<float>());
        Assert.Equal([["-2"], ["0"]], floats.ReadValues([1]));
        using var bytes = InputFormats.Open(Path.Combine(folder, "rows.bvecs"), new InputFormatOptions());
        Assert.Equal([[1f, 2f, 3f], [100f, 0f, 7f]], bytes.ReadRows<float>());
        Assert.Equal([[1.0, -1.0], [5.0, 98.0]], bytes.ReadRows<double>(null, new ColumnSelection([2, 0]), new ColumnTransform([2, 2], [1, 1])));
    }

    [Fact]
    public void Files_WithoutBytes_HaveNoRowsAndNoColumns()
    {
        using var file = Open([]);
        Assert.Equal(0, file.RowCount);
        Assert.Empty(file.Columns);
        Assert.Empty(file.ReadRows<float>());
    }

    [Fact]
    public void Files_CutAnywhereButBetweenRows_AreRefused()
    {
        byte[] row = [2, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64];
        byte[] content = [.. row, .. row];
        for (var length = 1; length < content.Length; length++)
        {
            if (length != row.Length)
            {
                InputReading.AssertRefused(() => Open(content[..length]), "test.fvecs: ");
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Widths_ThatAreImpossible_AreRefused(int width) => InputReading.AssertRefused(() => Open([.. BitConverter.GetBytes(width), 0, 0, 0, 0]), "test.fvecs: row 1 declares");

    [Fact]
    public void Rows_OfAnotherWidth_AreNamed()
    {
        using var file = Open([1, 0, 0, 0, 5, 1, 0, 0, 0, 6, 3, 0, 0, 0, 7], VecsFile.ByteName);
        InputReading.AssertRefused(() => file.ReadRows<float>(), "test.fvecs: row 3 declares 3 values, the first row has 1");
        Assert.Equal([[6f]], file.ReadRows<float>(new FileRange(1, 2)));
    }
}
