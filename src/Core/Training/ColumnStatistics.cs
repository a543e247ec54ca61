using System.Numerics;
using System.Runtime.CompilerServices;
using KMeans.Coordination;
using KMeans.Input;

namespace KMeans.Training;

/// <summary>Decides shift, factor and fill of each column from the random batch.</summary>
internal static class ColumnStatistics
{
    /// <summary>Columns that a thread takes at a time: two neighbouring cache lines of each row, which come together. Their values stay in the cache where the batch is small.</summary>
    private const int ColumnsAtATime = 16;

    /// <summary>Rows that a thread transforms at a time.</summary>
    private const int RowsAtATime = 256;

    /// <summary>Rows of a block of columns that stay in the first-level cache.</summary>
    private const int RowsOfATile = 32;

    private const int VarianceRows = 2048;

    /// <summary>Decides the transform.</summary>
    /// <param name="batch">Raw rows.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="scaling">What to divide by.</param>
    /// <param name="threads">Columns are looked at side by side on them.</param>
    /// <param name="cancellation">Stops between columns.</param>
    /// <returns>The transform and the mean of each column in its space. O(m d).</returns>
    /// <remarks>
    /// The shift is the lower median: a value of the column itself, so that whole numbers stay whole, rows moved by a constant stay the same rows to the last
    /// bit, and one wild value does not decide. What changes distances counts rows by their weights (<see cref="WeightedColumn"/>).
    /// </remarks>
    public static (ColumnTransform Transform, float[] Fill) Decide(
        RandomBatch batch, int featureCount, ColumnScaling scaling, ComputeThreads threads, CancellationToken cancellation)
    {
        var shifts = new double[featureCount];
        var factors = new double[featureCount];
        var fill = new float[featureCount];
        var buffers = new double[threads.WorkerCount][];
        var weights = batch.SampleWeights is { } given ? WeightedColumn.Valid(given, batch.Count) : null;
        ParallelRun.InBlocks(threads, featureCount, ColumnsAtATime, (worker, first, after) =>
        {
            var columns = after - first;
            var buffer = buffers[worker] ??= GC.AllocateUninitializedArray<double>(Math.Min(ColumnsAtATime, featureCount) * batch.Count);
            Span<int> counts = stackalloc int[columns];
            counts.Clear();
            Gather(batch, featureCount, first, buffer, counts);
            for (var c = 0; c < columns; c++)
            {
                var column = weights is null ? null : WeightedColumn.Of(batch, featureCount, first + c, weights);
                (shifts[first + c], factors[first + c], fill[first + c]) = Decide(buffer.AsSpan(c * batch.Count, counts[c]), column, scaling);
            }
        }, cancellation);
        return (new ColumnTransform(shifts, factors), fill);
    }

    /// <summary>The batch's complete rows in the transformed space.</summary>
    /// <param name="batch">Raw rows.</param>
    /// <param name="transform">Length d.</param>
    /// <param name="fill">Replaces missing values under <see cref="MissingPolicy.Mean"/>; rows that have any are left out otherwise.</param>
    /// <param name="missing">The policy.</param>
    /// <param name="threads">Rows are transformed side by side on them.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <returns>At most m rows, in their order. O(m d).</returns>
    public static RowBlock Transform(
        RandomBatch batch, ColumnTransform transform, float[] fill, MissingPolicy missing, ComputeThreads threads, CancellationToken cancellation)
    {
        var d = transform.FeatureCount;
        var samples = GC.AllocateUninitializedArray<float>(batch.Count * d);
        var complete = new bool[batch.Count];
        ParallelRun.InBlocks(threads, batch.Count, RowsAtATime, (_, first, after) =>
        {
            for (var i = first; i < after; i++)
            {
                complete[i] = Transform(batch.Values.AsSpan(i * d, d), transform, fill, missing == MissingPolicy.Mean, samples.AsSpan(i * d, d))
                    && (batch.SampleWeights is not { } w || (w[i] >= 0 && w[i] <= PartitionReader.LargestWeight));
            }
        }, cancellation);

        var weights = batch.SampleWeights is null ? null : new double[batch.Count];
        var count = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            if (!complete[i])
            {
                continue;
            }

            if (count < i)
            {
                samples.AsSpan(i * d, d).CopyTo(samples.AsSpan(count * d));
            }

            if (weights is not null)
            {
                weights[count] = batch.SampleWeights![i];
            }

            count++;
        }

