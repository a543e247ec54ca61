namespace KMeans;

/// <summary>What a random number is for. Numbers of different purposes are independent. The values are part of every result: never renumber.</summary>
internal enum RandomPurpose
{
    /// <summary>Which rows make the random batch.</summary>
    RandomBatch = 1,

    /// <summary>Initial running centers.</summary>
    InitialCenters = 2,

    /// <summary>Whether a far row opens a center.</summary>
    Opening = 3,

    /// <summary>Seeding of the reduction's trials.</summary>
    Reduction = 4,

    /// <summary>Rows kept by sensitivity.</summary>
    KeptRows = 5,

    /// <summary>The uniform sample that estimates the cost.</summary>
    CostSample = 6,

    /// <summary>Generated data.</summary>
    Generation = 7,

    /// <summary>The search on the rows that a pass kept.</summary>
    Refinement = 8,

    /// <summary>The start of the run that the finished centers are compared with.</summary>
    QualityCheck = 9,

    /// <summary>The starts and samples of a curve over k.</summary>
    Curve = 10,

    /// <summary>The rows without clusters that a curve is compared with.</summary>
    Gap = 11,

    /// <summary>Which rows a resample has.</summary>
    Resampling = 12,

    /// <summary>Centers for clusters of new rows.</summary>
    NewClusters = 13,

    /// <summary>The order of the files.</summary>
    FileOrder = 16,

    /// <summary>The hyperparameters that a tuning job tries.</summary>
    Tuning = 17,

    /// <summary>The order of shuffled rows.</summary>
    Shuffle = 20,

    /// <summary>Which rows are set apart for testing.</summary>
    TestSplit = 21,

    /// <summary>Rows that the quantiles of a preparation are taken of.</summary>
    QuantileSample = 22,

    /// <summary>The rows that a report draws.</summary>
    ReportRows = 24,

    /// <summary>Where the search for principal components starts.</summary>
    Projection = 25,
}

/// <summary>Random numbers that are a pure function of (seed, purpose, index): any thread, shard or retry that asks for the same one gets the same bits.</summary>
/// <remarks>
/// Two rounds of the SplitMix64 finalizer (Steele, Lea, Flood 2014, variant 13 of Stafford) over a key made of the seed and the purpose: a counter-based
/// generator in the sense of Salmon et al. 2011. O(1), no state.
/// </remarks>
internal readonly struct CounterRandom
{
    private readonly ulong key;

    /// <summary>Creates the generator of one purpose.</summary>
    /// <param name="seed">The user's seed.</param>
    /// <param name="purpose">What the numbers are for.</param>
    /// <param name="stream">A further key: a trial, an epoch.</param>
    public CounterRandom(long seed, RandomPurpose purpose, long stream = 0)
    {
        key = Mix(Mix((ulong)seed + (0x9E3779B97F4A7C15UL * (ulong)purpose)) ^ (0xD1B54A32D192ED03UL * (ulong)(stream + 1)));
    }

    /// <summary>64 random bits.</summary>
    /// <param name="index">The row or the draw.</param>
    /// <returns>Uniform over all 64-bit numbers.</returns>
    public ulong Bits(long index) => Mix(Mix(key + (0x9E3779B97F4A7C15UL * (ulong)index)) ^ key);

    /// <summary>A number in [0, 1).</summary>
    /// <param name="index">The row or the draw.</param>
    /// <returns>A multiple of 2^-53.</returns>
    public double Unit(long index) => (Bits(index) >> 11) * (1.0 / (1L << 53));

    /// <summary>A whole number in [0, bound).</summary>
    /// <param name="index">The row or the draw.</param>
    /// <param name="bound">Positive.</param>
    /// <returns>Uniform to within bound / 2^64.</returns>
    public long Below(long index, long bound) => (long)Math.BigMul(Bits(index), (ulong)bound, out _);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
