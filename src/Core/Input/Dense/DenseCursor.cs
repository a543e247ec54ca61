using System.Buffers;
using System.Buffers.Binary;
using KMeans.Input.Elements;

namespace KMeans.Input.Dense;

/// <summary>Walks the rows of a range through a reused window, with the elements in this machine's byte order.</summary>
internal sealed class DenseCursor : IDisposable
{
    /// <summary>Bytes read at a time, or one row where rows are larger.</summary>
    private const int WindowBytes = 1 << 20;

    private readonly ByteSource source;
    private readonly DenseLayout layout;
    private readonly long end;
    private readonly int rowsPerWindow;
    private byte[] window = [];
    private long windowRow;
    private int windowCount;

    /// <summary>Stands before the first row of a range.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <param name="layout">Where the rows are.</param>
    /// <param name="range">Rows within the file.</param>
    public DenseCursor(ByteSource source, DenseLayout layout, FileRange range)
    {
        this.source = source;
        this.layout = layout;
        Next = range.Start;
        end = range.End;
        rowsPerWindow = Math.Max(1, WindowBytes / Math.Max(1, layout.Stride));
    }

    /// <summary>Index of the next row in the file.</summary>
    public long Next { get; private set; }

    /// <summary>Rows left in the range.</summary>
    public long Remaining => end - Next;

    /// <summary>Passes over rows. O(1).</summary>
    /// <param name="rows">How many.</param>
    /// <returns>Rows passed over: less only at the end of the range.</returns>
    public long Skip(long rows)
    {
        var skipped = Math.Min(rows, Remaining);
        Next += skipped;
        return skipped;
    }

    /// <summary>The elements of the next row; the range is not at its end.</summary>
    /// <param name="most">At most so many rows from it on are read with it.</param>
    /// <returns>Valid until the next call.</returns>
    /// <exception cref="InputException">The file ends too early, or the row declares another width.</exception>
    public ReadOnlySpan<byte> ReadRow(int most = int.MaxValue)
    {
        if (Next < windowRow || Next >= windowRow + windowCount)
        {
            Fill(most);
        }

        var row = window.AsSpan((int)(Next - windowRow) * layout.Stride, layout.Stride);
        if (layout.HasWidthPrefix && BinaryPrimitives.ReadInt32LittleEndian(row) is var width && width != layout.ColumnCount)
        {
            throw new InputException(
                $"{source.Path}: row {Next + 1} declares {width} values, the first row has {layout.ColumnCount}; all rows must be equally wide, so write the file again.");
        }

        Next++;
        return row[layout.PrefixBytes..];
    }

    /// <summary>Reads rows straight into memory that has the file's own layout: no prefix, and this machine's byte order.</summary>
    /// <param name="rows">Whole rows, out; no more than remain.</param>
    public void ReadRows(Span<byte> rows)
    {
        FillWhole(rows);
        Next += rows.Length / layout.Stride;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (window.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(window);
            window = [];
            windowCount = 0;
        }
    }

    private void Fill(int most)
    {
        if (window.Length == 0)
        {
            window = ArrayPool<byte>.Shared.Rent(rowsPerWindow * layout.Stride);
        }

        var count = (int)Math.Min(Math.Min(rowsPerWindow, most), Remaining);
        var rows = window.AsSpan(0, count * layout.Stride);
        windowCount = 0;
        FillWhole(rows);
        if (layout.BigEndian == BitConverter.IsLittleEndian)
        {
            // A prefix is little-endian like its format's elements, so only files without one are reversed.
            ElementConverter.ReverseBytes(layout.Type, rows);
        }

        windowRow = Next;
        windowCount = count;
    }

    private void FillWhole(Span<byte> rows)
    {
        if (source.Read(layout.Start + (Next * layout.Stride), rows) != rows.Length)
        {
            throw new InputException($"{source.Path}: the file ends within {rows.Length / layout.Stride} rows of row {Next + 1}; it was cut while it was read, so start again.");
        }
    }
}
