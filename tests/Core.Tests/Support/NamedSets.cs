
namespace KMeans.Tests.Support;

/// <summary>Small versions of the quality benchmark's data sets (tests/Benchmarks/quality/data.py).</summary>
internal static class NamedSets
{
    /// <summary>A3 of Kärkkäinen and Fränti 2002: 7,500 rows around 50 centers on a plane.</summary>
    public static float[] A3()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "KMeans.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("KMeans.sln is in no folder above the tests.");
        }

        var text = File.ReadAllText(Path.Combine(folder.FullName, "tests", "Benchmarks", "quality", "a3.csv"));
        return [.. text.Split([',', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(value => float.Parse(value, System.Globalization.CultureInfo.InvariantCulture))];
    }

    /// <summary>A mixture of variance 100 in which few rows sit in groups fifty times as far out.</summary>
    /// <param name="rows">n.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="clusters">Of the mixture.</param>
    /// <param name="groups">Far out.</param>
    /// <param name="groupRows">In all groups together.</param>
    /// <returns>The rows and the planted centers, the groups' last.</returns>
    public static (float[] Samples, double[] Centers) Far(int rows, int featureCount, int clusters, int groups, int groupRows)
    {
        var random = new Random(11);
        var centers = Enumerable.Range(0, (clusters + groups) * featureCount).Select(i => Blobs.Normal(random) * (i < clusters * featureCount ? 10 : 500)).ToArray();
        var samples = new float[rows * featureCount];
        for (var i = 0; i < rows; i++)
        {
            var cluster = i % (rows / groupRows) == 0 ? clusters + random.Next(groups) : random.Next(clusters);
            for (var f = 0; f < featureCount; f++)
            {
                samples[(i * featureCount) + f] = (float)(centers[(cluster * featureCount) + f] + Blobs.Normal(random));
            }
        }

        return (samples, centers);
    }
}