        return new RowBlock(samples, count, weights);
    }

    /// <summary>The variance of each column in a few thousand of the points: enough to tell whether one outweighs the others.</summary>
    /// <param name="points">Complete rows.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="threads">Columns are looked at side by side on them; null for the caller's own.</param>
    /// <param name="cancellation">Stops between columns.</param>
    /// <returns>Length d, weights left aside.</returns>
    public static double[] Variances(RowBlock points, int featureCount, ComputeThreads? threads, CancellationToken cancellation)
    {
        var variances = new double[featureCount];
        ParallelRun.InBlocks(
            threads, featureCount, ColumnsAtATime, (_, first, after) => Variances(points, featureCount, first, variances.AsSpan(first, after - first)), cancellation);
        return variances;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Variances(RowBlock points, int featureCount, int first, Span<double> variances)
    {
        var stride = Math.Max(1, points.Count / VarianceRows);
        var rows = (points.Count + stride - 1) / stride;
        Span<double> means = stackalloc double[variances.Length];
        means.Clear();
        for (var i = 0; i < points.Count; i += stride)
        {
            var row = points.Samples.AsSpan((i * featureCount) + first, variances.Length);
            for (var f = 0; f < row.Length; f++)
            {
                means[f] += row[f] / (double)rows;
            }
        }

        for (var i = 0; i < points.Count; i += stride)
        {
            var row = points.Samples.AsSpan((i * featureCount) + first, variances.Length);
            for (var f = 0; f < row.Length; f++)
            {
                var difference = row[f] - means[f];
                variances[f] += difference * difference / rows;
            }
        }
    }

    /// <summary>The finite values of some neighbouring columns, each column's together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(RandomBatch batch, int featureCount, int first, Span<double> columns, Span<int> counts)
    {
        for (var i = 0; i < batch.Count; i += RowsOfATile)
        {
            var end = Math.Min(batch.Count, i + RowsOfATile);
            if (AreFinite(batch, featureCount, first, counts.Length, i, end))
            {
                // Usual: runs of each column, without a question for each value.
                for (var c = 0; c < counts.Length; c++)
                {
                    var column = columns.Slice((c * batch.Count) + counts[c], end - i);
                    ref var value = ref batch.Values[(i * featureCount) + first + c];
                    for (var r = 0; r < column.Length; r++)
                    {
                        column[r] = Unsafe.Add(ref value, r * featureCount);
                    }

                    counts[c] += column.Length;
                }

                continue;
            }

            for (var row = i; row < end; row++)
            {
                for (var c = 0; c < counts.Length; c++)
                {
                    var value = batch.Values[(row * featureCount) + first + c];
                    if (double.IsFinite(value))
                    {
                        columns[(c * batch.Count) + counts[c]++] = value;
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool AreFinite(RandomBatch batch, int featureCount, int first, int columns, int firstRow, int endRow)
    {
        var most = new Vector<double>(double.MaxValue);
        for (var i = firstRow; i < endRow; i++)
        {
            var row = batch.Values.AsSpan((i * featureCount) + first, columns);
            var c = 0;
            for (; c <= row.Length - Vector<double>.Count; c += Vector<double>.Count)
            {
                if (!Vector.LessThanOrEqualAll(Vector.Abs(new Vector<double>(row[c..])), most))
                {
                    return false;
                }
            }

            for (; c < row.Length; c++)
            {
                if (!double.IsFinite(row[c]))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Transforms one row. Whether every value is finite, or was filled in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Transform(ReadOnlySpan<double> values, ColumnTransform transform, float[] fill, bool fills, Span<float> row)
    {
        var complete = true;
        var f = 0;
        var width = Vector<double>.Count;
        var most = new Vector<float>(float.MaxValue);
        for (; f <= row.Length - (2 * width); f += 2 * width)
        {
            var low = (new Vector<double>(values[f..]) - new Vector<double>(transform.Shifts, f)) * new Vector<double>(transform.Factors, f);
            var high = (new Vector<double>(values[(f + width)..]) - new Vector<double>(transform.Shifts, f + width)) * new Vector<double>(transform.Factors, f + width);
            var narrow = Vector.Narrow(low, high);
            if (!Vector.LessThanOrEqualAll(Vector.Abs(narrow), most))
            {
                // The values one by one, from here on.
                break;
            }

            narrow.CopyTo(row[f..]);
        }

        for (; f < row.Length; f++)
        {
            row[f] = (float)transform.Apply(values[f], f);
            if (!float.IsFinite(row[f]))
            {
                complete &= fills;
                row[f] = fill[f];
            }
        }

        return complete;
    }

    /// <summary>Decides one column from its finite values, which are reordered, and their weights where there are any.</summary>
    private static (double Shift, double Factor, float Fill) Decide(Span<double> values, WeightedColumn? weighted, ColumnScaling scaling)
    {
        if (values.IsEmpty)
        {
            return (0, 1, 0);
        }

        // Adding 0 turns -0 into 0.
        var last = values.Length - 1;
        var shift = OrderStatistic.Select(values, last / 2) + 0.0;
        var (mean, deviation) = weighted?.Moments(shift) ?? Moments(values, shift, scaling == ColumnScaling.Standard);
        var spread = scaling switch
        {
            ColumnScaling.Standard => deviation,
            ColumnScaling.Robust => weighted?.QuartileDistance() ?? OrderStatistic.Select(values, (int)(last * 3L / 4)) - OrderStatistic.Select(values, last / 4),
            _ => 1,
        };

        var factor = spread > 0 && double.IsFinite(spread) && double.IsFinite(1 / spread) ? 1 / spread : 1;
        return (shift, factor, (float)(mean * factor));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Mean, double Deviation) Moments(ReadOnlySpan<double> values, double shift, bool wantsDeviation)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value - shift;
        }

        var mean = sum / values.Length;
        if (!wantsDeviation)
        {
            return (mean, 1);
        }

        var squares = 0.0;
        foreach (var value in values)
        {
            var difference = value - shift - mean;
            squares += difference * difference;
        }

        return (mean, Math.Sqrt(squares / values.Length));
    }
}
