using KMeans.Gpu.Products;

namespace KMeans.Gpu.Tests.Products;

public class ProductTileTests
{
    [Theory]
    [InlineData(1, 64, 1, 1)]
    [InlineData(64, 64, 1, 64)]
    [InlineData(65, 64, 1, 33)]
    [InlineData(2674, 2048, 1, 1337)]
    [InlineData(1152, 1024, 128, 640)]
    [InlineData(4096, 1024, 128, 1024)]
    [InlineData(3968, 1024, 128, 1024)]
    public void Piece_OfALength_IsTheSmallestOfNearlyEqualOnes(int length, int most, int multiple, int piece) => Assert.Equal(piece, ProductTile.Piece(length, most, multiple));
}
