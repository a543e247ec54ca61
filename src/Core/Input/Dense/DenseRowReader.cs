using System.Numerics;
using System.Runtime.InteropServices;
using KMeans.Input.Elements;

namespace KMeans.Input.Dense;

/// <summary>Reads equal-sized rows into batches.</summary>
internal sealed class DenseRowReader : IRowReader
{
    private readonly DenseLayout layout;
    private readonly ElementRowWriter writer;
    private readonly DenseCursor cursor;

    /// <summary>Creates a reader.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <param name="layout">Where the rows are.</param>
    /// <param name="range">Rows within the file.</param>
    /// <param name="writer">Selects and transforms.</param>
    public DenseRowReader(ByteSource source, DenseLayout layout, FileRange range, ElementRowWriter writer)
    {
        this.layout = layout;
        this.writer = writer;
        cursor = new DenseCursor(source, layout, range);
    }

    /// <summary>Whether rows behind those that are asked for will be, too.</summary>
    public bool ReadsAhead { get; init; } = true;

    /// <inheritdoc/>
    public int Read<T>(RowBatch<T> batch, int maxRows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = (int)Math.Min(Math.Min(maxRows, batch.Free), cursor.Remaining);
        if (count <= 0)
        {
            return 0;
        }

        if (writer.Copies<T>() && !layout.HasWidthPrefix && layout.BigEndian != BitConverter.IsLittleEndian && batch.SampleWeights is null)
        {
            Copy(batch, count);
            return count;
        }

        for (var i = 0; i < count; i++)
        {
            var index = cursor.Next;
            writer.Append(cursor.ReadRow(ReadsAhead ? int.MaxValue : count - i), index, batch);
        }

        return count;
    }

    /// <inheritdoc/>
    public long Skip(long rows) => cursor.Skip(rows);

    /// <inheritdoc/>
    public void Dispose() => cursor.Dispose();

    private void Copy<T>(RowBatch<T> batch, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < count; i++)
        {
            batch.Rows[batch.Count + i] = cursor.Next + i;
        }

        cursor.ReadRows(MemoryMarshal.AsBytes(batch.Samples.AsSpan(batch.Count * batch.FeatureCount, count * batch.FeatureCount)));
        batch.Count += count;
    }
}
