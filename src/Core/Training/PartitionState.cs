using System.Runtime.CompilerServices;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Where a partition's running centers stand: what was broadcast, what the partition's own rows add, and the centers that follow from both.</summary>
internal sealed class PartitionState
{
    private readonly PassContext context;
    private readonly int partition;
    private readonly PartitionScratch scratch;
    private double broadcastDecay = 1;
    private int openedBeforeMiniBatch;

    /// <summary>Starts from the broadcast.</summary>
    /// <param name="context">What every partition is given.</param>
    /// <param name="partition">The partition's index.</param>
    /// <param name="scratch">This thread's; its content is overwritten.</param>
    public PartitionState(PassContext context, int partition, PartitionScratch scratch)
    {
        this.context = context;
        this.partition = partition;
        this.scratch = scratch;
        (Own, Sample, CostSample) = context.Pool.Rent();
        scratch.Reserve(context.Broadcast.Means.Length);
        context.Broadcast.Means.CopyTo(scratch.Current);
        OpeningCost = context.Opening.Cost;
    }

    /// <summary>The statistics of the partition's own rows: the broadcast centers first, then those it opened.</summary>
    public RunningCenters Own { get; }

    /// <summary>Row-major (K, d): the running centers, each the weighted mean of the broadcast one and the partition's own rows.</summary>
    public ReadOnlySpan<double> Current => scratch.Current.AsSpan(0, Own.Count * context.FeatureCount);

    /// <summary>Rows read, skipped ones included.</summary>
    public long RowCount { get; private set; }

    /// <summary>Their weight.</summary>
    public double TotalWeight { get; set; }

    /// <summary>Weighted squared distances of the rows to the centers they were assigned to.</summary>
    public double PassSquaredDistances { get; set; }

    /// <summary>The same for the last tile.</summary>
    public double TileSquaredDistances { get; set; }

    /// <summary>f as it stands now.</summary>
    public double OpeningCost { get; private set; }

    /// <summary>Rows kept by sensitivity.</summary>
    public RowSample Sample { get; }

    /// <summary>Rows kept uniformly.</summary>
    public RowSample CostSample { get; }

    /// <summary>Marks where the centers opened in this mini-batch begin.</summary>
    public void BeginMiniBatch() => openedBeforeMiniBatch = Own.Count;

    /// <summary>A row that the rule lets open a center does so, unless a center opened earlier in the same mini-batch is near enough: the kernel has not seen that one yet.</summary>
    /// <param name="key">The row's key.</param>
    /// <param name="row">Length d.</param>
    /// <param name="weight">Its weight.</param>
    /// <param name="unit">Its keyed number.</param>
    /// <param name="label">Its nearest center as the kernel found it.</param>
    /// <param name="squaredDistance">To that center; in/out.</param>
    /// <returns>The center that the row belongs to.</returns>
    public int OpenOrJoin(long key, ReadOnlySpan<float> row, double weight, double unit, int label, ref double squaredDistance)
    {
        for (var j = openedBeforeMiniBatch; j < Own.Count; j++)
        {
            var toOpened = SquaredDistance.Between(row, Own.Mean(j));
            if (toOpened < squaredDistance)
            {
                squaredDistance = toOpened;
                label = j;
            }
        }

        if (!OpeningRule.Opens(OpeningCost, weight * squaredDistance, unit) || Own.Count - context.Broadcast.Count >= 2 * context.Opening.MostOpened)
        {
            return label;
        }

        Span<double> center = context.FeatureCount <= 512 ? stackalloc double[context.FeatureCount] : new double[context.FeatureCount];
        for (var i = 0; i < row.Length; i++)
        {
            center[i] = row[i];
        }

        squaredDistance = 0;
        return Own.Add(new CenterId(partition, key), 0, center, 0);
    }

    /// <summary>Takes the mini-batch's sums into the statistics, lets the past decay, and moves the centers.</summary>
    /// <param name="sums">Of the mini-batch, one entry a center.</param>
    /// <param name="rows">Rows in it: what the half-life counts.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void EndMiniBatch(CenterAccumulator sums, int rows)
    {
        if (rows == 0)
        {
            return;
        }

        var decay = Decay.Factor(rows, context.HalfLife);
        broadcastDecay *= decay;
        Own.Decay(decay);
        RowCount += rows;
        var d = context.FeatureCount;
        var broadcast = context.Broadcast;
        var mean = scratch.Mean;
        Grow();
        for (var j = 0; j < Own.Count; j++)
        {
            var weight = sums.ClusterWeights[j];
            if (!(weight > 0))
            {
                continue;
            }

            var center = scratch.Current.AsSpan(j * d, d);
            var sum = sums.ClusterSum(j);
            var moved = 0.0;
            for (var i = 0; i < d; i++)
            {
                mean[i] = sum[i] / weight;
                var difference = mean[i] - center[i];
                moved += difference * difference;
            }

            // Around their own mean the rows' error is less than around the center they were assigned to, by n |m - c|^2.
            Own.Absorb(j, weight, mean, Math.Max(0, sums.SquaredErrors[j] - (weight * moved)));
            MoveCurrent(j, j < broadcast.Count ? broadcast.Weights[j] * broadcastDecay : 0);
        }

        if (Own.Count - broadcast.Count > context.Opening.MostOpened)
        {
            OpeningCost = CenterClosing.CloseOpened(Own, broadcast.Count, context.Opening.MostOpened / 2, OpeningCost, out var map);
            Sample.Relabel(map);
            CostSample.Relabel(map);
            Grow();
            for (var j = 0; j < Own.Count; j++)
            {
                MoveCurrent(j, j < broadcast.Count ? broadcast.Weights[j] * broadcastDecay : 0);
            }
        }
    }

    private void Grow()
    {
        scratch.Reserve(Own.Count * context.FeatureCount);

        // Centers opened since start where their row is.
        for (var j = openedBeforeMiniBatch; j < Own.Count; j++)
        {
            Own.Mean(j).CopyTo(scratch.Current.AsSpan(j * context.FeatureCount));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MoveCurrent(int j, double broadcastWeight)
    {
        var center = scratch.Current.AsSpan(j * context.FeatureCount, context.FeatureCount);
        var own = Own.Mean(j);
        var ownWeight = Own.Weights[j];
        if (j >= context.Broadcast.Count)
        {
            own.CopyTo(center);
            return;
        }

        var from = context.Broadcast.Mean(j);
        var share = ownWeight > 0 ? ownWeight / (broadcastWeight + ownWeight) : 0;
        for (var i = 0; i < center.Length; i++)
        {
            center[i] = share == 1 ? own[i] : from[i] + (share * (own[i] - from[i]));
        }
    }
}

/// <summary>Arrays that serve one thread's partitions in turn.</summary>
/// <param name="featureCount">d.</param>
internal sealed class PartitionScratch(int featureCount)
{
    private double[] current = [];

    /// <summary>Row-major, at least (K, d): the running centers.</summary>
    public double[] Current => current;

    /// <summary>Length d: a mini-batch's mean.</summary>
    public double[] Mean { get; } = new double[featureCount];

    /// <summary>Makes room and keeps what is there.</summary>
    /// <param name="length">Values.</param>
    public void Reserve(int length)
    {
        if (current.Length < length)
        {
            Array.Resize(ref current, Math.Max(length, current.Length * 2));
        }
    }
}
