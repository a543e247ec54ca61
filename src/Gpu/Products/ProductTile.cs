namespace KMeans.Gpu.Products;

/// <summary>How large a tile of products is.</summary>
/// <param name="Rows">At most so many rows.</param>
/// <param name="Centers">At most so many centers, whole tiles of the fused kernel.</param>
internal readonly record struct ProductTile(int Rows, int Centers)
{
    /// <summary>8 MiB: the tiles of four threads stay in an H100's second-level cache between the product and the scan, and one makes 128 blocks of 128 x 128, which nearly fill its 132 multiprocessors.</summary>
    public static ProductTile ForDevices => new(2048, 1024);

    /// <summary>Small enough for tests to need several.</summary>
    public static ProductTile ForSimulator => new(256, 128);

    /// <summary>Splits a length into pieces of nearly the same size.</summary>
    /// <param name="length">At least 1.</param>
    /// <param name="most">The most of a piece, a multiple of <paramref name="multiple"/>.</param>
    /// <param name="multiple">Pieces are multiples of it, but for the last.</param>
    /// <returns>The size of all pieces but the last.</returns>
    public static int Piece(int length, int most, int multiple)
    {
        var pieces = (length + most - 1) / most;
        var piece = (length + pieces - 1) / pieces;
        return Math.Min(most, (piece + multiple - 1) / multiple * multiple);
    }
}
