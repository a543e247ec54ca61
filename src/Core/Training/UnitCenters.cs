using KMeans.Input;

namespace KMeans.Training;

/// <summary>Centers of length 1, for rows of length 1.</summary>
internal static class UnitCenters
{
    /// <summary>Divides each center by its length. O(k d).</summary>
    /// <param name="centers">Row-major (k, d), in the model's space, in/out. One at the origin has no direction and stays.</param>
    /// <param name="transform">The model's; its factors are 1.</param>
    public static void Project(Span<double> centers, ColumnTransform transform)
    {
        var d = transform.FeatureCount;
        var row = new double[d];
        for (var start = 0; start < centers.Length; start += d)
        {
            var center = centers.Slice(start, d);
            for (var f = 0; f < d; f++)
            {
                row[f] = transform.Invert(center[f], f);
            }

            UnitRowReader.Divide(row);
            for (var f = 0; f < d && double.IsFinite(row[0]); f++)
            {
                center[f] = transform.Apply(row[f], f);
            }
        }
    }
}
