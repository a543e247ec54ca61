using KMeans.Input.Elements;

namespace KMeans.Input.RecordIO;

/// <summary>Reads chosen elements of records as doubles, which hold every value of all three tensor types.</summary>
internal sealed class RecordValueReader : IValueReader
{
    private readonly RecordIOFile file;
    private readonly RecordDecoder decoder;
    private readonly int[] ordinals;
    private readonly double[] values;

    /// <summary>Creates a reader.</summary>
    /// <param name="file">The file.</param>
    /// <param name="range">Records within it.</param>
    /// <param name="ordinals">Which columns.</param>
    public RecordValueReader(RecordIOFile file, FileRange range, IReadOnlyList<int> ordinals)
    {
        this.file = file;
        this.ordinals = [.. ordinals];
        values = new double[this.ordinals.Length];
        decoder = new RecordDecoder(file, range);
        var kinds = new ValueKind[this.ordinals.Length];
        Array.Fill(kinds, ValueKind.Real);
        Kinds = kinds;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ValueKind> Kinds { get; }

    /// <inheritdoc/>
    public int Read(IReadOnlyList<ValueColumn> columns, int maxRows)
    {
        var count = (int)Math.Min(maxRows, decoder.Cursor.Remaining);
        for (var i = 0; i < count; i++)
        {
            var row = decoder.Read(out var isTemplate);
            ElementConverter.Gather(isTemplate ? file.Template!.Type : ElementType.Float64, row, ordinals, values);
            for (var j = 0; j < values.Length; j++)
            {
                columns[j].Reals[i] = values[j];
                columns[j].Missing[i] = false;
            }
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => decoder.Dispose();
}
