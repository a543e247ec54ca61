namespace KMeans.Description;

/// <summary>The distances of a cluster's rows to its center, from which percentiles are read to within 0.05 %.</summary>
/// <remarks>
/// Bins of equal relative width: a distance's exponent and the first ten bits of its fraction, so a bin is at most 2^-10 of its distance wide and its middle at most half of that off. Only bins with rows are
/// held. Merging adds; the least and the greatest distance are exact. Source of the idea: Masson, Rim, Lee 2019 (DDSketch).
/// </remarks>
internal sealed class RadiusHistogram
{
    /// <summary>Bits of a double's fraction below those that tell the bin.</summary>
    private const int BinShift = 52 - 10;

    private readonly Dictionary<int, double> bins = [];
    private double least = double.PositiveInfinity;
    private double most = double.NegativeInfinity;

    /// <summary>Rows added.</summary>
    public long Count { get; private set; }

    /// <summary>Their weight.</summary>
    public double Weight { get; private set; }

    /// <summary>The weighted sum of the distances.</summary>
    public double Sum { get; private set; }

    /// <summary>The greatest distance.</summary>
    public double Most => most;

    /// <summary>Adds a row.</summary>
    /// <param name="distance">Not negative.</param>
    /// <param name="weight">Positive.</param>
    public void Add(double distance, double weight)
    {
        var bin = (int)(BitConverter.DoubleToInt64Bits(distance) >> BinShift);
        bins[bin] = bins.GetValueOrDefault(bin) + weight;
        least = Math.Min(least, distance);
        most = Math.Max(most, distance);
        Count++;
        Weight += weight;
        Sum += weight * distance;
    }

    /// <summary>Adds the rows of another one.</summary>
    /// <param name="later">Left as it is.</param>
    public void Merge(RadiusHistogram later)
    {
        foreach (var (bin, weight) in later.bins)
        {
            bins[bin] = bins.GetValueOrDefault(bin) + weight;
        }

        least = Math.Min(least, later.least);
        most = Math.Max(most, later.most);
        Count += later.Count;
        Weight += later.Weight;
        Sum += later.Sum;
    }

    /// <summary>The distance within which a share of the weight lies.</summary>
    /// <param name="share">Above 0, at most 1.</param>
    /// <returns>The middle of the first bin at which the share is reached, not beyond the least and the greatest distance; NaN where there are no rows.</returns>
    public double Percentile(double share)
    {
        if (Count == 0)
        {
            return double.NaN;
        }

        var (reached, goal, last) = (0.0, share * Weight, 0);
        foreach (var (bin, weight) in bins.OrderBy(pair => pair.Key))
        {
            (reached, last) = (reached + weight, bin);
            if (reached >= goal)
            {
                break;
            }
        }

        var middle = BitConverter.Int64BitsToDouble(((long)last << BinShift) + (1L << (BinShift - 1)));
        return Math.Clamp(middle, least, most);
    }
}
