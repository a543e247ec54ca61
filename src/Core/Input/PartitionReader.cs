namespace KMeans.Input;

/// <summary>Reads a partition in batches of float32 rows in which nothing is missing.</summary>
public sealed class PartitionReader : IDisposable
{
    /// <summary>The largest weight of a row: the product of the weights of two groups of 10^12 such rows and of a squared distance, at most 10^78, is still a double.</summary>
    public const double LargestWeight = 1e100;

    private readonly InputSet input;
    private readonly Partition partition;
    private readonly ColumnTransform transform;
    private readonly MissingPolicy missing;
    private readonly float[] fill;
    private int next;
    private IRowReader? rows;

    /// <summary>Opens nothing before the first read.</summary>
    /// <param name="input">The input.</param>
    /// <param name="partition">One of its partitions.</param>
    /// <param name="transform">Length d.</param>
    /// <param name="missing">What to do about missing values.</param>
    /// <param name="fill">Length d: replaces missing values under <see cref="MissingPolicy.Mean"/>.</param>
    internal PartitionReader(InputSet input, Partition partition, ColumnTransform transform, MissingPolicy missing, float[] fill)
    {
        this.input = input;
        this.partition = partition;
        this.transform = transform;
        this.missing = missing;
        this.fill = fill;
    }

    /// <summary>The part of a file that the last batch came from.</summary>
    public PartitionSegment Segment { get; private set; }

    /// <summary>Rows passed over so far: under <see cref="MissingPolicy.Skip"/>, and those that a recipe drops.</summary>
    public long SkippedRows { get; private set; }

    /// <summary>Fills a batch with the next rows; all come from one file.</summary>
    /// <param name="batch">Out; emptied first.</param>
    /// <param name="maxRows">At most so many.</param>
    /// <returns>Whether there were any.</returns>
    /// <remarks>A skipped row stays in the batch with zeros for its values and weight 0, so that it moves nothing: a batch has weights whenever the input has or a row was skipped.</remarks>
    /// <exception cref="InputException">A value is missing and the policy is <see cref="MissingPolicy.Error"/>, or a weight is missing, negative or beyond <see cref="LargestWeight"/>.</exception>
    public bool Read(SampleBatch batch, int maxRows)
    {
        batch.Clear();
        while (true)
        {
            if (rows is null)
            {
                if (next == partition.Segments.Count)
                {
                    return false;
                }

                Segment = partition.Segments[next++];
                rows = input.OpenRows(Segment, transform);
            }

            if (rows.Read(batch.Rows, maxRows) > 0)
            {
                batch.KeyBase = Segment.KeyBase;
                Settle(batch);
                return true;
            }

            rows.Dispose();
            rows = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => rows?.Dispose();

    private void Settle(SampleBatch batch)
    {
        var d = batch.Rows.FeatureCount;
        var count = batch.Count;
        if (batch.Rows.SampleWeights is { } weights)
        {
            weights.AsSpan(0, count).CopyTo(batch.RequireWeights());
        }

        if (batch.Rows.Dropped is { } dropped)
        {
            for (var i = 0; i < count; i++)
            {
                if (dropped[i])
                {
                    Skip(batch, i);
                }
            }
        }

        if (batch.Rows.SampleWeights is not null)
        {
            CheckWeights(batch);
        }

        if (MissingValues.AllFinite(batch.Samples))
        {
            return;
        }

        for (var i = 0; i < count; i++)
        {
            var row = batch.Rows.Samples.AsSpan(i * d, d);
            var feature = MissingValues.IndexIn(row);
            if (feature < 0)
            {
                continue;
            }

            switch (missing)
            {
                case MissingPolicy.Error when input.Distance == DistanceMeasure.Cosine && float.IsInfinity(row[feature]):
                    throw new InputException($"{input.Locate(Segment, batch.Rows.Rows[i])}: every value is 0, so the row has no direction and no cosine; leave such rows out with --missing skip.");
                case MissingPolicy.Error:
                    throw new InputException($"{input.Locate(Segment, batch.Rows.Rows[i])}, column '{input.FeatureNames[feature]}': the value is missing, not finite or beyond float32; use --missing skip or --missing mean, or --exclude the column.");
                case MissingPolicy.Skip:
                    Skip(batch, i);
                    break;
                default:
                    for (; feature < d; feature++)
                    {
                        row[feature] = float.IsFinite(row[feature]) ? row[feature] : fill[feature];
                    }

                    break;
            }
        }
    }

    private void CheckWeights(SampleBatch batch)
    {
        var weights = batch.RequireWeights();
        for (var i = 0; i < batch.Count; i++)
        {
            if (weights[i] >= 0 && weights[i] <= LargestWeight)
            {
                continue;
            }

            if (double.IsNaN(weights[i]) && missing == MissingPolicy.Skip)
            {
                Skip(batch, i);
                continue;
            }

            throw new InputException($"{input.Locate(Segment, batch.Rows.Rows[i])}: the weight {(double.IsNaN(weights[i]) ? "is missing" : $"is {weights[i]}")}; weights are numbers from 0 to {LargestWeight:0E+0}.");
        }
    }

    private void Skip(SampleBatch batch, int row)
    {
        var weights = batch.RequireWeights();
        if (batch.Skipped[row])
        {
            return;
        }

        weights[row] = 0;
        batch.Skipped[row] = true;
        batch.Rows.Samples.AsSpan(row * batch.Rows.FeatureCount, batch.Rows.FeatureCount).Clear();
        SkippedRows++;
    }
}
