using KMeans.Input;
using KMeans.Kernels;
using KMeans.Models;

namespace KMeans.Export;

/// <summary>What an exported file says of a model, as its readers will understand it.</summary>
/// <param name="Distance">Under <see cref="DistanceMeasure.Cosine"/> raw rows are divided by their length, and then transformed.</param>
/// <param name="Transform">What raw rows go through, length d.</param>
/// <param name="Centers">Row-major (k, d), after the transform.</param>
internal sealed record ExportedModel(DistanceMeasure Distance, ColumnTransform Transform, double[] Centers)
{
    /// <summary>d.</summary>
    public int FeatureCount => Transform.FeatureCount;

    /// <summary>The view of a file that has nothing but centers in the columns' own units.</summary>
    /// <param name="centers">Row-major (k, d), in the columns' own units.</param>
    /// <param name="model">Whose distance and transform its readers use.</param>
    /// <returns>The view.</returns>
    public static ExportedModel OfColumnUnits(double[] centers, TrainedModel model) =>
        new(model.Distance, model.Transform, [.. centers.Select((value, i) => model.Transform.Apply(value, i % model.FeatureCount))]);

    /// <summary>What a reader of the file compares with its centers.</summary>
    /// <param name="rows">Row-major (n, d), in the columns' own units; no row is all zeros where the distance is the cosine.</param>
    /// <returns>Row-major (n, d), in the model's space.</returns>
    public float[] Samples(double[] rows)
    {
        var d = FeatureCount;
        var samples = new float[rows.Length];
        var row = new double[d];
        for (var start = 0; start < rows.Length; start += d)
        {
            rows.AsSpan(start, d).CopyTo(row);
            if (Distance == DistanceMeasure.Cosine)
            {
                UnitRowReader.Divide(row);
            }

            for (var f = 0; f < d; f++)
            {
                samples[start + f] = (float)Transform.Apply(row[f], f);
            }
        }

        return samples;
    }

    /// <summary>Finds the nearest center of each raw row, as a reader of the file would. O(n k d).</summary>
    /// <param name="rows">As for <see cref="Samples"/>.</param>
    /// <returns>Labels and Euclidean distances, length n.</returns>
    public (int[] Labels, double[] Distances) Assign(double[] rows)
    {
        var kernel = AssignmentKernels.Best;
        var count = rows.Length / FeatureCount;
        var (labels, distances) = (new int[count], new double[count]);
        var packed = kernel.Pack(Centers, Centers.Length / FeatureCount, FeatureCount);
        kernel.Assign(Samples(rows), count, packed, labels, distances, kernel.CreateWorkspace());
        (packed as IDisposable)?.Dispose();
        for (var i = 0; i < count; i++)
        {
            distances[i] = Math.Sqrt(distances[i]);
        }

        return (labels, distances);
    }
}
