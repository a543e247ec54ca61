using System.Numerics;
using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>Scores in float32, register-blocked; the minima and a proven error bound leave a row one candidate, or doubles decide between those left.</summary>
/// <remarks>
/// Per tile of R rows: scores against all centers go to scratch that stays in the first-level cache, with the lane-wise minima of every two vectors; per row the least score
/// and the bound give a threshold below which the answer must be; one scan of the minima finds the candidates. The derivation is in docs/design/kernels.md.
/// </remarks>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
/// <typeparam name="TTile">The innermost loops.</typeparam>
internal sealed unsafe class SimdKernel<TLanes, TVector, TTile>(string name) : IAssignmentKernel
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
    where TTile : struct, IScoreTile
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public PackedCenters Pack(ReadOnlySpan<double> centers, int centerCount, int featureCount, PackedCenters? reuse = null)
    {
        var packed = reuse as SimdCenters ?? new SimdCenters();
        packed.Set(centers, centerCount, featureCount, TLanes.Count);
        return packed;
    }

    /// <inheritdoc/>
    public KernelWorkspace CreateWorkspace() => new SimdWorkspace();

    /// <inheritdoc/>
    public void Assign(ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, Span<int> labels, Span<double> squaredDistances, KernelWorkspace workspace)
    {
        var packed = (SimdCenters)centers;
        var scratch = (SimdWorkspace)workspace;
        var d = packed.FeatureCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Length, checked(sampleCount * d));
        ArgumentOutOfRangeException.ThrowIfLessThan(labels.Length, sampleCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(squaredDistances.Length, sampleCount);
        scratch.Reserve(TTile.RowCount, packed.VectorCount, TLanes.Count, d);
        fixed (float* rows = samples)
        {
            for (var first = 0; first < sampleCount; first += TTile.RowCount)
            {
                var count = Math.Min(TTile.RowCount, sampleCount - first);
                var tile = rows + ((nint)first * d);
                Score(count == TTile.RowCount ? tile : scratch.Pad(tile, count, TTile.RowCount, d), packed, scratch);
                for (var r = 0; r < count; r++)
                {
                    var sample = samples.Slice((first + r) * d, d);
                    var label = Decide(sample, tile + ((nint)r * d), r, packed, scratch);
                    labels[first + r] = label;
                    squaredDistances[first + r] = SquaredDistance.Between(sample, packed.Center(label));
                }
            }
        }

        GC.KeepAlive(packed);
        GC.KeepAlive(scratch);
    }

    /// <summary>All scores of one tile of rows, to scratch.</summary>
    private static void Score(float* rows, SimdCenters centers, SimdWorkspace scratch)
    {
        nint d = centers.FeatureCount;
        nint pairWidth = 2 * TLanes.Count;
        var panel = centers.Panels;
        var start = centers.Starts;
        var scores = scratch.Scores;
        var least = scratch.Least;
        for (var pair = centers.VectorCount / 2; pair > 0; pair--)
        {
            TTile.ScorePair(rows, d, d, panel, start, scores, scratch.ScoreStride, least, scratch.LeastStride);
            panel += pairWidth * d;
            start += pairWidth;
            scores += pairWidth;
            least += TLanes.Count;
        }

        if (centers.VectorCount % 2 != 0)
        {
            TTile.ScoreSingle(rows, d, d, panel, start, scores, scratch.ScoreStride);
        }
    }

    /// <summary>The label of one row from its scores.</summary>
    private static int Decide(ReadOnlySpan<float> sample, float* row, int r, SimdCenters centers, SimdWorkspace scratch)
    {
        var scores = scratch.Scores + (r * scratch.ScoreStride);
        var least = scratch.Least + (r * scratch.LeastStride);
        var pairs = centers.VectorCount / 2;
        var odd = centers.VectorCount % 2 != 0;
        var minimum = odd ? TLanes.Load(scores + (pairs * 2 * TLanes.Count)) : TLanes.Load(least);
        for (nint pair = 0; pair < pairs; pair++)
        {
            minimum = TLanes.Min(minimum, TLanes.Load(least + (pair * TLanes.Count)));
        }

        var threshold = ErrorBound.Threshold(TLanes.Least(minimum), SquaredNorm(row, centers.FeatureCount), centers);
        var limit = TLanes.Broadcast(threshold);
        var candidates = 0;
        var label = 0;
        for (nint pair = 0; pair < pairs; pair++)
        {
            if (TLanes.AtMost(TLanes.Load(least + (pair * TLanes.Count)), limit) != 0)
            {
                var first = scores + (pair * 2 * TLanes.Count);
                var found = TLanes.AtMost(TLanes.Load(first), limit) | (ulong)TLanes.AtMost(TLanes.Load(first + TLanes.Count), limit) << TLanes.Count;
                candidates += BitOperations.PopCount(found);
                label = (int)(pair * 2 * TLanes.Count) + BitOperations.TrailingZeroCount(found);
            }
        }

        if (odd)
        {
            var found = TLanes.AtMost(TLanes.Load(scores + (pairs * 2 * TLanes.Count)), limit);
            if (found != 0)
            {
                candidates += BitOperations.PopCount(found);
                label = (pairs * 2 * TLanes.Count) + BitOperations.TrailingZeroCount(found);
            }
        }

        return candidates == 1 ? label : DecideInDouble(sample, scores, candidates == 0 ? float.NaN : threshold, centers, scratch);
    }

    /// <summary>The lowest index with the least double distance, of the centers whose score is not above the threshold; of all centers for a threshold of NaN.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int DecideInDouble(ReadOnlySpan<float> sample, float* scores, float threshold, SimdCenters centers, SimdWorkspace scratch)
    {
        scratch.CountNearTie();
        var label = 0;
        var least = double.PositiveInfinity;
        for (var j = 0; j < centers.CenterCount; j++)
        {
            if (scores[j] > threshold)
            {
                continue;
            }

            var squaredDistance = SquaredDistance.Between(sample, centers.Center(j));
            if (squaredDistance < least)
            {
                least = squaredDistance;
                label = j;
            }
        }

        return label;
    }

    /// <summary>|x|^2 in float32, any order. O(d).</summary>
    private static float SquaredNorm(float* row, nint featureCount)
    {
        var sum = TLanes.Broadcast(0);
        nint i = 0;
        for (; i <= featureCount - TLanes.Count; i += TLanes.Count)
        {
            var x = TLanes.Load(row + i);
            sum = TLanes.MultiplyAdd(x, x, sum);
        }

        var squaredNorm = TLanes.Sum(sum);
        for (; i < featureCount; i++)
        {
            squaredNorm += row[i] * row[i];
        }

        return squaredNorm;
    }
}
