using KMeans.Http.Service;

namespace KMeans.Http.Tests.Service;

public class CallGuardTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(19)]
    [InlineData(10_000)]
    public void Rate_OfCallsASecond_IsThatMany(int rate)
    {
        var bucket = CallGuard.Rate(rate);

        Assert.Equal(rate, bucket.TokensPerPeriod / bucket.ReplenishmentPeriod.TotalSeconds, 1e-9);
        Assert.Equal(2 * rate, bucket.TokenLimit);
    }
}
