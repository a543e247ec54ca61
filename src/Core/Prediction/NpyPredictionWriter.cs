using KMeans.Models;

namespace KMeans.Prediction;

/// <summary>Writes predictions as a NumPy array of float64: label, distance and, if asked, 1 for an outlier and 0 elsewhere; all NaN where a value is missing.</summary>
/// <param name="stream">Written to; seekable, disposed with this.</param>
/// <param name="tellsOutliers">Whether outliers are told: shape (n, 3), else (n, 2).</param>
internal sealed class NpyPredictionWriter(Stream stream, bool tellsOutliers) : IPredictionWriter
{
    private readonly int width = tellsOutliers ? 3 : 2;
    private readonly NpyWriter<double> writer = new(stream, tellsOutliers ? 3 : 2);
    private double[] values = [];

    /// <inheritdoc/>
    public void Write(PredictionBatch batch)
    {
        if (values.Length < width * batch.Count)
        {
            values = new double[width * batch.Labels.Length];
        }

        for (var i = 0; i < batch.Count; i++)
        {
            var row = values.AsSpan(i * width, width);
            if (batch.Missing[i])
            {
                row.Fill(double.NaN);
                continue;
            }

            row[0] = batch.Labels[i];
            row[1] = batch.Distances[i];
            if (batch.Outliers is { } outliers)
            {
                row[2] = outliers[i];
            }
        }

        writer.Append(values.AsSpan(0, width * batch.Count));
    }

    /// <inheritdoc/>
    public void Finish()
    {
        writer.Complete();
        stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
