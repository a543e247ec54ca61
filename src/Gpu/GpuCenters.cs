using KMeans.Kernels;

namespace KMeans.Gpu;

/// <summary>Centers packed for a device, and, once a row needs it, for the CPU's kernel.</summary>
internal sealed class GpuCenters : SimdCenters
{
    private static long packings;

    private readonly Lock gate = new();
    private PackedCenters? host;
    private bool isHostPacked;

    /// <summary>Different for each packing: tells whether a device has it.</summary>
    public long Version { get; private set; }

    /// <summary>Whether they are packed for the matrix product: one after another instead of in panels.</summary>
    public bool IsForProduct { get; private set; }

    /// <summary>Places for centers: K filled up to whole tiles.</summary>
    public int DevicePlaces { get; private set; }

    /// <summary>Whether float32 can prove anything about them.</summary>
    public bool IsProvable => float.IsFinite(ScoreError);

    /// <summary>Packs. O(K d).</summary>
    /// <param name="centers">Row-major (K, d).</param>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="tileSize">Centers of a panel.</param>
    /// <param name="isForProduct">Whether the matrix product makes the scores, instead of the fused kernel.</param>
    public void Set(ReadOnlySpan<double> centers, int centerCount, int featureCount, int tileSize, bool isForProduct)
    {
        IsForProduct = isForProduct;
        DevicePlaces = (centerCount + tileSize - 1) / tileSize * tileSize;
        if (isForProduct)
        {
            SetDeviceRows(centers, centerCount, featureCount, tileSize);
        }
        else
        {
            SetDevicePanels(centers, centerCount, featureCount, tileSize);
        }

        Version = Interlocked.Increment(ref packings);
        isHostPacked = false;
    }

    /// <summary>The same centers for the CPU's kernel. O(K d) for the first call of a packing.</summary>
    /// <param name="kernel">The CPU's kernel, always the same.</param>
    /// <returns>The packing.</returns>
    public PackedCenters ForHost(IAssignmentKernel kernel)
    {
        // One packing may serve several threads.
        lock (gate)
        {
            if (!isHostPacked)
            {
                host = kernel.Pack(Centers, CenterCount, FeatureCount, host);
                isHostPacked = true;
            }

            return host!;
        }
    }
}
