namespace KMeans.Generation;

/// <summary>Rows around planted centers: each row is one of k centers, drawn uniformly, plus noise of the same variance in every direction.</summary>
/// <remarks>Centers are drawn from N(0, I). Every value is a function of the seed and its own place, so any thread can make any row.</remarks>
public sealed class GaussianMixture
{
    private const int CenterStream = 0;
    private const int ClusterStream = 1;
    private const int NoiseStream = 2;

    private readonly double[] centers;
    private readonly CounterRandom clusters;
    private readonly CounterRandom noise;

    /// <summary>Plants the centers.</summary>
    /// <param name="featureCount">d, 1 or more.</param>
    /// <param name="clusterCount">k, 1 or more.</param>
    /// <param name="noiseDeviation">The standard deviation of the noise, 0 or more.</param>
    /// <param name="seed">What every number is drawn from.</param>
    /// <exception cref="InputException">k x d is too large to hold.</exception>
    public GaussianMixture(int featureCount, int clusterCount, double noiseDeviation, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(featureCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(clusterCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(noiseDeviation);
        if ((long)featureCount * clusterCount > 1 << 28)
        {
            throw new InputException($"--clusters {clusterCount} x --features {featureCount}: at most {1 << 28} values of planted centers are supported.");
        }

        FeatureCount = featureCount;
        ClusterCount = clusterCount;
        NoiseDeviation = noiseDeviation;
        clusters = new CounterRandom(seed, RandomPurpose.Generation, ClusterStream);
        noise = new CounterRandom(seed, RandomPurpose.Generation, NoiseStream);
        var random = new CounterRandom(seed, RandomPurpose.Generation, CenterStream);
        centers = new double[featureCount * clusterCount];
        for (var i = 0; i < centers.Length; i++)
        {
            centers[i] = StandardNormal.From(random.Bits(i));
        }
    }

    /// <summary>d.</summary>
    public int FeatureCount { get; }

    /// <summary>k.</summary>
    public int ClusterCount { get; }

    /// <summary>The standard deviation of the noise.</summary>
    public double NoiseDeviation { get; }

    /// <summary>Row-major (k, d): the planted centers.</summary>
    public ReadOnlySpan<double> Centers => centers;

    /// <summary>The planted cluster of a row.</summary>
    /// <param name="row">Its index.</param>
    /// <returns>0 to k - 1.</returns>
    public int ClusterOf(long row) => (int)clusters.Below(row, ClusterCount);

    /// <summary>Makes neighbouring values of one row.</summary>
    /// <param name="row">The row's index.</param>
    /// <param name="values">Out, length d.</param>
    /// <returns>The squared distance of the row to its planted center.</returns>
    public double FillRow(long row, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, FeatureCount);
        var center = centers.AsSpan(ClusterOf(row) * FeatureCount, FeatureCount);
        var squares = 0.0;
        for (var f = 0; f < values.Length; f++)
        {
            var away = NoiseDeviation * StandardNormal.From(noise.Bits((row * FeatureCount) + f));
            values[f] = (float)(center[f] + away);
            squares += away * away;
        }

        return squares;
    }

    /// <summary>Makes one feature of neighbouring rows.</summary>
    /// <param name="firstRow">The first row's index.</param>
    /// <param name="feature">The feature.</param>
    /// <param name="clusterOfRow">The planted cluster of each row.</param>
    /// <param name="values">Out; as many as rows.</param>
    /// <returns>The sum of the squared differences to the planted centers.</returns>
    public double FillColumn(long firstRow, int feature, ReadOnlySpan<int> clusterOfRow, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, clusterOfRow.Length);
        var squares = 0.0;
        var index = (firstRow * FeatureCount) + feature;
        for (var i = 0; i < values.Length; i++)
        {
            var away = NoiseDeviation * StandardNormal.From(noise.Bits(index));
            values[i] = (float)(centers[(clusterOfRow[i] * FeatureCount) + feature] + away);
            squares += away * away;
            index += FeatureCount;
        }

        return squares;
    }
}
