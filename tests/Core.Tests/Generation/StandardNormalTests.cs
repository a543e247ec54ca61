using KMeans.Generation;

namespace KMeans.Tests.Generation;

public sealed class StandardNormalTests
{
    /// <summary>Quantiles of the standard normal distribution, from tables.</summary>
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.841344746068543, 1)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.99, 2.326347874040841)]
    [InlineData(0.0001, -3.719016485455709)]
    [InlineData(0.00001, -4.264890793922602)]
    public void From_AtAQuantile_GivesIt(double probability, double expected)
    {
        Assert.Equal(expected, StandardNormal.From((ulong)(probability * Math.Pow(2, 32)) << 32), 1e-5);
    }

    [Fact]
    public void From_IsSymmetricAndFiniteAtTheEnds()
    {
        var least = StandardNormal.From(0);
        Assert.InRange(least, -6.4, -6.2);
        Assert.Equal(-least, StandardNormal.From(ulong.MaxValue));
    }

    [Fact]
    public void Log_AgreesWithThePlatforms()
    {
        for (var x = 1e-10; x < 1; x *= 1.37)
        {
            Assert.Equal(Math.Log(x), StandardNormal.Log(x), 1e-11);
        }
    }
}
