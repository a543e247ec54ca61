using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KMeans.Kernels;

/// <summary>Weighted sums, weights and squared errors of labelled samples, per center, in double.</summary>
/// <remarks>
/// clusterSums_j += w x, clusterWeights_j += w, squaredErrors_j += w D and counts_j += 1, row by row in the order given, each product rounded before it is added. Vectors run
/// across the features, each of which is its own sum: the bits do not depend on the width. They do depend on the order of the rows, so a caller adds rows in fixed blocks and merges
/// the blocks' accumulators with <see cref="Merge"/> in a tree that is fixed by the block numbers. Overflows to infinity like any sum of doubles. Not thread-safe: one for each worker.
/// </remarks>
public sealed class CenterAccumulator
{
    private AlignedMemory<double> clusterSums = new();
    private int capacity;
    private double[] clusterWeights = [];
    private double[] squaredErrors = [];
    private long[] counts = [];

    /// <summary>Makes an empty accumulator.</summary>
    /// <param name="centerCount">K, at least 1.</param>
    /// <param name="featureCount">d, at least 1.</param>
    public CenterAccumulator(int centerCount, int featureCount)
    {
        Reset(centerCount, featureCount);
    }

    /// <summary>K.</summary>
    public int CenterCount { get; private set; }

    /// <summary>d.</summary>
    public int FeatureCount { get; private set; }

    /// <summary>Row-major (K, d): sums of w x.</summary>
    public ReadOnlySpan<double> ClusterSums => clusterSums.Slice(0, CenterCount * FeatureCount);

    /// <summary>Length K: sums of w.</summary>
    public ReadOnlySpan<double> ClusterWeights => clusterWeights.AsSpan(0, CenterCount);

    /// <summary>Length K: sums of w D(x, c).</summary>
    public ReadOnlySpan<double> SquaredErrors => squaredErrors.AsSpan(0, CenterCount);

    /// <summary>Length K: rows with a weight other than 0.</summary>
    public ReadOnlySpan<long> Counts => counts.AsSpan(0, CenterCount);

    /// <summary>Empties it, for these or other shapes; the memory is kept where it suffices. O(K d).</summary>
    /// <param name="centerCount">K, at least 1.</param>
    /// <param name="featureCount">d, at least 1.</param>
    public void Reset(int centerCount, int featureCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(centerCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(featureCount, 1);
        var length = checked(centerCount * featureCount);
        CenterCount = centerCount;
        FeatureCount = featureCount;
        Reserve(length);
        clusterSums.Slice(0, length).Clear();
        Empty(ref clusterWeights, centerCount);
        Empty(ref squaredErrors, centerCount);
        Empty(ref counts, centerCount);
    }

    /// <summary>Makes room for further centers, which begin empty; what was added stays. O(K d) where memory must be taken.</summary>
    /// <param name="centerCount">K, no less than before.</param>
    public void Grow(int centerCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(centerCount, CenterCount);
        var length = checked(centerCount * FeatureCount);
        if (capacity < length || clusterWeights.Length < centerCount)
        {
            var room = Math.Max(centerCount, 2 * CenterCount);
            var before = clusterSums;
            (clusterSums, capacity) = (new(), 0);
            Reserve(checked(room * FeatureCount));
            before.Slice(0, CenterCount * FeatureCount).CopyTo(clusterSums.Slice(0, CenterCount * FeatureCount));
            Array.Resize(ref clusterWeights, room);
            Array.Resize(ref squaredErrors, room);
            Array.Resize(ref counts, room);
        }

        // What lies beyond the last center may be left from an earlier, larger shape.
        clusterSums.Slice(CenterCount * FeatureCount, length - (CenterCount * FeatureCount)).Clear();
        clusterWeights.AsSpan(CenterCount, centerCount - CenterCount).Clear();
        squaredErrors.AsSpan(CenterCount, centerCount - CenterCount).Clear();
        counts.AsSpan(CenterCount, centerCount - CenterCount).Clear();
        CenterCount = centerCount;
    }

    /// <summary>The sums of one center.</summary>
    /// <param name="center">0 to K - 1.</param>
    /// <returns>Length d: sums of w x.</returns>
    public ReadOnlySpan<double> ClusterSum(int center) => ClusterSums.Slice(center * FeatureCount, FeatureCount);

    /// <summary>Adds a run of labelled samples, first to last. O(n d).</summary>
    /// <param name="samples">Row-major (n, d) in.</param>
    /// <param name="sampleCount">n.</param>
    /// <param name="labels">Length n in, 0 to K - 1.</param>
    /// <param name="squaredDistances">Length n in.</param>
    /// <param name="sampleWeights">Length n in, or empty: all 1. A row of weight 0 changes nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">A span is shorter than n rows.</exception>
    /// <exception cref="IndexOutOfRangeException">A label is not of a center; the rows before it have been added.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<float> samples, int sampleCount, ReadOnlySpan<int> labels, ReadOnlySpan<double> squaredDistances, ReadOnlySpan<double> sampleWeights)
    {
        var d = FeatureCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Length, checked(sampleCount * d));
        ArgumentOutOfRangeException.ThrowIfLessThan(labels.Length, sampleCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(squaredDistances.Length, sampleCount);
        if (!sampleWeights.IsEmpty)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(sampleWeights.Length, sampleCount);
        }

        var weights = clusterWeights.AsSpan(0, CenterCount);
        var sums = clusterSums.Slice(0, CenterCount * d);
        for (var i = 0; i < sampleCount; i++)
        {
            var weight = sampleWeights.IsEmpty ? 1 : sampleWeights[i];
            if (weight == 0)
            {
                continue;
            }

            var label = labels[i];
            weights[label] += weight;
            squaredErrors[label] += weight * squaredDistances[i];
            counts[label]++;
            AddScaled(sums.Slice(label * d, d), samples.Slice(i * d, d), weight);
        }
    }

