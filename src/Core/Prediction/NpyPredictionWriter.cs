using KMeans.Models;

namespace KMeans.Prediction;

/// <summary>Writes predictions as a NumPy array of float64, shape (n, 2): label and distance, both NaN where a value is missing.</summary>
/// <param name="stream">Written to; seekable, disposed with this.</param>
internal sealed class NpyPredictionWriter(Stream stream) : IPredictionWriter
{
    private readonly NpyWriter<double> writer = new(stream, 2);
    private double[] pairs = [];

    /// <inheritdoc/>
    public void Write(PredictionBatch batch)
    {
        if (pairs.Length < 2 * batch.Count)
        {
            pairs = new double[2 * batch.Labels.Length];
        }

        for (var i = 0; i < batch.Count; i++)
        {
            pairs[2 * i] = batch.Missing[i] ? double.NaN : batch.Labels[i];
            pairs[(2 * i) + 1] = batch.Missing[i] ? double.NaN : batch.Distances[i];
        }

        writer.Append(pairs.AsSpan(0, 2 * batch.Count));
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
