namespace KMeans.Tests.Support;

/// <summary>Made-up rows around known centers.</summary>
internal static class Blobs
{
    /// <summary>Rows of a Gaussian mixture, the clusters in turn.</summary>
    public static float[] Make(int rows, int featureCount, int clusters, double spread = 10, double noise = 1, int seed = 7, bool sorted = false)
    {
        var random = new Random(seed);
        var centers = Enumerable.Range(0, clusters * featureCount).Select(_ => Normal(random) * spread).ToArray();
        var samples = new float[rows * featureCount];
        for (var i = 0; i < rows; i++)
        {
            var cluster = sorted ? (int)((long)i * clusters / rows) : i % clusters;
            for (var f = 0; f < featureCount; f++)
            {
                samples[(i * featureCount) + f] = (float)(centers[(cluster * featureCount) + f] + (noise * Normal(random)));
            }
        }

        return samples;
    }

    public static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
