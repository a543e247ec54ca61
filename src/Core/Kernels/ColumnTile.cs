using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>The innermost loops with samples across the lanes: the scores of two vectors of samples against groups of six or four centers, in registers.</summary>
/// <remarks>
/// The mirror of <see cref="ScoreTile{TLanes, TVector}"/>: the samples are the transposed operand and the centers are read where they are. Of a group's scores the least two are kept, lane by lane;
/// nothing is horizontal. Twelve accumulators hide the latency of the multiply-adds. Each weight is read by two pointers that the compiler does not know to be equal, so that it is an operand
/// of the multiply-adds: a broadcast of its own would occupy units that the minima need. With 32 registers the scores of a group are taken when the next has begun, so that nothing waits for the last sums.
/// </remarks>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal static unsafe class ColumnTile<TLanes, TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    /// <summary>Features of a group that come before the scores of the group before are taken: of the first vector of samples, and of the second.</summary>
    private const int FeaturesBeforeFirst = 3;
    private const int FeaturesBeforeSecond = 6;

    private static nint Stride => 2 * TLanes.Count;

    private static bool HasManyRegisters => TLanes.Count == 16;

    /// <summary>Scores a tile of samples against centers. O(W K d).</summary>
    /// <param name="columns">Row-major (d, 2 W) in.</param>
    /// <param name="centers">Row by row.</param>
    /// <param name="leastTwo">Takes the scores.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Score(float* columns, SimdCenters centers, LeastTwo<TLanes, TVector> leastTwo)
    {
        nint d = centers.FeatureCount;
        nint fours = centers.SmallGroupCount;
        nint sixes = centers.GroupCount - fours;
        if (sixes > 0)
        {
            ScoreSixes(columns, d, centers.Weights, centers.Weights, centers.Starts, sixes, ref leastTwo);
        }

        if (fours > 0)
        {
            var weights = centers.Weights + (sixes * SimdCenters.GroupSize * d);
            ScoreFours(columns, d, weights, weights, centers.Starts + (sixes * SimdCenters.GroupSize), fours, ref leastTwo);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScoreSixes(float* columns, nint d, float* weights, float* sameWeights, float* starts, nint groupCount, ref LeastTwo<TLanes, TVector> output)
    {
        var leastTwo = output;
        var end = columns + (d * Stride);
        var early = HasManyRegisters ? columns + (Math.Min(d, FeaturesBeforeFirst) * Stride) : columns;
        var late = HasManyRegisters ? columns + (Math.Min(d, FeaturesBeforeSecond) * Stride) : columns;
        TVector p0 = default, p1 = default, p2 = default, p3 = default, p4 = default, p5 = default;
        TVector q0 = default, q1 = default, q2 = default, q3 = default, q4 = default, q5 = default;
        for (var group = groupCount; group > 0; group--)
        {
            var a0 = TLanes.Broadcast(starts[0]);
            var a1 = TLanes.Broadcast(starts[1]);
            var a2 = TLanes.Broadcast(starts[2]);
            var a3 = TLanes.Broadcast(starts[3]);
            var a4 = TLanes.Broadcast(starts[4]);
            var a5 = TLanes.Broadcast(starts[5]);
            var b0 = a0; var b1 = a1; var b2 = a2; var b3 = a3; var b4 = a4; var b5 = a5;
            var weights3 = weights + (3 * d);
            var same3 = sameWeights + (3 * d);
            var column = columns;
            if (HasManyRegisters)
            {
                for (; column < early; column += Stride)
                {
                    Six(column, weights++, weights3++, sameWeights++, same3++, d, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5);
                }

                if (group < groupCount)
                {
                    leastTwo.TakeSix(p0, p1, p2, p3, p4, p5, 0);
                }

                for (; column < late; column += Stride)
                {
                    Six(column, weights++, weights3++, sameWeights++, same3++, d, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5);
                }

                if (group < groupCount)
                {
                    leastTwo.TakeSix(q0, q1, q2, q3, q4, q5, TLanes.Count);
                    leastTwo.Pass(SimdCenters.GroupSize);
                }
            }

            for (; column < end; column += Stride)
            {
                Six(column, weights++, weights3++, sameWeights++, same3++, d, ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref b0, ref b1, ref b2, ref b3, ref b4, ref b5);
            }

            weights += 5 * d;
            sameWeights += 5 * d;
            starts += SimdCenters.GroupSize;
            if (HasManyRegisters)
            {
                p0 = a0; p1 = a1; p2 = a2; p3 = a3; p4 = a4; p5 = a5;
                q0 = b0; q1 = b1; q2 = b2; q3 = b3; q4 = b4; q5 = b5;
                continue;
            }

            leastTwo.TakeSix(a0, a1, a2, a3, a4, a5, 0);
            leastTwo.TakeSix(b0, b1, b2, b3, b4, b5, TLanes.Count);
            leastTwo.Pass(SimdCenters.GroupSize);
        }

        if (HasManyRegisters)
        {
            leastTwo.TakeSix(p0, p1, p2, p3, p4, p5, 0);
            leastTwo.TakeSix(q0, q1, q2, q3, q4, q5, TLanes.Count);
            leastTwo.Pass(SimdCenters.GroupSize);
        }

        output = leastTwo;
    }

    /// <summary>The same for groups of four: eight accumulators still cover the latency of two units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScoreFours(float* columns, nint d, float* weights, float* sameWeights, float* starts, nint groupCount, ref LeastTwo<TLanes, TVector> output)
    {
        var leastTwo = output;
        var end = columns + (d * Stride);
        var early = HasManyRegisters ? columns + (Math.Min(d, FeaturesBeforeFirst) * Stride) : columns;
        var late = HasManyRegisters ? columns + (Math.Min(d, FeaturesBeforeSecond) * Stride) : columns;
        TVector p0 = default, p1 = default, p2 = default, p3 = default;
        TVector q0 = default, q1 = default, q2 = default, q3 = default;
        for (var group = groupCount; group > 0; group--)
        {
            var a0 = TLanes.Broadcast(starts[0]);
            var a1 = TLanes.Broadcast(starts[1]);
            var a2 = TLanes.Broadcast(starts[2]);
            var a3 = TLanes.Broadcast(starts[3]);
            var b0 = a0; var b1 = a1; var b2 = a2; var b3 = a3;
            var weights2 = weights + (2 * d);
            var same2 = sameWeights + (2 * d);
            var column = columns;
            if (HasManyRegisters)
            {
                for (; column < early; column += Stride)
                {
                    Four(column, weights++, weights2++, sameWeights++, same2++, d, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1, ref b2, ref b3);
                }

                if (group < groupCount)
                {
                    leastTwo.TakeFour(p0, p1, p2, p3, 0);
                }

                for (; column < late; column += Stride)
                {
                    Four(column, weights++, weights2++, sameWeights++, same2++, d, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1, ref b2, ref b3);
                }

                if (group < groupCount)
                {
                    leastTwo.TakeFour(q0, q1, q2, q3, TLanes.Count);
                    leastTwo.Pass(SimdCenters.SmallGroupSize);
                }
            }

            for (; column < end; column += Stride)
            {
                Four(column, weights++, weights2++, sameWeights++, same2++, d, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1, ref b2, ref b3);
            }

            weights += 3 * d;
            sameWeights += 3 * d;
            starts += SimdCenters.SmallGroupSize;
            if (HasManyRegisters)
            {
                p0 = a0; p1 = a1; p2 = a2; p3 = a3;
                q0 = b0; q1 = b1; q2 = b2; q3 = b3;
                continue;
            }

            leastTwo.TakeFour(a0, a1, a2, a3, 0);
            leastTwo.TakeFour(b0, b1, b2, b3, TLanes.Count);
            leastTwo.Pass(SimdCenters.SmallGroupSize);
        }

        if (HasManyRegisters)
        {
            leastTwo.TakeFour(p0, p1, p2, p3, 0);
            leastTwo.TakeFour(q0, q1, q2, q3, TLanes.Count);
            leastTwo.Pass(SimdCenters.SmallGroupSize);
        }

        output = leastTwo;
    }

    /// <summary>One feature of a tile against six centers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Six(
        float* column, float* weights, float* weights3, float* sameWeights, float* same3, nint d,
        ref TVector a0, ref TVector a1, ref TVector a2, ref TVector a3, ref TVector a4, ref TVector a5,
        ref TVector b0, ref TVector b1, ref TVector b2, ref TVector b3, ref TVector b4, ref TVector b5)
    {
        var x = TLanes.Load(column);
        var y = TLanes.Load(column + TLanes.Count);
        One(x, y, weights, sameWeights, ref a0, ref b0);
        One(x, y, weights + d, sameWeights + d, ref a1, ref b1);
        One(x, y, weights + (2 * d), sameWeights + (2 * d), ref a2, ref b2);
        One(x, y, weights3, same3, ref a3, ref b3);
        One(x, y, weights3 + d, same3 + d, ref a4, ref b4);
        One(x, y, weights3 + (2 * d), same3 + (2 * d), ref a5, ref b5);
    }

    /// <summary>The same against four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(
        float* column, float* weights, float* weights2, float* sameWeights, float* same2, nint d,
        ref TVector a0, ref TVector a1, ref TVector a2, ref TVector a3, ref TVector b0, ref TVector b1, ref TVector b2, ref TVector b3)
    {
        var x = TLanes.Load(column);
        var y = TLanes.Load(column + TLanes.Count);
        One(x, y, weights, sameWeights, ref a0, ref b0);
        One(x, y, weights + d, sameWeights + d, ref a1, ref b1);
        One(x, y, weights2, same2, ref a2, ref b2);
        One(x, y, weights2 + d, same2 + d, ref a3, ref b3);
    }

    /// <summary>One feature against one center: where the weight is an operand, the second multiply-add reads it by the second pointer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One(TVector x, TVector y, float* weight, float* sameWeight, ref TVector a, ref TVector b)
    {
        var w = TLanes.Broadcast(*weight);
        a = TLanes.MultiplyAdd(x, w, a);
        b = TLanes.MultiplyAdd(y, HasManyRegisters ? TLanes.Broadcast(*sameWeight) : w, b);
    }
}
