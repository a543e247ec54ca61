namespace KMeans.Gpu;

/// <summary>How the threads that stream to a device share its memory.</summary>
internal static class GpuMemoryPlan
{
    /// <summary>The driver, the kernel and what other programs take meanwhile need some.</summary>
    private const double UsableShare = 0.85;

    /// <summary>The rows of a thread's slots: as many as it would send at once, if they fit.</summary>
    /// <param name="freeBytes">Of the device before anything was taken.</param>
    /// <param name="threads">Threads that share it.</param>
    /// <param name="wanted">Rows that a thread sends at once.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="centerCount">K.</param>
    /// <param name="tileSize">Rows of a group: fewer make no sense.</param>
    /// <param name="slotCount">Slots of a thread.</param>
    /// <param name="productBytes">What the matrix product needs for each thread; 0 where it is not used.</param>
    /// <returns>Rows of a slot: <paramref name="wanted"/>, or a multiple of a tile. Where not even one tile fits it is one tile, and the device will say so.</returns>
    public static int Rows(long freeBytes, int threads, int wanted, int featureCount, int centerCount, int tileSize, int slotCount, long productBytes)
    {
        // Centers are filled up to whole tiles, and rows may open half as many again.
        var places = (centerCount + tileSize - 1) / tileSize * (long)tileSize * 3 / 2;
        var left = (freeBytes * UsableShare / threads) - (places * (featureCount + 1.0) * sizeof(float)) - productBytes;
        var fitting = left / (slotCount * GpuBuffers.RowBytes(featureCount));
        return fitting >= wanted ? wanted : (int)Math.Min(wanted, Math.Max(1, Math.Floor(fitting / tileSize)) * tileSize);
    }
}
