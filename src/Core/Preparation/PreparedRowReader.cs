using System.Numerics;
using KMeans.Input;

namespace KMeans.Preparation;

/// <summary>Reads raw rows and gives their features.</summary>
internal sealed class PreparedRowReader : IRowReader
{
    private const int ValuesPerRead = 1 << 14;

    private readonly RecipeProgram program;
    private readonly int[] ordinals;
    private readonly ColumnTransform transform;
    private readonly RawReader raw;
    private readonly double[] cells;
    private readonly double[] features;

    /// <summary>Creates a reader.</summary>
    /// <param name="input">The raw columns.</param>
    /// <param name="program">The recipe.</param>
    /// <param name="segment">What to read.</param>
    /// <param name="ordinals">The features wanted, in order.</param>
    /// <param name="transform">Length of the features wanted.</param>
    public PreparedRowReader(RawInput input, RecipeProgram program, PartitionSegment segment, int[] ordinals, ColumnTransform transform)
    {
        this.program = program;
        this.ordinals = ordinals;
        this.transform = transform;
        cells = new double[program.CellCount];
        features = new double[program.FeatureCount];
        raw = new RawReader(input, Math.Clamp(ValuesPerRead / (input.Set.FeatureCount + input.Values.Columns.Count), 16, 1024));
        raw.Open(segment);
    }

    /// <inheritdoc/>
    public int Read<T>(RowBatch<T> batch, int maxRows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var wanted = Math.Min(maxRows, batch.Free);
        var done = 0;
        while (done < wanted && raw.Read(wanted - done) is > 0 and var count)
        {
            for (var i = 0; i < count; i++)
            {
                Write(i, batch);
            }

            done += count;
        }

        return done;
    }

    /// <inheritdoc/>
    public long Skip(long rows) => raw.Skip(rows);

    /// <inheritdoc/>
    public void Dispose() => raw.Dispose();

    private void Write<T>(int row, RowBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var at = batch.Count++;
        var samples = batch.Samples.AsSpan(at * batch.FeatureCount, batch.FeatureCount);
        batch.Rows[at] = raw.Batch.Numbers.Rows[row];
        if (batch.SampleWeights is { } weights)
        {
            weights[at] = raw.Batch.Numbers.SampleWeights is { } own ? own[row] : 1;
        }

        var isDropped = program.Select(raw.Batch, row, cells) != RowFate.Kept;
        batch.MarkDropped(at, isDropped);
        if (isDropped)
        {
            samples.Fill(T.NaN);
            return;
        }

        program.Expand(cells, features);
        for (var f = 0; f < samples.Length; f++)
        {
            samples[f] = T.CreateTruncating(transform.Apply(features[ordinals[f]], f));
        }
    }
}
