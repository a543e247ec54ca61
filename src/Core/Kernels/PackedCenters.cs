namespace KMeans.Kernels;

/// <summary>Centers in the layout of one kernel, with the doubles they were packed from.</summary>
public abstract class PackedCenters
{
    private readonly AlignedMemory<double> centers = new();

    /// <summary>K.</summary>
    public int CenterCount { get; private set; }

    /// <summary>d.</summary>
    public int FeatureCount { get; private set; }

    /// <summary>Row-major (K, d), as they were given.</summary>
    public ReadOnlySpan<double> Centers => centers.Slice(0, CenterCount * FeatureCount);

    /// <summary>One center.</summary>
    /// <param name="index">0 to K - 1.</param>
    /// <returns>Length d.</returns>
    public ReadOnlySpan<double> Center(int index) => centers.Slice(index * FeatureCount, FeatureCount);

    /// <summary>Keeps a copy of the doubles. Every packing begins with it.</summary>
    /// <param name="source">Row-major (K, d).</param>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d.</param>
    protected void Keep(ReadOnlySpan<double> source, int centerCount, int featureCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(centerCount, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, checked(centerCount * featureCount));
        unsafe
        {
            source.CopyTo(new Span<double>(centers.Reserve(source.Length), source.Length));
        }

        CenterCount = centerCount;
        FeatureCount = featureCount;
    }
}

/// <summary>Scratch memory of one kernel for one thread; grows to the largest call and stays.</summary>
public class KernelWorkspace
{
    /// <summary>Samples whose label a fast kernel could not prove in float32, so that doubles decided; counted since creation.</summary>
    public long NearTies { get; protected internal set; }
}
