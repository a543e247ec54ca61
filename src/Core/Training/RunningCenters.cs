using System.Runtime.CompilerServices;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Who a center is, whoever holds it: centers of two summaries with the same id are the same center.</summary>
/// <param name="Partition">-1 for one of the initial centers, else the partition in which it was opened.</param>
/// <param name="Row">The initial center's index, or the key of the row that opened it.</param>
internal readonly record struct CenterId(long Partition, long Row) : IComparable<CenterId>
{
    /// <inheritdoc/>
    public int CompareTo(CenterId other) => (Partition, Row).CompareTo((other.Partition, other.Row));
}

/// <summary>Weighted running centers: each the exact mean of the rows that it stands for, with their weight and their squared error around it.</summary>
/// <remarks>Two sets of statistics of disjoint rows merge exactly (Chan, Golub and LeVeque 1979). All doubles; every loop in index order.</remarks>
internal sealed class RunningCenters
{
    private CenterId[] ids;
    private double[] weights;
    private double[] squaredErrors;
    private double[] means;

    /// <summary>Creates an empty set.</summary>
    /// <param name="capacity">Centers it holds before it grows.</param>
    /// <param name="featureCount">d.</param>
    public RunningCenters(int capacity, int featureCount)
    {
        FeatureCount = featureCount;
        ids = new CenterId[capacity];
        weights = new double[capacity];
        squaredErrors = new double[capacity];
        means = new double[checked((long)capacity * featureCount)];
    }

    /// <summary>d.</summary>
    public int FeatureCount { get; }

    /// <summary>K.</summary>
    public int Count { get; private set; }

    /// <summary>Length K.</summary>
    public ReadOnlySpan<CenterId> Ids => ids.AsSpan(0, Count);

    /// <summary>Length K: the weight of the rows that a center stands for.</summary>
    public Span<double> Weights => weights.AsSpan(0, Count);

    /// <summary>Length K: their weighted squared error around the mean.</summary>
    public Span<double> SquaredErrors => squaredErrors.AsSpan(0, Count);

    /// <summary>Row-major (K, d).</summary>
    public Span<double> Means => means.AsSpan(0, Count * FeatureCount);

    /// <summary>One mean.</summary>
    /// <param name="index">0 to K - 1.</param>
    /// <returns>Length d.</returns>
    public Span<double> Mean(int index) => means.AsSpan(index * FeatureCount, FeatureCount);

    /// <summary>Appends a center.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="weight">Weight of its rows.</param>
    /// <param name="mean">Length d.</param>
    /// <param name="squaredError">Around the mean.</param>
    /// <returns>Its index.</returns>
    public int Add(CenterId id, double weight, ReadOnlySpan<double> mean, double squaredError)
    {
        if (Count == ids.Length)
        {
            var capacity = Math.Max(4, Count * 2);
            Array.Resize(ref ids, capacity);
            Array.Resize(ref weights, capacity);
            Array.Resize(ref squaredErrors, capacity);
            Array.Resize(ref means, checked(capacity * FeatureCount));
        }

        ids[Count] = id;
        weights[Count] = weight;
        squaredErrors[Count] = squaredError;
        mean.CopyTo(means.AsSpan(Count * FeatureCount));
        return Count++;
    }

    /// <summary>Adds rows to a center.</summary>
    /// <param name="index">The center.</param>
    /// <param name="weight">The rows' weight; nothing happens at 0.</param>
    /// <param name="mean">Their mean, length d.</param>
    /// <param name="squaredError">Their squared error around their mean.</param>
    /// <remarks>
    /// With p = n / (N + n): c moves by p (m - c), which is the count-weighted update c &lt;- (1 - p) c + p m, and the error grows by the rows' own and by
    /// N p |m - c|^2. O(d).
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Absorb(int index, double weight, ReadOnlySpan<double> mean, double squaredError)
    {
        if (weight <= 0)
        {
            return;
        }

        var old = weights[index];
        var total = old + weight;
        var share = weight / total;
        var center = Mean(index);
        var moved = 0.0;
        for (var i = 0; i < center.Length; i++)
        {
            var difference = mean[i] - center[i];
            moved += difference * difference;
            center[i] = old > 0 ? center[i] + (share * difference) : mean[i];
        }

        weights[index] = total;
        squaredErrors[index] = old > 0 ? squaredErrors[index] + squaredError + (old * share * moved) : squaredError;
    }

    /// <summary>Lets weights decay.</summary>
    /// <param name="factor">0 to 1; multiplies every weight and squared error.</param>
    public void Decay(double factor)
    {
        if (factor == 1)
        {
            return;
        }

        for (var j = 0; j < Count; j++)
        {
            weights[j] *= factor;
            squaredErrors[j] *= factor;
        }
    }

    /// <summary>The sum of all squared errors, in the order of the centers.</summary>
    /// <returns>Not negative.</returns>
    public double TotalSquaredError()
    {
        var sum = 0.0;
        foreach (var error in SquaredErrors)
        {
            sum += error;
        }

        return sum;
    }

    /// <summary>What a center's rows cost around a point: s + w |m - c|^2.</summary>
    /// <param name="index">The center.</param>
    /// <param name="point">Length d.</param>
    /// <returns>The weighted squared error. O(d).</returns>
    public double ErrorAround(int index, ReadOnlySpan<double> point) => squaredErrors[index] + (weights[index] * SquaredDistance.BetweenCenters(Mean(index), point));

    /// <summary>The means rounded to float32: as points they can be assigned like rows.</summary>
    /// <returns>Row-major (K, d).</returns>
    public float[] RoundedMeans()
    {
        var rounded = new float[Means.Length];
        for (var i = 0; i < rounded.Length; i++)
        {
            rounded[i] = (float)means[i];
        }

        return rounded;
    }

    /// <summary>Removes all centers and keeps the memory.</summary>
    public void Clear() => Count = 0;

    /// <summary>Keeps some centers, in order.</summary>
    /// <param name="keep">Length K.</param>
    public void Retain(ReadOnlySpan<bool> keep)
    {
        var kept = 0;
        for (var j = 0; j < Count; j++)
        {
            if (!keep[j])
            {
                continue;
            }

            if (kept != j)
            {
                ids[kept] = ids[j];
                weights[kept] = weights[j];
                squaredErrors[kept] = squaredErrors[j];
                Mean(j).CopyTo(Mean(kept));
            }

            kept++;
        }

        Count = kept;
    }

    /// <summary>A copy.</summary>
    /// <param name="extraCapacity">Room for so many more.</param>
    /// <returns>Independent of this set.</returns>
    public RunningCenters Copy(int extraCapacity = 0)
    {
        var copy = new RunningCenters(Count + extraCapacity, FeatureCount) { Count = Count };
        ids.AsSpan(0, Count).CopyTo(copy.ids);
        weights.AsSpan(0, Count).CopyTo(copy.weights);
        squaredErrors.AsSpan(0, Count).CopyTo(copy.squaredErrors);
        Means.CopyTo(copy.means);
        return copy;
    }
}