    /// <summary>Adds another accumulator of the same shape: one addition for each number. O(K d).</summary>
    /// <param name="other">The right-hand operand: for the same bits, always merge the same pairs.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Merge(CenterAccumulator other)
    {
        if (other.CenterCount != CenterCount || other.FeatureCount != FeatureCount)
        {
            throw new ArgumentException($"An accumulator of {other.CenterCount} x {other.FeatureCount} cannot be merged into one of {CenterCount} x {FeatureCount}.", nameof(other));
        }

        AddTo(clusterSums.Slice(0, CenterCount * FeatureCount), other.ClusterSums);
        AddTo(clusterWeights, other.ClusterWeights);
        AddTo(squaredErrors, other.SquaredErrors);
        for (var j = 0; j < CenterCount; j++)
        {
            counts[j] += other.counts[j];
        }
    }

    /// <summary>sums_i += weight * x_i. Inlined, because for few features a call costs as much as the sums.</summary>
    /// <param name="sums">Length d in/out.</param>
    /// <param name="sample">Length d in.</param>
    /// <param name="weight">Each product is rounded before it is added.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddScaled(Span<double> sums, ReadOnlySpan<float> sample, double weight)
    {
        ref var sum = ref MemoryMarshal.GetReference(sums);
        ref var x = ref MemoryMarshal.GetReference(sample);
        var i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var factor = Vector512.Create(weight);
            for (; i <= sums.Length - Vector512<double>.Count; i += Vector512<double>.Count)
            {
                var values = SquaredDistance.Widen512(in Unsafe.Add(ref x, i));
                (Vector512.LoadUnsafe(ref sum, (nuint)i) + (values * factor)).StoreUnsafe(ref sum, (nuint)i);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            var factor = Vector256.Create(weight);
            for (; i <= sums.Length - Vector256<double>.Count; i += Vector256<double>.Count)
            {
                var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref x, (nuint)i));
                (Vector256.LoadUnsafe(ref sum, (nuint)i) + (Vector256.Create(low, high) * factor)).StoreUnsafe(ref sum, (nuint)i);
            }
        }

        for (; i < sums.Length; i++)
        {
            var product = weight * sample[i];
            sums[i] += product;
        }
    }

    /// <summary>Vectors of sums that begin on a cache line are loaded and stored in one piece each: half of the time.</summary>
    private unsafe void Reserve(int length)
    {
        if (capacity < length)
        {
            clusterSums.Reserve(length);
            capacity = length;
        }
    }

    private static void AddTo(Span<double> sums, ReadOnlySpan<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            sums[i] += values[i];
        }
    }

    private static void Empty<T>(ref T[] values, int length)
    {
        if (values.Length < length)
        {
            values = new T[length];
        }
        else
        {
            values.AsSpan(0, length).Clear();
        }
    }
}
