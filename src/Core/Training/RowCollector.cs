using KMeans.Input;

namespace KMeans.Training;

/// <summary>Collects the rows of a partition whose summary is its rows.</summary>
internal sealed class RowCollector(int featureCount)
{
    private float[] samples = [];
    private double[]? weights;
    private int count;

    /// <summary>Appends a batch; rows that were skipped are left out.</summary>
    /// <param name="batch">In.</param>
    public void Add(SampleBatch batch)
    {
        Reserve(count + batch.Count);
        var batchWeights = batch.SampleWeights;
        if (!batchWeights.IsEmpty && weights is null)
        {
            weights = new double[samples.Length / featureCount];
            Array.Fill(weights, 1.0, 0, count);
        }

        for (var i = 0; i < batch.Count; i++)
        {
            if (!batchWeights.IsEmpty && batch.Skipped[i])
            {
                continue;
            }

            batch.Samples.Slice(i * featureCount, featureCount).CopyTo(samples.AsSpan(count * featureCount));
            if (weights is not null)
            {
                weights[count] = batchWeights.IsEmpty ? 1 : batchWeights[i];
            }

            count++;
        }
    }

    /// <summary>The rows.</summary>
    /// <returns>One block.</returns>
    public RowBlock ToBlock() => new(samples, count, weights);

    private void Reserve(int rows)
    {
        var needed = (long)rows * featureCount;
        if (samples.Length >= needed)
        {
            return;
        }

        var capacity = (int)Math.Max(rows, Math.Min((long)count * 2, Array.MaxLength / featureCount));
        Array.Resize(ref samples, checked(capacity * featureCount));
        if (weights is not null)
        {
            Array.Resize(ref weights, capacity);
        }
    }
}
