using KMeans.Input;
using KMeans.Models;

namespace KMeans.Tests.Support;

/// <summary>Made-up rows of which the direction alone counts.</summary>
internal static class Directions
{
    /// <summary>Rows around directions, the clusters in turn: some close to theirs, some far around it, at lengths from 0.5 to 2.</summary>
    public static float[] Make(int rows, int featureCount, int clusters, double spread, int seed = 7, bool sorted = false)
    {
        var samples = Blobs.Make(rows, featureCount, clusters, spread, seed: seed, sorted: sorted);
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] *= 0.5f + (i / featureCount % 4 * 0.5f);
        }

        return samples;
    }

    public static InputSet Input(ReadOnlyMemory<float> rows, int featureCount) => InputSet.Create([new MemoryInputFile(rows, featureCount)], new ColumnChoice(Distance: DistanceMeasure.Cosine));

    /// <summary>The mean of 2 - 2 cos, by the centers' own units and in doubles.</summary>
    public static double Msd(TrainedModel model, float[] rows)
    {
        var d = model.FeatureCount;
        var centers = model.CentersInColumnUnits.Chunk(d).ToArray();
        return rows.Chunk(d).AsParallel().AsOrdered().Select(row =>
        {
            var length = Math.Sqrt(row.Sum(value => (double)value * value));
            return 2 - (2 * centers.Max(center => center.Zip(row, (c, x) => c * x).Sum()) / length);
        }).Average();
    }
}
