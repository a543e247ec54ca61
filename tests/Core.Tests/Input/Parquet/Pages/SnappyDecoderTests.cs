using IronSnappy;
using KMeans.Input.Parquet.Pages;

namespace KMeans.Tests.Input.Parquet.Pages;

public class SnappyDecoderTests
{
    [Fact]
    public void Decode_OfAllPeriodsAndLengths_GivesBackTheBytes()
    {
        var random = new Random(2);
        foreach (var period in new[] { 1, 2, 3, 5, 8, 15, 16, 17, 63, 300, 70_000 })
        {
            for (var length = 0; length < 200_000; length = (length * 2) + 1)
            {
                var bytes = new byte[length];
                random.NextBytes(bytes.AsSpan(0, Math.Min(period, length)));
                for (var i = period; i < length; i++)
                {
                    bytes[i] = i % 1013 == 0 ? (byte)i : bytes[i - period];
                }

                var decoded = new byte[length];
                SnappyDecoder.Decode(Snappy.Encode(bytes), decoded);
                Assert.Equal(bytes, decoded);
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { 4, 0b1101, 65 })]
    [InlineData(new byte[] { 4, 0, 65, 0b10, 2, 0 })]
    [InlineData(new byte[] { 4, 0b1110, 0, 0 })]
    [InlineData(new byte[] { 5, 0b1100, 65, 66, 67, 68 })]
    [InlineData(new byte[] { 4, 0b11111100, 255, 255, 255, 255 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255 })]
    [InlineData(new byte[] { })]
    public void Decode_OfDamage_IsAnInvalidDataError(byte[] bytes) => Assert.Throws<InvalidDataException>(() => SnappyDecoder.Decode(bytes, new byte[4]));
}
