using KMeans.Gpu.Products;

namespace KMeans.Gpu.Tests.Products;

public class ScorePathTests
{
    [Theory]
    [InlineData("auto", "auto", nameof(ScorePath.Auto))]
    [InlineData("1+fused", "1", nameof(ScorePath.Fused))]
    [InlineData("cpu:7+product", "cpu:7", nameof(ScorePath.Product))]
    [InlineData("0+other", "0+other", nameof(ScorePath.Auto))]
    public void Split_OfADevice_GivesItsNameAndThePath(string given, string device, string path) => Assert.Equal((device, Enum.Parse<ScorePath>(path)), ScorePaths.Split(given));
}
