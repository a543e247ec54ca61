using KMeans.Curves;

namespace KMeans.Tests.Curves;

public class ElbowMeasureTests
{
    [Fact]
    public void Find_OfAStraightLineInLogarithms_FindsNoBend()
    {
        var costs = Enumerable.Range(1, 30).Select(k => 100 / Math.Sqrt(k)).ToArray();

        var (_, before, after) = ElbowMeasure.Find(1, costs, 2, 29);

        Assert.Equal(0.5, before, 1e-9);
        Assert.Equal(0.5, after, 1e-9);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(12)]
    [InlineData(25)]
    public void Find_OfACostThatFallsToNoise_FindsWhereItIsReached(int elbow)
    {
        // Beyond the elbow a thousandth a step, before it a constant amount.
        var costs = Enumerable.Range(1, 30).Select(k => k >= elbow ? 10 - (0.01 * (k - elbow)) : 10 + (20.0 * (elbow - k))).ToArray();

        Assert.Equal(elbow, ElbowMeasure.Find(1, costs, 2, 29).K);
    }

    [Fact]
    public void Find_WithinARange_LooksNowhereElse()
    {
        double[] costs = [100, 50, 10, 9.9, 5, 4.9, 4.8];

        Assert.Equal(3, ElbowMeasure.Find(1, costs, 2, 6).K);
        Assert.Equal(5, ElbowMeasure.Find(1, costs, 4, 6).K);
        Assert.Equal(0, ElbowMeasure.Find(1, costs, 1, 1).K);
        Assert.Equal(0, ElbowMeasure.Find(1, [1.0, 2], 1, 2).K);
        Assert.Equal(2, ElbowMeasure.Find(1, [1.0, 0], 1, 2).K);
    }

    [Fact]
    public void Find_OfACostThatBecomesNothing_IsWhereItDoes() => Assert.Equal(3, ElbowMeasure.Find(1, [8.0, 4, 0, 0, 0], 2, 4).K);

    [Fact]
    public void Find_OfNoCostAtAll_FindsNothingSharp()
    {
        var (_, before, after) = ElbowMeasure.Find(1, [0.0, 0, 0], 2, 2);

        Assert.Equal((0, 0), (before, after));
    }

    [Fact]
    public void Knee_OfAHyperbola_IsWhereItsSlopeIsTheLines()
    {
        var costs = Enumerable.Range(1, 16).Select(k => 16.0 / k).ToArray();

        Assert.Equal(4, ElbowMeasure.Knee(1, costs));
        Assert.Equal(7, ElbowMeasure.Knee(7, [3.0, 2, 1]));
    }
}
