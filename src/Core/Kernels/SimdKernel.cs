using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>Scores in float32, register-blocked; the minima and a proven error bound leave a row one candidate, or doubles decide between those left.</summary>
/// <remarks>
/// Per block of rows: scores against all centers go to scratch that stays in the nearest caches, with minima of several; the least score of a row and the bound give a threshold below which
/// the answer must be; one scan finds the candidates. A block takes each step for all its rows, because one row's steps are a chain of latencies. Small shapes have the samples across the
/// lanes (<see cref="ColumnBlock{TLanes, TVector}"/>), others the centers (<see cref="PanelBlock{TLanes, TVector}"/>). The derivation is in docs/design/kernels.md.
/// </remarks>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
/// <param name="name">How the kernel is called.</param>
internal sealed unsafe class SimdKernel<TLanes, TVector>(string name) : IAssignmentKernel
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public PackedCenters Pack(ReadOnlySpan<double> centers, int centerCount, int featureCount, PackedCenters? reuse = null)
    {
        var packed = reuse as SimdCenters ?? new SimdCenters();
        if (ColumnBlock<TLanes, TVector>.Suits(centerCount, featureCount))
        {
            packed.SetColumns(centers, centerCount, featureCount, TLanes.Count);
        }
        else if (FeatureBlock<TLanes, TVector>.Suits(centerCount, featureCount))
        {
            packed.SetFeatures(centers, centerCount, featureCount, TLanes.Count, TLanes.PanelSize, FeatureTile<TLanes, TVector>.GroupSize);
        }
        else
        {
            packed.SetPanels(centers, centerCount, featureCount, TLanes.Count, TLanes.PanelSize);
        }

        return packed;
    }

    /// <inheritdoc/>
    public KernelWorkspace CreateWorkspace() => new SimdWorkspace();

    /// <inheritdoc/>
    public void Assign(ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, Span<int> labels, Span<double> squaredDistances, KernelWorkspace workspace) =>
        AssignBlocks(samples, sampleCount, centers, labels, squaredDistances, default, workspace);

    /// <inheritdoc/>
    public void AssignWithRivals(
        ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, Span<int> labels, Span<double> squaredDistances, Span<float> rivalDistances, KernelWorkspace workspace)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rivalDistances.Length, sampleCount);
        AssignBlocks(samples, sampleCount, centers, labels, squaredDistances, rivalDistances[..sampleCount], workspace);
    }

    /// <inheritdoc/>
    public void Measure(ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, ReadOnlySpan<int> labels, Span<double> squaredDistances)
    {
        var packed = Check(samples, sampleCount, centers, labels.Length, squaredDistances.Length);
        if (sampleCount > 0 && labels[..sampleCount].ContainsAnyExceptInRange(0, packed.CenterCount - 1))
        {
            throw new ArgumentOutOfRangeException(nameof(labels), "a label is not of a center");
        }

        fixed (float* rows = samples)
        fixed (int* label = labels)
        fixed (double* squaredDistance = squaredDistances, center = packed.Centers)
        {
            SquaredDistance.OfLabelled(rows, sampleCount, packed.FeatureCount, center, label, squaredDistance);
        }
    }

    private SimdCenters Check(ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, int labelCount, int squaredDistanceCount)
    {
        if (centers is not SimdCenters packed || packed.Width != TLanes.Count)
        {
            throw new ArgumentException($"The centers were not packed by the kernel '{Name}'.", nameof(centers));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Length, checked(sampleCount * packed.FeatureCount));
        ArgumentOutOfRangeException.ThrowIfLessThan(labelCount, sampleCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(squaredDistanceCount, sampleCount);
        return packed;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AssignBlocks(
        ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, Span<int> labels, Span<double> squaredDistances, Span<float> rivalDistances, KernelWorkspace workspace)
    {
        var packed = Check(samples, sampleCount, centers, labels.Length, squaredDistances.Length);
        var scratch = (SimdWorkspace)workspace;
        var d = packed.FeatureCount;
        var blockSize = packed.Form switch
        {
            KernelForm.Columns => ColumnBlock<TLanes, TVector>.Reserve(packed, scratch),
            KernelForm.Features => FeatureBlock<TLanes, TVector>.Reserve(packed, scratch),
            _ => PanelBlock<TLanes, TVector>.Reserve(packed, scratch),
        };
        fixed (float* rows = samples, rivals = rivalDistances)
        fixed (int* label = labels)
        fixed (double* squaredDistance = squaredDistances, center = packed.Centers)
        {
            for (var first = 0; first < sampleCount; first += blockSize)
            {
                var count = Math.Min(blockSize, sampleCount - first);
                var block = rows + ((nint)first * d);
                switch (packed.Form)
                {
                    case KernelForm.Columns:
                        ColumnBlock<TLanes, TVector>.Label(block, count, packed, scratch, label + first);
                        break;
                    case KernelForm.Features:
                        FeatureBlock<TLanes, TVector>.Label(block, count, packed, scratch, label + first);
                        break;
                    default:
                        PanelBlock<TLanes, TVector>.Label(block, count, packed, scratch, label + first);
                        break;
                }

                SquaredDistance.OfLabelled(block, count, d, center, label + first, squaredDistance + first);
                if (rivals is not null)
                {
                    RivalScan<TLanes, TVector>.Bound(count, packed, scratch, label + first, squaredDistance + first, rivals + first);
                }
            }
        }

        GC.KeepAlive(packed);
        GC.KeepAlive(scratch);
    }
}
