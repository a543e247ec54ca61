using ILGPU;
using ILGPU.Runtime;
using KMeans.Gpu.Kernels;

namespace KMeans.Gpu.Products;

/// <summary>The scan's arguments, in its order, with where it runs.</summary>
/// <param name="stream">The queue.</param>
/// <param name="config">Groups and threads.</param>
/// <param name="products">The products.</param>
/// <param name="starts">The starts.</param>
/// <param name="samples">The rows.</param>
/// <param name="sampleCount">n.</param>
/// <param name="centerCount">K of the tile.</param>
/// <param name="featureCount">d.</param>
/// <param name="firstCenter">The tile's first center.</param>
/// <param name="proposals">In and out.</param>
internal delegate void ScanLauncher(
    AcceleratorStream stream, KernelConfig config, ArrayView<float> products, ArrayView<float> starts, ArrayView<float> samples, int sampleCount, int centerCount, int featureCount, int firstCenter,
    ArrayView<Proposal> proposals);

/// <summary>Proposals by a matrix product: a tile of products at a time, and after each the kernel that looks for the least two. One thread's, with memory for one tile.</summary>
internal sealed class ProductScores : IDisposable
{
    private readonly GpuDevice device;
    private readonly ScanLauncher scan;
    private readonly ProductTile tile;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> products;
    private readonly IMatrixProduct product;

    /// <summary>Takes memory and opens what multiplies.</summary>
    /// <param name="device">The device.</param>
    /// <param name="scan">Compiled for it.</param>
    /// <param name="open">Opens what multiplies.</param>
    /// <param name="rows">The most rows of a batch: a tile has no more.</param>
    public ProductScores(GpuDevice device, ScanLauncher scan, Func<IMatrixProduct> open, int rows)
    {
        this.device = device;
        this.scan = scan;
        tile = device.ProductTile with { Rows = Math.Min(rows, device.ProductTile.Rows) };
        device.Before?.Invoke(DeviceCall.Allocate);
        products = device.Accelerator.Allocate1D<float>((long)tile.Rows * tile.Centers);
        try
        {
            product = open();
        }
        catch
        {
            products.Dispose();
            throw;
        }
    }

    /// <summary>Begins the assignment.</summary>
    /// <param name="stream">The queue.</param>
    /// <param name="samples">Row-major (n, d) in.</param>
    /// <param name="weights">Row-major (K, d) in.</param>
    /// <param name="starts">Length K in.</param>
    /// <param name="sampleCount">n, at least 1.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="placeCount">K, filled up to whole tiles of the fused kernel.</param>
    /// <param name="proposals">Length n out.</param>
    public void Propose(
        AcceleratorStream stream, ArrayView<float> samples, ArrayView<float> weights, ArrayView<float> starts, int sampleCount, int featureCount, int placeCount, ArrayView<Proposal> proposals)
    {
        var rowPiece = ProductTile.Piece(sampleCount, tile.Rows, 1);
        var centerPiece = ProductTile.Piece(placeCount, tile.Centers, device.TileSize);
        for (var firstRow = 0; firstRow < sampleCount; firstRow += rowPiece)
        {
            var rows = Math.Min(rowPiece, sampleCount - firstRow);
            var tileSamples = samples.SubView((long)firstRow * featureCount, (long)rows * featureCount);
            var tileProposals = proposals.SubView(firstRow, rows);
            for (var firstCenter = 0; firstCenter < placeCount; firstCenter += centerPiece)
            {
                var centers = Math.Min(centerPiece, placeCount - firstCenter);
                var tileProducts = products.View.BaseView.SubView(0, (long)rows * centers);
                device.Before?.Invoke(DeviceCall.Launch);
                product.Multiply(stream, new ProductShape(rows, centers, featureCount), tileSamples, weights.SubView((long)firstCenter * featureCount, (long)centers * featureCount), tileProducts);
                scan(
                    stream, new KernelConfig((rows + device.ScanRows - 1) / device.ScanRows, device.ThreadCount), tileProducts, starts.SubView(firstCenter, centers), tileSamples, rows, centers, featureCount, firstCenter,
                    tileProposals);
            }
        }
    }

    /// <summary>Frees both. What runs must have ended.</summary>
    public void Dispose()
    {
        products.Dispose();
        product.Dispose();
    }
}
