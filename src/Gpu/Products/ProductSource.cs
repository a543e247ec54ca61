using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using KMeans.Gpu.Kernels;

namespace KMeans.Gpu.Products;

/// <summary>Decides for a device whether scores are made by a matrix product, and opens what makes them. Thread-safe.</summary>
/// <param name="device">The device.</param>
internal sealed class ProductSource(GpuDevice device)
{
    /// <summary>Below so many centers a bus brings rows more slowly than the fused kernel takes them (docs/design/gpu.md, "Roofline").</summary>
    public const int LeastCenters = 2048;

    /// <summary>Below so many features writing and reading the scores costs more than the library's faster arithmetic saves (docs/design/gpu.md, "The product").</summary>
    public const int LeastFeatures = 256;

    /// <summary>Settings by which a user has cuBLAS compute with fewer bits, whatever a program asks for; neither is on by itself.</summary>
    private static readonly string[] Shortening = ["NVIDIA_TF32_OVERRIDE", "CUBLAS_EMULATE_SINGLE_PRECISION"];

    private readonly Lock gate = new();
    private bool isTried;
    private ScanLauncher? scan;
    private volatile string? refusal;

    /// <summary>What makes the scores.</summary>
    public ScorePath Path { get; set; }

    /// <summary>Opens the library; null where there is none for this kind of device. Tests have libraries of their own.</summary>
    public Func<IMatrixProduct>? Library { get; set; } = device.Accelerator is CudaAccelerator cuda ? () => new CuBlasProduct(cuda) : null;

    /// <summary>Reads a setting of the environment.</summary>
    public Func<string, string?> Setting { get; set; } = Environment.GetEnvironmentVariable;

    /// <summary>Told once where the library is not used.</summary>
    public Action<string>? Log { get; set; }

    /// <summary>Why the library is not used; null while it may be.</summary>
    public string? Refusal => refusal;

    /// <summary>What a thread needs of the device's memory: a tile of products, and the library's own.</summary>
    public long Bytes => (sizeof(float) * (long)device.ProductTile.Rows * device.ProductTile.Centers) + (device.Accelerator is CudaAccelerator ? CuBlasProduct.WorkspaceBytes : 0);

    /// <summary>Whether centers are to be packed for the product.</summary>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d.</param>
    /// <returns>False for the fused kernel.</returns>
    public bool IsTaken(int centerCount, int featureCount) => Path switch
    {
        ScorePath.Fused => false,
        ScorePath.Product => refusal is null && (Library is null || IsUsable()),
        _ => centerCount >= LeastCenters && featureCount >= LeastFeatures && IsUsable(),
    };

    /// <summary>Whether there is a library and its products are what they should be. The first call looks, and says why not.</summary>
    /// <returns>Whether it may be used.</returns>
    public bool IsUsable()
    {
        if (Library is null)
        {
            return false;
        }

        lock (gate)
        {
            if (!isTried)
            {
                if (Find() is { } reason)
                {
                    Refuse(reason);
                }

                isTried = true;
            }

            return refusal is null;
        }
    }

    /// <summary>Gives the library up and says so once.</summary>
    /// <param name="reason">Why.</param>
    public void Refuse(string reason)
    {
        lock (gate)
        {
            if (refusal is null)
            {
                refusal = reason;
                Log?.Invoke($"gpu: cuBLAS is not used ({reason}); the fused kernel makes all scores. The result is the same.");
            }
        }
    }

    /// <summary>Creates a thread's way to the product.</summary>
    /// <param name="rows">The most rows of a batch.</param>
    /// <returns>To be disposed.</returns>
    public ProductScores Create(int rows)
    {
        lock (gate)
        {
            scan ??= device.Accelerator is CPUAccelerator ? Load<SimulatorTile>() : Load<DeviceTile>();
        }

        return new ProductScores(device, scan, Library ?? (() => new KernelProduct(device)), rows);
    }

    /// <summary>What speaks against the library.</summary>
    private string? Find()
    {
        foreach (var name in Shortening)
        {
            if (Setting(name) is { Length: > 0 } value && value != "0")
            {
                return $"{name}={value} may have it compute with fewer bits than float32 has";
            }
        }

        try
        {
            using var product = Library!();
            return ProductProbe.Fault(device, product);
        }
        catch (Exception e) when (GpuFault.IsLibrary(e) || GpuFault.IsDevice(e))
        {
            return GpuFault.Reason(e);
        }
    }

    private ScanLauncher Load<TTile>()
        where TTile : struct, ITile
    {
        var load = device.Accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int, int, int, ArrayView<Proposal>>(
            LeastScoresKernel.Scan<TTile>, new KernelSpecialization(device.ThreadCount, null));
        return (stream, config, products, starts, samples, sampleCount, centerCount, featureCount, firstCenter, proposals) =>
            load(stream, config, products, starts, samples, sampleCount, centerCount, featureCount, firstCenter, proposals);
    }
}
