using System.Globalization;
using System.Runtime.InteropServices;
using KMeans.Input.Elements;

namespace KMeans.Input.Dense;

/// <summary>Reads chosen columns of equal-sized rows as whole values.</summary>
internal sealed class DenseValueReader : IValueReader
{
    private readonly DenseLayout layout;
    private readonly int[] ordinals;
    private readonly DenseCursor cursor;

    /// <summary>Creates a reader.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <param name="layout">Where the rows are.</param>
    /// <param name="range">Rows within the file.</param>
    /// <param name="ordinals">Which columns.</param>
    public DenseValueReader(ByteSource source, DenseLayout layout, FileRange range, IReadOnlyList<int> ordinals)
    {
        this.layout = layout;
        this.ordinals = [.. ordinals];
        cursor = new DenseCursor(source, layout, range);
        var kinds = new ValueKind[this.ordinals.Length];
        Array.Fill(kinds, layout.Type.Kind());
        Kinds = kinds;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ValueKind> Kinds { get; }

    /// <inheritdoc/>
    public int Read(IReadOnlyList<ValueColumn> columns, int maxRows)
    {
        var count = (int)Math.Min(maxRows, cursor.Remaining);
        for (var i = 0; i < count; i++)
        {
            var row = cursor.ReadRow();
            for (var j = 0; j < ordinals.Length; j++)
            {
                Store(row.Slice(ordinals[j] * layout.Type.Size(), layout.Type.Size()), columns[j], i);
            }
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => cursor.Dispose();

    private void Store(ReadOnlySpan<byte> element, ValueColumn column, int slot)
    {
        column.Missing[slot] = false;
        switch (layout.Type)
        {
            case ElementType.Int64:
                column.Wholes[slot] = MemoryMarshal.Read<long>(element);
                break;
            case ElementType.UInt64:
                column.Texts[slot] = MemoryMarshal.Read<ulong>(element).ToString(CultureInfo.InvariantCulture);
                break;
            default:
                var value = 0.0;
                ElementConverter.Convert(layout.Type, element, new Span<double>(ref value));
                if (column.Kind == ValueKind.Whole)
                {
                    column.Wholes[slot] = (long)value;
                }
                else
                {
                    column.Reals[slot] = value;
                }

                break;
        }
    }
}
