using KMeans.Input;
using KMeans.Kernels;
using KMeans.Models;

namespace KMeans.Export;

/// <summary>What an exported file says of a model, as its readers will understand it.</summary>
/// <param name="Transform">What raw rows go through, length d.</param>
/// <param name="Centers">Row-major (k, d), after the transform.</param>
internal sealed record ExportedModel(ColumnTransform Transform, double[] Centers)
{
    /// <summary>d.</summary>
    public int FeatureCount => Transform.FeatureCount;

    /// <summary>The view of a file that has nothing but centers in the columns' own units.</summary>
    /// <param name="centers">Row-major (k, d), in the columns' own units.</param>
    /// <param name="model">Whose transform its readers use.</param>
    /// <returns>The view.</returns>
    public static ExportedModel OfColumnUnits(double[] centers, TrainedModel model) =>
        new(model.Transform, [.. centers.Select((value, i) => model.Transform.Apply(value, i % model.FeatureCount))]);

    /// <summary>Finds the nearest center of each raw row, as a reader of the file would. O(n k d).</summary>
    /// <param name="rows">Row-major (n, d), in the columns' own units.</param>
    /// <returns>Labels and Euclidean distances, length n.</returns>
    public (int[] Labels, double[] Distances) Assign(double[] rows)
    {
        var kernel = AssignmentKernels.Best;
        var samples = new float[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            samples[i] = (float)Transform.Apply(rows[i], i % FeatureCount);
        }

        var count = rows.Length / FeatureCount;
        var (labels, distances) = (new int[count], new double[count]);
        var packed = kernel.Pack(Centers, Centers.Length / FeatureCount, FeatureCount);
        kernel.Assign(samples, count, packed, labels, distances, kernel.CreateWorkspace());
        (packed as IDisposable)?.Dispose();
        for (var i = 0; i < count; i++)
        {
            distances[i] = Math.Sqrt(distances[i]);
        }

        return (labels, distances);
    }
}
