using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace KMeans.Kernels;

/// <summary>From the scores of a tile of rows to labels: the least score, the threshold of the error bound, the candidates below it, and doubles where they are several.</summary>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal static unsafe class CandidateScan<TLanes, TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    /// <summary>Panels whose hits fit in one word.</summary>
    private const int BlockSize = 64;

    /// <summary>Labels the rows of a tile. O(count (K + d)) and, for each near-tie, O(d) a candidate.</summary>
    /// <param name="rows">Row-major (count, d) in.</param>
    /// <param name="count">Rows.</param>
    /// <param name="centers">What the scores were made with.</param>
    /// <param name="scratch">The scores and their minima.</param>
    /// <param name="labels">Length count out.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Label(float* rows, int count, SimdCenters centers, SimdWorkspace scratch, int* labels)
    {
        for (nint r = 0; r < count; r++)
        {
            scratch.SquaredNorms[r] = SquaredNorm(rows + (r * centers.FeatureCount), centers.FeatureCount);
        }

        LabelWithNorms(rows, count, centers, scratch, labels);
    }

    /// <summary>The same where the squared norms are in the scratch already.</summary>
    /// <param name="rows">Row-major (count, d) in.</param>
    /// <param name="count">Rows.</param>
    /// <param name="centers">What the scores were made with.</param>
    /// <param name="scratch">The scores, their minima and the norms.</param>
    /// <param name="labels">Length count out.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LabelWithNorms(float* rows, int count, SimdCenters centers, SimdWorkspace scratch, int* labels)
    {
        for (nint r = 0; r < count; r++)
        {
            scratch.LeastScores[r] = LeastScore(scratch.Least + (r * scratch.LeastStride), centers.PanelCount);
        }

        new ErrorBound(centers).Thresholds<TLanes, TVector>(scratch.LeastScores, scratch.SquaredNorms, count, scratch.Thresholds);
        Choose(rows, count, centers, scratch, labels);
    }

    /// <summary>The only candidate of every row, or what doubles say.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Choose(float* rows, nint count, SimdCenters centers, SimdWorkspace scratch, int* labels)
    {
        var panelCount = centers.PanelCount;
        var lastSize = centers.VectorCount - ((panelCount - 1) * TLanes.PanelSize);
        var thresholds = scratch.Thresholds;
        var scores = scratch.Scores;
        var least = scratch.Least;
        var scoreStride = scratch.ScoreStride;
        var leastStride = scratch.LeastStride;
        for (nint r = 0; r < count; r++)
        {
            var candidates = Find(scores, least, panelCount, lastSize, TLanes.Broadcast(thresholds[r]), out var label);
            labels[r] = candidates == 1 ? label : NearTie.Decide(rows + (r * centers.FeatureCount), scores, 1, candidates == 0 ? float.NaN : thresholds[r], centers, scratch);
            scores += scoreStride;
            least += leastStride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float LeastScore(float* least, nint panelCount)
    {
        var minimum = TLanes.Load(least);
        for (var last = least + ((panelCount - 1) * TLanes.Count); least < last;)
        {
            least += TLanes.Count;
            minimum = TLanes.Min(minimum, TLanes.Load(least));
        }

        return TLanes.Least(minimum);
    }

    /// <summary>Counts the scores that are not above the limit; the label is the first in the last panel that has any.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Find(float* scores, float* least, int panelCount, int lastSize, TVector limit, out int label)
    {
        var candidates = 0;
        label = 0;
        for (var block = 0; block < panelCount; block += BlockSize)
        {
            // Which panels have a hit is collected without a branch, because the branch could not be predicted.
            var hits = 0UL;
            for (var panel = Math.Min(BlockSize, panelCount - block) - 1; panel >= 0; panel--)
            {
                hits = (hits << 1) | (TLanes.AtMost(TLanes.Load(least + ((nint)(block + panel) * TLanes.Count)), limit) != 0 ? 1UL : 0UL);
            }

            for (; hits != 0; hits &= hits - 1)
            {
                var panel = block + BitOperations.TrailingZeroCount(hits);
                var first = panel * TLanes.PanelSize * TLanes.Count;
                var found = FindInPanel(scores + first, panel == panelCount - 1 ? lastSize : TLanes.PanelSize, limit);
                candidates += BitOperations.PopCount(found);
                label = first + BitOperations.TrailingZeroCount(found);
            }
        }

        return candidates;
    }

    /// <summary>Bit j is set where score j of a panel is not above the limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong FindInPanel(float* scores, int vectorCount, TVector limit)
    {
        ulong found = TLanes.AtMost(TLanes.Load(scores), limit);
        for (var vector = 1; vector < vectorCount; vector++)
        {
            found |= (ulong)TLanes.AtMost(TLanes.Load(scores + (vector * TLanes.Count)), limit) << (vector * TLanes.Count);
        }

        return found;
    }

    /// <summary>|x|^2 in float32, in any order; the last values may be counted twice, since the bound only needs a number that is large enough. O(d).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float SquaredNorm(float* row, nint featureCount)
    {
        if (featureCount < TLanes.Count)
        {
            return ShortSquaredNorm(row, featureCount);
        }

        var last = row + featureCount - TLanes.Count;
        var x = TLanes.Load(last);
        var sum = TLanes.MultiplyAdd(x, x, TLanes.Broadcast(0));
        for (; row < last; row += TLanes.Count)
        {
            x = TLanes.Load(row);
            sum = TLanes.MultiplyAdd(x, x, sum);
        }

        return TLanes.Sum(sum);
    }

    /// <summary>The same for fewer values than a vector has.</summary>
    private static float ShortSquaredNorm(float* row, nint featureCount)
    {
        if (featureCount < Vector128<float>.Count)
        {
            var squaredNorm = 0f;
            for (nint i = 0; i < featureCount; i++)
            {
                squaredNorm += row[i] * row[i];
            }

            return squaredNorm;
        }

        var last = row + featureCount - Vector128<float>.Count;
        var x = Vector128.Load(last);
        var sum = x * x;
        for (; row < last; row += Vector128<float>.Count)
        {
            x = Vector128.Load(row);
            sum += x * x;
        }

        return Vector128.Sum(sum);
    }
}
