using System.Runtime.Intrinsics;
using KMeans.Gpu.Kernels;
using KMeans.Kernels;

namespace KMeans.Gpu;

/// <summary>From a device's proposals to labels and squared distances, on the CPU: the error bound accepts a proposal, or the CPU's kernel assigns the row.</summary>
/// <remarks>
/// The bound is the CPU kernels' own (docs/design/kernels.md): it allows for sums in any order, fused or not. A row whose second score is above the threshold has one candidate, and that is the answer; the others
/// are gathered and assigned by the kernel that decides such rows anyway. So no rounding of a device can change a label.
/// </remarks>
/// <param name="host">The CPU's kernel.</param>
/// <param name="featureCount">d.</param>
internal sealed unsafe class ProposalCheck(IAssignmentKernel host, int featureCount)
{
    /// <summary>Unproven rows that are assigned together.</summary>
    private const int MostPending = 256;

    private readonly KernelWorkspace workspace = host.CreateWorkspace();
    private readonly AlignedMemory<float> bounds = new();
    private readonly int[] pending = new int[MostPending];
    private readonly int[] pendingLabels = new int[MostPending];
    private readonly double[] pendingDistances = new double[MostPending];
    private float[] pendingRows = [];

    /// <summary>Decides. O(n d), and O(K d) for each row that is not proven.</summary>
    /// <param name="samples">Row-major (n, d) in.</param>
    /// <param name="proposals">Length n in.</param>
    /// <param name="centers">What the proposals were made with.</param>
    /// <param name="labels">Length n or more out.</param>
    /// <param name="squaredDistances">Length n or more out.</param>
    /// <returns>Rows that were not proven.</returns>
    public int Decide(ReadOnlySpan<float> samples, ReadOnlySpan<Proposal> proposals, GpuCenters centers, Span<int> labels, Span<double> squaredDistances)
    {
        var count = proposals.Length;
        var thresholds = Thresholds(proposals, centers);
        var unproven = 0;
        var waiting = 0;
        for (var r = 0; r < count; r++)
        {
            // Not so for a threshold that is not a number, nor for what no center's label can be.
            if (proposals[r].Second > thresholds[r] && (uint)proposals[r].Label < (uint)centers.CenterCount)
            {
                labels[r] = proposals[r].Label;
                continue;
            }

            pending[waiting++] = r;
            unproven++;
            if (waiting == MostPending)
            {
                Settle(samples, waiting, centers, labels);
                waiting = 0;
            }
        }

        Settle(samples, waiting, centers, labels);
        fixed (float* rows = samples)
        fixed (int* label = labels)
        fixed (double* squaredDistance = squaredDistances, center = centers.Centers)
        {
            SquaredDistance.OfLabelled(rows, count, featureCount, center, label, squaredDistance);
        }

        return unproven;
    }

    /// <summary>Assigns rows that the device did not take. O(n K d).</summary>
    /// <param name="samples">Row-major (n, d) in.</param>
    /// <param name="count">n.</param>
    /// <param name="centers">The centers.</param>
    /// <param name="labels">Length n or more out.</param>
    /// <param name="squaredDistances">Length n or more out.</param>
    /// <returns>Rows that doubles decided.</returns>
    public long OnHost(ReadOnlySpan<float> samples, int count, GpuCenters centers, Span<int> labels, Span<double> squaredDistances)
    {
        var before = workspace.NearTies;
        host.Assign(samples, count, centers.ForHost(host), labels, squaredDistances, workspace);
        return workspace.NearTies - before;
    }

    private float* Thresholds(ReadOnlySpan<Proposal> proposals, GpuCenters centers)
    {
        var padded = (proposals.Length + Lanes256.Count - 1) / Lanes256.Count * Lanes256.Count;
        var least = bounds.Reserve(3L * padded);
        var norms = least + padded;
        var thresholds = norms + padded;
        for (var r = 0; r < padded; r++)
        {
            (least[r], norms[r]) = r < proposals.Length ? (proposals[r].Least, proposals[r].SquaredNorm) : (0, 0);
        }

        new ErrorBound(centers).Thresholds<Lanes256, Vector256<float>>(least, norms, proposals.Length, thresholds);
        return thresholds;
    }

    private void Settle(ReadOnlySpan<float> samples, int count, GpuCenters centers, Span<int> labels)
    {
        if (count == 0)
        {
            return;
        }

        if (pendingRows.Length < count * featureCount)
        {
            pendingRows = new float[Math.Min(MostPending, 2 * count) * featureCount];
        }

        for (var i = 0; i < count; i++)
        {
            samples.Slice(pending[i] * featureCount, featureCount).CopyTo(pendingRows.AsSpan(i * featureCount));
        }

        OnHost(pendingRows, count, centers, pendingLabels, pendingDistances);
        for (var i = 0; i < count; i++)
        {
            labels[pending[i]] = pendingLabels[i];
        }
    }
}
