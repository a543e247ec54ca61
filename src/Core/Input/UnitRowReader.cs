using System.Numerics;

namespace KMeans.Input;

/// <summary>Reads rows divided by their length, before they are shifted and rounded: the rows of spherical k-means (Dhillon and Modha 2001).</summary>
/// <remarks>A row with a value that is not finite is all NaN. A row of zeros has no direction and is all infinite, by which whoever decides about missing values tells the two apart.</remarks>
internal sealed class UnitRowReader : IRowReader
{
    private const int ValuesPerRead = 1 << 15;

    private readonly IRowReader reader;
    private readonly ColumnTransform transform;
    private readonly RowBatch<double> batch;

    /// <summary>Creates a reader.</summary>
    /// <param name="reader">Raw rows, without a transform; disposed with this.</param>
    /// <param name="transform">Length d: what becomes of the divided rows.</param>
    /// <param name="weighted">Whether rows have weights.</param>
    public UnitRowReader(IRowReader reader, ColumnTransform transform, bool weighted)
    {
        this.reader = reader;
        this.transform = transform;
        batch = new RowBatch<double>(Math.Clamp(ValuesPerRead / transform.FeatureCount, 1, 1024), transform.FeatureCount, weighted);
    }

    /// <inheritdoc/>
    public int Read<T>(RowBatch<T> target, int maxRows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        batch.Count = 0;
        var count = reader.Read(batch, Math.Min(maxRows, Math.Min(target.Free, batch.Capacity)));
        var d = transform.FeatureCount;
        for (var i = 0; i < count; i++)
        {
            var row = batch.Samples.AsSpan(i * d, d);
            Divide(row);
            var at = target.Count++;
            target.Rows[at] = batch.Rows[i];
            target.MarkDropped(at, batch.Dropped?[i] == true);
            if (target.SampleWeights is { } weights)
            {
                weights[at] = batch.SampleWeights is { } own ? own[i] : 1;
            }

            var samples = target.Samples.AsSpan(at * d, d);
            for (var f = 0; f < d; f++)
            {
                samples[f] = T.CreateTruncating(transform.Apply(row[f], f));
            }
        }

        return count;
    }

    /// <inheritdoc/>
    public long Skip(long rows) => reader.Skip(rows);

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();

    /// <summary>Divides a row by its length. O(d); one order of sums on every machine.</summary>
    /// <param name="row">In/out: of length 1, or all NaN where a value is not finite, or all infinite where there are only zeros.</param>
    internal static void Divide(Span<double> row)
    {
        var largest = 0.0;
        foreach (var value in row)
        {
            if (!double.IsFinite(value))
            {
                row.Fill(double.NaN);
                return;
            }

            largest = Math.Max(largest, Math.Abs(value));
        }

        if (largest == 0)
        {
            row.Fill(double.PositiveInfinity);
            return;
        }

        // Divided by the largest first: squares of values beyond 1e154 would overflow, and those below 1e-162 vanish.
        var sum = 0.0;
        foreach (var value in row)
        {
            var share = value / largest;
            sum += share * share;
        }

        var root = Math.Sqrt(sum);
        for (var f = 0; f < row.Length; f++)
        {
            row[f] = row[f] / largest / root;
        }
    }
}
