using KMeans.Input;

namespace KMeans.Tests.Input;

public sealed class UnitRowReaderTests
{
    [Theory]
    [InlineData(3, 4, 0.6, 0.8)]
    [InlineData(-3e200, 4e200, -0.6, 0.8)]
    [InlineData(3e-200, 4e-200, 0.6, 0.8)]
    [InlineData(0, -7, 0, -1)]
    [InlineData(0, 0, double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(0, double.NaN, double.NaN, double.NaN)]
    [InlineData(double.NegativeInfinity, 1, double.NaN, double.NaN)]
    public void Divide_OfARow_GivesItsDirection(double x, double y, double expectedX, double expectedY)
    {
        double[] row = [x, y];
        UnitRowReader.Divide(row);
        Assert.Equal([expectedX, expectedY], row, (a, b) => a.Equals(b) || Math.Abs(a - b) < 1e-15);
    }
}
