namespace KMeans.Kernels;

/// <summary>Finds the nearest center of each sample. Every implementation gives the same labels and the same bits of squared distance.</summary>
/// <remarks>
/// The contract, which <see cref="ScalarKernel"/> states in twenty lines: the label is the index j with the least D(x, c_j), the lowest on ties, and the
/// squared distance is that D, where D is <see cref="SquaredDistance"/>: double arithmetic in one fixed lane order. Fast kernels propose candidates in
/// float32 within a proven error bound and let D decide between them. Samples are finite. Thread-safe: all scratch is in the workspace.
/// </remarks>
public interface IAssignmentKernel
{
    /// <summary>"scalar", "vector128", "vector256", "vector512".</summary>
    string Name { get; }

    /// <summary>Packs centers into the layout that this kernel reads. Once a mini-batch; O(K d).</summary>
    /// <param name="centers">Row-major (K, d), double, finite, K at least 1.</param>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="reuse">A packing of this kernel that is no longer needed and whose buffers may be taken over, or null.</param>
    /// <returns>The packed centers; they keep a copy of the doubles.</returns>
    PackedCenters Pack(ReadOnlySpan<double> centers, int centerCount, int featureCount, PackedCenters? reuse = null);

    /// <summary>Creates scratch memory for one thread.</summary>
    /// <returns>To be passed to every call on that thread.</returns>
    KernelWorkspace CreateWorkspace();

    /// <summary>Assigns each sample to its nearest center. O(n K d).</summary>
    /// <param name="samples">Row-major (n, d) in.</param>
    /// <param name="sampleCount">n.</param>
    /// <param name="centers">Packed by this kernel.</param>
    /// <param name="labels">Length n out.</param>
    /// <param name="squaredDistances">Length n out, to the nearest center, double.</param>
    /// <param name="workspace">This thread's scratch.</param>
    void Assign(ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, Span<int> labels, Span<double> squaredDistances, KernelWorkspace workspace);

    /// <summary>
    /// The same, and for each sample a lower bound on the Euclidean distance to every center but its own, by which a later assignment may be proven without looking at those centers. O(n K d).
    /// </summary>
    /// <param name="samples">Row-major (n, d) in.</param>
    /// <param name="sampleCount">n.</param>
    /// <param name="centers">Packed by this kernel.</param>
    /// <param name="labels">Length n out.</param>
    /// <param name="squaredDistances">Length n out.</param>
    /// <param name="rivalDistances">Length n out: at most the distance to the nearest other center; 0 where nothing is known, infinity where there is no other. Not the same on every kernel.</param>
    /// <param name="workspace">This thread's scratch.</param>
    void AssignWithRivals(
        ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, Span<int> labels, Span<double> squaredDistances, Span<float> rivalDistances, KernelWorkspace workspace)
    {
        Assign(samples, sampleCount, centers, labels, squaredDistances, workspace);
        rivalDistances[..sampleCount].Clear();
    }

    /// <summary>The squared distances to centers that are known: the bits that <see cref="Assign"/> gives for the same labels. O(n d).</summary>
    /// <param name="samples">Row-major (n, d) in.</param>
    /// <param name="sampleCount">n.</param>
    /// <param name="centers">Packed by this kernel.</param>
    /// <param name="labels">Length n in, 0 to K - 1.</param>
    /// <param name="squaredDistances">Length n out.</param>
    void Measure(ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, ReadOnlySpan<int> labels, Span<double> squaredDistances)
    {
        var d = centers.FeatureCount;
        for (var i = 0; i < sampleCount; i++)
        {
            squaredDistances[i] = SquaredDistance.Between(samples.Slice(i * d, d), centers.Center(labels[i]));
        }
    }
}
