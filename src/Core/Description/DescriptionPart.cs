using KMeans.Training;

namespace KMeans.Description;

/// <summary>What is noted of rows to describe clusters by. Parts of disjoint rows merge; merged in a fixed order they give the same bits.</summary>
/// <param name="clusterCount">k.</param>
/// <param name="featureCount">d.</param>
/// <param name="sample">An empty sample of the rows to draw.</param>
/// <param name="seed">What the sample is drawn by.</param>
internal sealed class DescriptionPart(int clusterCount, int featureCount, RowSample sample, long seed)
{
    private readonly CounterRandom random = new(seed, RandomPurpose.ReportRows);
    private readonly double[] sums = new double[featureCount];
    private readonly double[] squaredSums = new double[featureCount];
    private double ssd;

    /// <summary>Rows that count.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows passed over because a value is missing.</summary>
    public long SkippedRows { get; private set; }

    /// <summary>Their weight.</summary>
    public double Weight { get; private set; }

    /// <summary>The weighted mean of the squared distances; 0 without rows.</summary>
    public double Msd => Weight > 0 ? ssd / Weight : 0;

    /// <summary>Length k: the distances of each cluster's rows.</summary>
    public RadiusHistogram[] Radii { get; } = Make(clusterCount, () => new RadiusHistogram());

    /// <summary>Length k: the rows nearest to each center.</summary>
    public NearestRows[] Nearest { get; } = Make(clusterCount, () => new NearestRows());

    /// <summary>A uniform sample of the rows, labelled by cluster.</summary>
    public RowSample Sample => sample;

    /// <summary>Notes that rows were passed over.</summary>
    /// <param name="count">How many.</param>
    public void Skip(long count) => SkippedRows += count;

    /// <summary>Adds a row. O(d).</summary>
    /// <param name="key">Its key.</param>
    /// <param name="partition">Where it was read: see <see cref="CandidateRow"/>.</param>
    /// <param name="segment">The part of the partition.</param>
    /// <param name="row">Its position in it.</param>
    /// <param name="values">Length d, in the model's space.</param>
    /// <param name="weight">Its weight; a row without any is passed over.</param>
    /// <param name="label">Its cluster.</param>
    /// <param name="squaredDistance">To the cluster's center.</param>
    public void Add(long key, int partition, int segment, long row, ReadOnlySpan<float> values, double weight, int label, double squaredDistance)
    {
        if (!(weight > 0))
        {
            return;
        }

        Rows++;
        Weight += weight;
        ssd += weight * squaredDistance;
        Radii[label].Add(Math.Sqrt(squaredDistance), weight);
        for (var f = 0; f < values.Length; f++)
        {
            double value = values[f];
            sums[f] += weight * value;
            squaredSums[f] += weight * value * value;
        }

        if (Nearest[label].Wants(squaredDistance))
        {
            Nearest[label].Offer(new CandidateRow(squaredDistance, key, partition, segment, row, values.ToArray()));
        }

        sample.Offer(key, random.Unit(key), 1, weight, label, values);
    }

    /// <summary>Adds the rows of another part.</summary>
    /// <param name="later">Not to be used afterwards.</param>
    public void Merge(DescriptionPart later)
    {
        Rows += later.Rows;
        SkippedRows += later.SkippedRows;
        Weight += later.Weight;
        ssd += later.ssd;
        for (var f = 0; f < sums.Length; f++)
        {
            sums[f] += later.sums[f];
            squaredSums[f] += later.squaredSums[f];
        }

        for (var j = 0; j < Radii.Length; j++)
        {
            Radii[j].Merge(later.Radii[j]);
            Nearest[j].Merge(later.Nearest[j]);
        }

        sample.Merge(later.Sample);
    }

    /// <summary>A feature's mean over the rows.</summary>
    /// <param name="feature">Its index.</param>
    /// <returns>In the model's space.</returns>
    public double Mean(int feature) => Weight > 0 ? sums[feature] / Weight : 0;

    /// <summary>A feature's standard deviation over the rows.</summary>
    /// <param name="feature">Its index.</param>
    /// <returns>In the model's space; 0 where all values are the same to within rounding.</returns>
    public double Deviation(int feature)
    {
        var mean = Mean(feature);
        var square = Weight > 0 ? squaredSums[feature] / Weight : 0;

        // The shift keeps values near 0, so that a difference that is left is one of the data's; what rounding leaves is none.
        var variance = square - (mean * mean);
        return variance > 1e-12 * square ? Math.Sqrt(variance) : 0;
    }

    private static T[] Make<T>(int count, Func<T> make)
    {
        var all = new T[count];
        for (var j = 0; j < count; j++)
        {
            all[j] = make();
        }

        return all;
    }
}
