using System.Numerics;

namespace KMeans.Input;

/// <summary>An array of rows as an input, for those who use Core as a library.</summary>
public sealed class MemoryInputFile : InputFile
{
    private readonly ReadOnlyMemory<float> rows;
    private readonly int featureCount;

    /// <summary>Wraps an array; nothing is copied.</summary>
    /// <param name="rows">Row-major (n, d).</param>
    /// <param name="featureCount">d.</param>
    /// <exception cref="InputException">The length is not a multiple of d, or d is not positive.</exception>
    public MemoryInputFile(ReadOnlyMemory<float> rows, int featureCount)
        : base(new NoBytes((long)rows.Length * sizeof(float)), "memory")
    {
        if (featureCount <= 0 || rows.Length % featureCount != 0)
        {
            throw new InputException($"an array of {rows.Length} values cannot be rows of {featureCount} features; the length must be a multiple of the feature count.");
        }

        this.rows = rows;
        this.featureCount = featureCount;
        Columns = Enumerable.Range(0, featureCount).Select(i => new InputColumn($"c{i}", "float")).ToArray();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<InputColumn> Columns { get; }

    /// <inheritdoc/>
    public override bool HasColumnNames => false;

    /// <inheritdoc/>
    public override long? RowCount => rows.Length / featureCount;

    /// <inheritdoc/>
    public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform) => new Reader(this, range, selection, transform);

    /// <inheritdoc/>
    public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals) => throw new InputException($"{Path}: an array has no columns to keep.");

    private sealed class Reader(MemoryInputFile file, FileRange range, ColumnSelection selection, ColumnTransform transform) : IRowReader
    {
        private long next = range.Start;

        public int Read<T>(RowBatch<T> batch, int maxRows)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var count = (int)Math.Min(Math.Min(batch.Free, maxRows), range.End - next);
            for (var i = 0; i < count; i++)
            {
                var row = file.rows.Span.Slice((int)((next + i) * file.featureCount), file.featureCount);
                var into = batch.Samples.AsSpan((batch.Count + i) * batch.FeatureCount, batch.FeatureCount);
                for (var f = 0; f < into.Length; f++)
                {
                    into[f] = T.CreateTruncating(transform.Apply((double)row[selection.Ordinals[f]], f));
                }

                batch.Rows[batch.Count + i] = next + i;
                if (batch.SampleWeights is { } weights)
                {
                    weights[batch.Count + i] = row[selection.WeightOrdinal];
                }
            }

            next += count;
            batch.Count += count;
            return count;
        }

        public long Skip(long rows)
        {
            var skipped = Math.Min(rows, range.End - next);
            next += skipped;
            return skipped;
        }

        public void Dispose()
        {
        }
    }

    private sealed class NoBytes(long length) : ByteSource
    {
        public override string Path => "the array";

        public override long Length => length;

        protected override int ReadSome(long offset, Span<byte> buffer) => 0;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
