namespace KMeans.Metrics;

/// <summary>What a device can do.</summary>
/// <param name="Device">Its name.</param>
/// <param name="PeakGflops">Float32 multiply-adds on registers alone, in 10^9 operations a second.</param>
/// <param name="CopyGigabytesPerSecond">Rows from page-locked memory to the device, in 10^9 bytes a second.</param>
/// <param name="Shapes">Each shape.</param>
public sealed record DeviceRates(string Device, double PeakGflops, double CopyGigabytesPerSecond, IReadOnlyList<DeviceShape> Shapes);

/// <summary>How fast a shape goes through each stage of the pipeline, in rows a second, and through all.</summary>
/// <param name="Features">d.</param>
/// <param name="Centers">K.</param>
/// <param name="KernelGflops">The scores alone, as training has them made: 2 n K d over their time, in 10^9 a second.</param>
/// <param name="Share">Of the device's peak.</param>
/// <param name="Compute">The scores alone.</param>
/// <param name="Copy">Copying to the device alone.</param>
/// <param name="Host">What the CPU does with proposals on all threads: deciding, squared distances, sums.</param>
/// <param name="Streamed">Measured: copying, computing and the CPU's part together, rows from memory.</param>
public sealed record DeviceShape(int Features, int Centers, double KernelGflops, double Share, double Compute, double Copy, double Host, double Streamed)
{
    /// <summary>The fused kernel, in 10^9 operations a second.</summary>
    public double FusedGflops { get; init; }

    /// <summary>A matrix product with the kernel that looks through its scores, in the same unit; null where there is no library for it.</summary>
    public double? ProductGflops { get; init; }

    /// <summary>Whether training takes the product for this shape.</summary>
    public bool TakesProduct { get; init; }

    /// <summary>Decoding plain Parquet on all threads.</summary>
    public double Decode { get; init; }

    /// <summary>What the whole pipeline can reach: stages overlap, but decoding and the CPU's part share the processor.</summary>
    public double Pipeline => Math.Min(Math.Min(Compute, Copy), 1 / ((1 / Decode) + (1 / Host)));

    /// <summary>The stage that limits it: "compute", "copy", "decode" or "host".</summary>
    public string Limit => Pipeline == Compute ? "compute" : Pipeline == Copy ? "copy" : Decode < Host ? "decode" : "host";
}
