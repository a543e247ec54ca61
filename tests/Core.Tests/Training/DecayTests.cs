using KMeans.Training;

namespace KMeans.Tests.Training;

public class DecayTests
{
    [Fact]
    public void Factor_IsTwoToTheMinusAgeOverHalfLife()
    {
        foreach (var (age, halfLife) in new (long, long)[] { (1, 1), (1, 1000), (999, 1000), (1500, 1000), (12345, 77), (1, long.MaxValue / 4) })
        {
            var expected = Math.Pow(2, -(double)age / halfLife);
            Assert.Equal(expected, Decay.Factor(age, halfLife), expected * 1e-14);
        }
    }

    [Fact]
    public void Factor_WithoutHalfLifeOrAge_IsOne()
    {
        Assert.Equal(1, Decay.Factor(1_000_000, 0));
        Assert.Equal(1, Decay.Factor(0, 10));
    }

    [Fact]
    public void Factor_AfterVeryManyHalvings_IsZero() => Assert.Equal(0, Decay.Factor(long.MaxValue, 1));
}
