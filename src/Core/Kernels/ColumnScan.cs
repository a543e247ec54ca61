using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KMeans.Kernels;

/// <summary>From the scores of a tile with samples across the lanes to labels; the mirror of <see cref="CandidateScan{TLanes, TVector}"/>.</summary>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal static unsafe class ColumnScan<TLanes, TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    /// <summary>A code is this for every hit, plus its index.</summary>
    private const int OneHit = 1 << 16;

    /// <summary>Up to so many centers every score is compared with the threshold; beyond, the minima of groups are, and then the group's scores.</summary>
    private const int DirectCenterCount = 128;

    private static nint Stride => 2 * TLanes.Count;

    /// <summary>The least score of every row.</summary>
    /// <param name="least">Row-major (G, 2 W) in.</param>
    /// <param name="groupCount">G.</param>
    /// <param name="leastScores">Length 2 W out.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LeastScores(float* least, nint groupCount, float* leastScores)
    {
        var first = TLanes.Load(least);
        var second = TLanes.Load(least + TLanes.Count);
        for (nint g = 1; g < groupCount; g++)
        {
            first = TLanes.Min(first, TLanes.Load(least + (g * Stride)));
            second = TLanes.Min(second, TLanes.Load(least + (g * Stride) + TLanes.Count));
        }

        TLanes.Store(first, leastScores);
        TLanes.Store(second, leastScores + TLanes.Count);
    }

    /// <summary>Labels the rows of a tile. O(W K) and, for each near-tie, O(d) a candidate.</summary>
    /// <param name="rows">Row-major (count, d) in.</param>
    /// <param name="count">Rows.</param>
    /// <param name="centers">What the scores were made with.</param>
    /// <param name="scores">Row-major (6 G, 2 W) in.</param>
    /// <param name="least">Row-major (G, 2 W) in.</param>
    /// <param name="thresholds">Length 2 W in.</param>
    /// <param name="codes">Length 2 W, scratch.</param>
    /// <param name="scratch">Counts near-ties.</param>
    /// <param name="labels">Length count out.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Label(
        float* rows, int count, SimdCenters centers, float* scores, float* least, float* thresholds, int* codes, SimdWorkspace scratch, int* labels)
    {
        if (centers.CenterCount <= DirectCenterCount)
        {
            Find(scores, centers.CenterCount, thresholds, codes);
        }
        else
        {
            Find(least, centers.GroupCount, thresholds, codes);
            FindInGroups(scores, centers, thresholds, codes);
        }

        if (count == Stride && StoreLabels(codes, labels))
        {
            return;
        }

        for (nint r = 0; r < count; r++)
        {
            var code = codes[r];
            labels[r] = code & (OneHit - 1);
            if (code >> 16 != 1)
            {
                labels[r] = NearTie.Decide(rows + (r * centers.FeatureCount), scores + r, Stride, code == 0 ? float.NaN : thresholds[r], centers, scratch);
            }
        }
    }

    /// <summary>Writes the indices of a tile's codes; true where every code is of one hit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool StoreLabels(int* codes, int* labels)
    {
        var indexBits = Vector128.Create(OneHit - 1);
        var other = Vector128<int>.Zero;
        for (nint r = 0; r < Stride; r += Vector128<int>.Count)
        {
            var code = Vector128.Load(codes + r);
            (code & indexBits).Store(labels + r);
            other |= Vector128.AndNot(code ^ Vector128.Create(OneHit), indexBits);
        }

        return other == Vector128<int>.Zero;
    }

    /// <summary>For every row the codes of the values that are not above its threshold, summed: their number, and where that is 1, the index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Find(float* values, nint count, float* thresholds, int* codes)
    {
        var firstLimit = TLanes.Load(thresholds);
        var secondLimit = TLanes.Load(thresholds + TLanes.Count);
        var first = TLanes.Broadcast(0);
        var second = first;
        var one = TLanes.Broadcast(BitConverter.Int32BitsToSingle(1));
        var code = TLanes.Broadcast(BitConverter.Int32BitsToSingle(OneHit));
        for (var end = values + (count * Stride); values < end; values += Stride)
        {
            first = TLanes.AddWhereAtMost(TLanes.Load(values), firstLimit, code, first);
            second = TLanes.AddWhereAtMost(TLanes.Load(values + TLanes.Count), secondLimit, code, second);
            code = TLanes.AddIntegers(code, one);
        }

        TLanes.Store(first, (float*)codes);
        TLanes.Store(second, (float*)(codes + TLanes.Count));
    }

    /// <summary>For every row from the only group with hits to the code of its hits; several groups stay several hits. Without branches, which could not be predicted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FindInGroups(float* scores, SimdCenters centers, float* thresholds, int* codes)
    {
        var sixes = centers.GroupCount - centers.SmallGroupCount;
        if (!Avx2.IsSupported)
        {
            for (nint r = 0; r < Stride; r++)
            {
                codes[r] = FindInGroup(scores + r, sixes, codes[r], thresholds[r]);
            }

            return;
        }

        for (nint r = 0; r < Stride; r += Vector256<int>.Count)
        {
            var groupCode = Vector256.Load(codes + r);
            var threshold = Vector256.Load(thresholds + r);
            var isOne = Vector256.Equals(groupCode >>> 16, Vector256<int>.One);
            var group = groupCode & Vector256.Create(OneHit - 1) & isOne;
            var center = (group * SimdCenters.GroupSize) - (Vector256.Max(group - Vector256.Create(sixes), Vector256<int>.Zero) * (SimdCenters.GroupSize - SimdCenters.SmallGroupSize));
            var place = (center * (int)Stride) + Vector256<int>.Indices;
            var code = center + Vector256.Create(OneHit);
            var sum = Vector256<int>.Zero;
            var score = scores + r;
            for (var i = 0; i < SimdCenters.GroupSize; i++)
            {
                sum += Vector256.LessThanOrEqual(Avx2.GatherVector256(score, place, sizeof(float)), threshold).AsInt32() & code;
                code += Vector256<int>.One;
                score += Stride;
            }

            Vector256.ConditionalSelect(isOne, sum, groupCode).Store(codes + r);
        }
    }

    /// <summary>The same for one row. After the last scores of a small group come another group's, which has no hits, or the guard's.</summary>
    private static int FindInGroup(float* scores, int sixes, int groupCode, float threshold)
    {
        if (groupCode >> 16 != 1)
        {
            return groupCode;
        }

        var group = groupCode & (OneHit - 1);
        var center = (group * SimdCenters.GroupSize) - (Math.Max(group - sixes, 0) * (SimdCenters.GroupSize - SimdCenters.SmallGroupSize));
        var code = 0;
        for (var i = center; i < center + SimdCenters.GroupSize; i++)
        {
            code += scores[i * Stride] <= threshold ? OneHit + i : 0;
        }

        return code;
    }
}
