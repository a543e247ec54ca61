using System.Runtime.InteropServices;
using KMeans.Input;
using KMeans.Input.Parquet.Columns;

namespace KMeans.Tests.Input.Parquet.Columns;

public class RowTilesTests
{
    private static readonly float[] Special = [0f, -0f, 1.7e9f, -3.4028235e38f, float.Epsilon, float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 40)]
    [InlineData(7, 9)]
    [InlineData(8, 8)]
    [InlineData(9, 7)]
    [InlineData(16, 64)]
    [InlineData(16, 33)]
    [InlineData(24, 17)]
    [InlineData(31, 100)]
    public void Run_OfAnyShape_GivesTheBitsOfTheTransform(int columnCount, int rows)
    {
        var random = new Random((columnCount * 1000) + rows);
        Check(columnCount, rows, random, new ColumnTransform(
            [.. Enumerable.Range(0, columnCount).Select(i => i % 3 == 0 ? 0 : random.NextDouble() * 1e9)], [.. Enumerable.Range(0, columnCount).Select(i => i % 2 == 0 ? 1 : random.NextDouble())]));
    }

    [Theory]
    [InlineData(7, 9)]
    [InlineData(8, 8)]
    [InlineData(16, 70)]
    [InlineData(29, 35)]
    public void Run_WithShiftsThatAreFloats_GivesTheBitsOfTheTransform(int columnCount, int rows)
    {
        var random = new Random((columnCount * 1000) + rows);
        for (var repetition = 0; repetition < 50; repetition++)
        {
            // Next to values and far from them, so that differences cancel, round and keep nothing of one side.
            var shifts = Enumerable.Range(0, columnCount).Select(_ => (double)(float)Math.ScaleB(random.NextDouble() - 0.5, random.Next(-60, 60)));
            Check(columnCount, rows, random, new ColumnTransform([.. shifts], [.. Enumerable.Repeat(1.0, columnCount)]));
        }
    }

    private static void Check(int columnCount, int rows, Random random, ColumnTransform transform)
    {
        const int left = 3;
        var d = left + columnCount + 2;
        var values = Enumerable.Range(0, columnCount).Select(_ => Values(random, rows)).ToArray();
        var columns = values.Select((column, c) => new FloatColumn([.. new byte[c], .. MemoryMarshal.AsBytes<float>(column)], c, transform.Shifts[c], transform.Factors[c])).ToArray();
        var samples = Enumerable.Repeat(-7f, rows * d).ToArray();

        RowTiles.Run(columns, rows, samples.AsSpan(left), d);

        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < d; c++)
            {
                var expected = c < left || c >= left + columnCount ? -7f : (float)transform.Apply((double)values[c - left][r], c - left);
                Assert.True(SameBits(expected, samples[(r * d) + c]), $"row {r}, column {c}: {samples[(r * d) + c]} and not {expected}");
            }
        }
    }

    [Fact]
    public void Run_OfAColumnThatIsTooShort_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RowTiles.Run([new FloatColumn(new byte[40], 1, 0, 1)], 10, new float[10], 1));

    [Fact]
    public void Conversion_OfEveryLength_GivesTheBitsOfTheTransform()
    {
        var random = new Random(4);
        for (var n = 0; n < 70; n++)
        {
            var values = Values(random, n);
            var transform = new ColumnTransform([.. values.Select(_ => random.NextDouble() * 100)], [.. values.Select(_ => random.NextDouble())]);
            var each = new float[n + 1];
            var same = new float[n + 1];
            FloatConversion.Run(values, transform.Shifts, transform.Factors, each);
            FloatConversion.Run(values, 12.3, 0.7, same);
            for (var i = 0; i < n; i++)
            {
                Assert.True(SameBits((float)transform.Apply((double)values[i], i), each[i]));
                Assert.True(SameBits((float)((values[i] - 12.3) * 0.7), same[i]));
            }

            Assert.Equal(0, each[n]);
            Assert.Equal(0, same[n]);
        }
    }

    private static float[] Values(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(i => random.Next(10) == 0 ? Special[i % Special.Length] : (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 12))))];

    /// <summary>NaN is missing, whatever its payload.</summary>
    private static bool SameBits(float a, float b) => (float.IsNaN(a) && float.IsNaN(b)) || BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b);
}
