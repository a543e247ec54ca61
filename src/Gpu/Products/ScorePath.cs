namespace KMeans.Gpu.Products;

/// <summary>What makes the scores of a device. Never changes a result.</summary>
internal enum ScorePath
{
    /// <summary>The matrix product where it is expected to pay and there is a library for it, else the fused kernel.</summary>
    Auto,

    /// <summary>Always the fused kernel.</summary>
    Fused,

    /// <summary>The matrix product for every shape: the library's, or the plain kernel's on devices that no library is for.</summary>
    Product,
}

/// <summary>How a path is asked for: behind the device's name, as in "0+fused". For comparing the two.</summary>
internal static class ScorePaths
{
    private const string Fused = "+fused";
    private const string Product = "+product";

    /// <summary>Takes a device's name apart.</summary>
    /// <param name="device">As given.</param>
    /// <returns>The name alone, and the path.</returns>
    public static (string Device, ScorePath Path) Split(string device) =>
        device.EndsWith(Fused, StringComparison.Ordinal) ? (device[..^Fused.Length], ScorePath.Fused)
        : device.EndsWith(Product, StringComparison.Ordinal) ? (device[..^Product.Length], ScorePath.Product)
        : (device, ScorePath.Auto);
}
