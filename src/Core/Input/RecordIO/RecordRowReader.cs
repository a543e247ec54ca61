using System.Numerics;
using KMeans.Input.Elements;

namespace KMeans.Input.RecordIO;

/// <summary>Reads records into batches.</summary>
internal sealed class RecordRowReader : IRowReader
{
    private readonly RecordDecoder decoder;
    private readonly ElementRowWriter templateWriter;
    private readonly ElementRowWriter parsedWriter;

    /// <summary>Creates a reader.</summary>
    /// <param name="file">The file.</param>
    /// <param name="range">Records within it.</param>
    /// <param name="selection">Columns in feature order.</param>
    /// <param name="transform">Length d.</param>
    public RecordRowReader(RecordIOFile file, FileRange range, ColumnSelection selection, ColumnTransform transform)
    {
        decoder = new RecordDecoder(file, range);
        parsedWriter = new ElementRowWriter(ElementType.Float64, file.Columns.Count, selection, transform);
        templateWriter = file.Template is { } template ? new ElementRowWriter(template.Type, file.Columns.Count, selection, transform) : parsedWriter;
    }

    /// <inheritdoc/>
    public int Read<T>(RowBatch<T> batch, int maxRows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = (int)Math.Min(Math.Min(maxRows, batch.Free), decoder.Cursor.Remaining);
        for (var i = 0; i < count; i++)
        {
            var index = decoder.Cursor.Next;
            var row = decoder.Read(out var isTemplate);
            (isTemplate ? templateWriter : parsedWriter).Append(row, index, batch);
        }

        return Math.Max(count, 0);
    }

    /// <inheritdoc/>
    public long Skip(long rows) => decoder.Cursor.Skip(rows);

    /// <inheritdoc/>
    public void Dispose() => decoder.Dispose();
}
