using KMeans.Preparation;

namespace KMeans.Tests.Preparation;

public sealed class SignedLogarithmTests
{
    [Fact]
    public void Invert_OfALogarithm_GivesTheValueBack()
    {
        for (var exponent = -300; exponent <= 308; exponent++)
        {
            foreach (var value in new[] { 1.0, 1.7, 4.9, -3.3 }.Select(digits => exponent == 308 ? digits / 3 * 1e308 : digits * Math.Pow(10, exponent)))
            {
                // Around 1e-5 the sum 1 + x keeps eleven digits of x.
                Assert.Equal(1, SignedLogarithm.Invert(SignedLogarithm.Of(value)) / value, 3e-11);
            }
        }
    }

    [Fact]
    public void Invert_OfAnyLogarithm_IsWithin1e12OfThePlatforms()
    {
        for (var step = 1; step < 70_900; step++)
        {
            var y = step / 100.0;
            Assert.Equal(1, SignedLogarithm.Invert(y) / (Math.Exp(y) - 1), 1e-12);
            Assert.Equal(-SignedLogarithm.Invert(y), SignedLogarithm.Invert(-y));
        }

        // Here e^y - 1 would have few digits, or none.
        Assert.Equal(1, SignedLogarithm.Invert(1e-9) / (1e-9 + 5e-19), 1e-15);
        Assert.Equal(1e-300, SignedLogarithm.Invert(1e-300));
    }

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(709.9, double.PositiveInfinity)]
    [InlineData(-1e9, double.NegativeInfinity)]
    public void Invert_AtTheEdges_KeepsToTheRule(double logarithm, double expected) => Assert.Equal(expected, SignedLogarithm.Invert(logarithm));
}
