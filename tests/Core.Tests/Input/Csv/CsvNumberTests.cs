using System.Globalization;
using System.Text;
using KMeans.Input.Csv;

namespace KMeans.Tests.Input.Csv;

public class CsvNumberTests
{
    [Fact]
    public void Numbers_OfAMillionShapes_EqualTheLibrarysBitForBit()
    {
        var random = new Random(20240501);
        var text = new StringBuilder();
        var bytes = new byte[512];
        var fast = 0;
        for (var i = 0; i < 1_000_000; i++)
        {
            Shape(random, text.Clear());
            var written = text.ToString();
            var length = Encoding.ASCII.GetBytes(written, bytes);
            bytes[length] = (byte)',';
            var expected = double.Parse(written, CultureInfo.InvariantCulture);
            var read = CsvNumber.ReadPrefix(bytes.AsSpan(0, length + 1 + (i % 10)), out var value);
            if (read > 0)
            {
                fast++;
                Assert.Equal(length, read);
                AssertSame(expected, value, written);
            }

            Assert.Equal(FieldContent.Number, CsvNumber.Read(bytes.AsSpan(0, length), out value));
            AssertSame(expected, value, written);
        }

        Assert.InRange(fast, 500_000, 1_000_000);
    }

    [Fact]
    public void Numbers_HalfwayBetweenDoubles_RoundToEven()
    {
        // 2^53 + 1 and its neighbours, as they are and with a power of ten that leaves them exact.
        foreach (var written in new[] { "9007199254740993", "9007199254740995", "90071992547409930e-1", "900719925474099500e-2", "9007199254740992.5", "4503599627370496.5", "4503599627370497.5", "18014398509481990" })
        {
            var text = Encoding.ASCII.GetBytes(written + "\n");
            Assert.Equal(written.Length, CsvNumber.ReadPrefix(text, out var value));
            AssertSame(double.Parse(written, CultureInfo.InvariantCulture), value, written);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("NA")]
    [InlineData("n/a")]
    [InlineData("#N/A")]
    [InlineData("<NA>")]
    [InlineData("nan")]
    [InlineData("-NaN")]
    [InlineData("NULL")]
    [InlineData("None")]
    [InlineData("\\N")]
    public void Missing_InEverySpelling_IsNaN(string written)
    {
        Assert.Equal(FieldContent.Special, CsvNumber.Read(Encoding.ASCII.GetBytes(written), out var value));
        Assert.True(double.IsNaN(value));
    }

    [Theory]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("+Infinity", double.PositiveInfinity)]
    [InlineData("-INF", double.NegativeInfinity)]
    public void Infinity_InEverySpelling_IsInfinite(string written, double expected)
    {
        Assert.Equal(FieldContent.Special, CsvNumber.Read(Encoding.ASCII.GetBytes(written), out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("e5")]
    [InlineData("1.2.3")]
    [InlineData("0x10")]
    [InlineData("1,5")]
    [InlineData("1 000")]
    [InlineData("--1")]
    [InlineData("1-")]
    [InlineData("∞")]
    [InlineData("12\0")]
    [InlineData("١٢")]
    public void Text_IsNoNumber(string written)
    {
        Assert.Equal(FieldContent.Text, CsvNumber.Read(Encoding.UTF8.GetBytes(written), out var value));
        Assert.True(double.IsNaN(value));
    }

    [Theory]
    [InlineData("1e400", double.PositiveInfinity)]
    [InlineData("-1e400", double.NegativeInfinity)]
    [InlineData("1e-400", 0.0)]
    [InlineData("0e99999999999", 0.0)]
    [InlineData("1700000060", 1700000060.0)]
    [InlineData("-.5", -0.5)]
    [InlineData("+5.", 5.0)]
    public void Numbers_AtTheEdges_AreRead(string written, double expected)
    {
        Assert.Equal(FieldContent.Number, CsvNumber.Read(Encoding.ASCII.GetBytes(written), out var value));
        Assert.Equal(expected, value);
    }

    private static void AssertSame(double expected, double actual, string written)
    {
        if (BitConverter.DoubleToInt64Bits(expected) != BitConverter.DoubleToInt64Bits(actual))
        {
            Assert.Fail($"{written}: {actual:R} instead of {expected:R}");
        }
    }

    /// <summary>Writes one number: whole, decimal, scientific, long, tiny, or a double's own shortest or 17-digit form.</summary>
    private static void Shape(Random random, StringBuilder text)
    {
        switch (random.Next(6))
        {
            case 0:
                text.Append(BitConverter.Int64BitsToDouble(random.NextInt64(0x0010000000000000, 0x7FE0000000000000)).ToString(random.Next(2) == 0 ? "R" : "E18", CultureInfo.InvariantCulture));
                return;
            case 1:
                text.Append(((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-5, 12))).ToString(random.Next(2) == 0 ? "R" : "E17", CultureInfo.InvariantCulture));
                return;
            case 2:
                text.Append(((float)random.NextDouble() * 1000).ToString("R", CultureInfo.InvariantCulture));
                return;
        }

        text.Append(random.Next(4) switch { 0 => "-", 1 => "+", _ => "" });
        var whole = random.Next(0, 22);
        var fraction = random.Next(whole == 0 ? 1 : 0, 22);
        Digits(random, text, whole);
        if (fraction > 0)
        {
            text.Append('.');
            Digits(random, text, fraction);
        }

        if (random.Next(3) == 0)
        {
            text.Append(random.Next(2) == 0 ? 'e' : 'E').Append(random.Next(2) == 0 ? "" : "+").Append(random.Next(-2, 40));
            text.Replace("+-", "-");
        }
    }

    private static void Digits(Random random, StringBuilder text, int count)
    {
        var zeros = random.Next(4) == 0 ? random.Next(count + 1) : 0;
        text.Append('0', zeros);
        for (var i = zeros; i < count; i++)
        {
            text.Append((char)('0' + random.Next(10)));
        }
    }
}
