using KMeans.Input.Parquet.Pages;

namespace KMeans.Tests.Input.Parquet.Pages;

public class PageChecksumTests
{
    [Fact]
    public void Compute_OfTheCheckString_GivesTheCheckValue() => Assert.Equal(0xCBF43926, PageChecksum.Compute("123456789"u8));

    [Fact]
    public void Compute_AtEveryLength_AgreesWithTheTable()
    {
        var bytes = new byte[300];
        new Random(1).NextBytes(bytes);
        for (var length = 0; length <= bytes.Length; length++)
        {
            Assert.Equal(~PageChecksum.ByTable(bytes.AsSpan(0, length), uint.MaxValue), PageChecksum.Compute(bytes.AsSpan(0, length)));
        }
    }
}
