namespace KMeans.Kernels;

/// <summary>The obvious kernel, all in double: what the other kernels are tested against, and the fallback.</summary>
public sealed class ScalarKernel : IAssignmentKernel
{
    /// <inheritdoc/>
    public string Name => "scalar";

    /// <inheritdoc/>
    public PackedCenters Pack(ReadOnlySpan<double> centers, int centerCount, int featureCount, PackedCenters? reuse = null)
    {
        var packed = reuse as Packed ?? new Packed();
        packed.Set(centers, centerCount, featureCount);
        return packed;
    }

    /// <inheritdoc/>
    public KernelWorkspace CreateWorkspace() => new();

    /// <inheritdoc/>
    public void Assign(ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, Span<int> labels, Span<double> squaredDistances, KernelWorkspace workspace)
    {
        var d = centers.FeatureCount;
        for (var i = 0; i < sampleCount; i++)
        {
            var sample = samples.Slice(i * d, d);
            var label = 0;
            var least = double.PositiveInfinity;
            for (var j = 0; j < centers.CenterCount; j++)
            {
                var squaredDistance = SquaredDistance.Scalar(sample, centers.Center(j));
                if (squaredDistance < least)
                {
                    least = squaredDistance;
                    label = j;
                }
            }

            labels[i] = label;
            squaredDistances[i] = least;
        }
    }

    /// <inheritdoc/>
    public void AssignWithRivals(
        ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, Span<int> labels, Span<double> squaredDistances, Span<float> rivalDistances, KernelWorkspace workspace)
    {
        Assign(samples, sampleCount, centers, labels, squaredDistances, workspace);
        var d = centers.FeatureCount;
        for (var i = 0; i < sampleCount; i++)
        {
            var least = double.PositiveInfinity;
            for (var j = 0; j < centers.CenterCount; j++)
            {
                least = j == labels[i] ? least : Math.Min(least, SquaredDistance.Scalar(samples.Slice(i * d, d), centers.Center(j)));
            }

            rivalDistances[i] = Math.Max(MathF.BitDecrement((float)Math.Sqrt(least)), 0);
        }
    }

    private sealed class Packed : PackedCenters
    {
        public void Set(ReadOnlySpan<double> centers, int centerCount, int featureCount) => Keep(centers, centerCount, featureCount);
    }
}
