using System.Runtime.InteropServices;
using System.Text;
using IronSnappy;

namespace KMeans.Input.Parquet.Writing;

/// <summary>Where a chunk was written and what is in it.</summary>
/// <param name="Start">File offset of its first page.</param>
/// <param name="DataOffset">File offset of its first data page.</param>
/// <param name="CompressedBytes">Bytes of its pages with their headers.</param>
/// <param name="UncompressedBytes">The same before compression.</param>
/// <param name="SlotCount">Values with nulls.</param>
/// <param name="NullCount">Nulls.</param>
/// <param name="Codec">How it is compressed.</param>
internal sealed record WrittenChunk(long Start, long DataOffset, long CompressedBytes, long UncompressedBytes, long SlotCount, long NullCount, PageCodec Codec)
{
    /// <summary>Whether it has a dictionary.</summary>
    public bool HasDictionary => DataOffset > Start;
}

/// <summary>A written row group.</summary>
/// <param name="RowCount">Its rows.</param>
/// <param name="Chunks">One for each column.</param>
internal sealed record WrittenGroup(long RowCount, WrittenChunk[] Chunks);

/// <summary>Encodes the pages of one column of one row group into memory.</summary>
/// <param name="compress">Whether with Snappy.</param>
/// <param name="pageBytes">Bytes of values in a page, before compression.</param>
internal sealed class ChunkWriter(bool compress, int pageBytes) : IDisposable
{
    /// <summary>What a text is guessed to take when rows are dealt to pages.</summary>
    private const int TextBytes = 32;

    private readonly MemoryStream output = new();
    private readonly MemoryStream page = new();
    private readonly ThriftWriter header = new();
    private long uncompressedBytes;

    /// <summary>The pages written last.</summary>
    public ReadOnlySpan<byte> Bytes => output.GetBuffer().AsSpan(0, (int)output.Length);

    /// <summary>Encodes a chunk into <see cref="Bytes"/>.</summary>
    /// <param name="column">The column.</param>
    /// <param name="data">Its values, checked.</param>
    /// <param name="rowCount">Its rows.</param>
    /// <param name="position">File offset at which the chunk will stand.</param>
    /// <returns>What the footer says about it.</returns>
    public WrittenChunk Write(ParquetWriterColumn column, ParquetColumnData data, int rowCount, long position)
    {
        output.SetLength(0);
        uncompressedBytes = 0;
        var missing = column.IsOptional ? data.Missing : null;
        var nulls = missing is null ? 0 : missing.AsSpan(0, rowCount).Count(true);
        var dictionary = column.UseDictionary && column.Type != ParquetWriterType.Vector ? WriterDictionary.Build(data, rowCount) : null;
        if (dictionary is not null)
        {
            page.SetLength(0);
            page.Write(dictionary.Bytes);
            Flush(PageType.Dictionary, dictionary.Count, PageEncoding.Plain);
        }

        var dataOffset = position + output.Length;
        var rowsInPage = Math.Max(1, pageBytes / (ValueBytes(column.Type) * column.Width));
        for (var row = 0; row < rowCount || row == 0; row += rowsInPage)
        {
            var rows = Math.Min(rowsInPage, rowCount - row);
            page.SetLength(0);
            var slots = column.Type == ParquetWriterType.Vector ? WriteListLevels(column, missing, row, rows) : WriteLevels(column, missing, row, rows);
            if (dictionary is not null)
            {
                var width = HybridEncoder.BitWidth(dictionary.Count - 1);
                page.WriteByte((byte)width);
                HybridEncoder.Write(Present(dictionary.Indices.AsSpan(row, rows), missing, row, 1), width, page);
            }
            else
            {
                WriteValues(data.Values, missing, row, rows, column.Width);
            }

            Flush(PageType.Data, slots, dictionary is null ? PageEncoding.Plain : PageEncoding.RleDictionary);
        }

        var slotCount = nulls + ((long)(rowCount - nulls) * column.Width);
        return new WrittenChunk(position, dataOffset, output.Length, uncompressedBytes, slotCount, nulls, compress ? PageCodec.Snappy : PageCodec.Uncompressed);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        output.Dispose();
        page.Dispose();
    }

    private static int ValueBytes(ParquetWriterType type) => type switch
    {
        ParquetWriterType.Real64 or ParquetWriterType.Whole64 => 8,
        ParquetWriterType.Text => TextBytes,
        _ => 4,
    };

    /// <summary>The values of rows that are not missing: a view where none is.</summary>
    private static ReadOnlySpan<T> Present<T>(ReadOnlySpan<T> values, bool[]? missing, int row, int width)
    {
        var rows = values.Length / width;
        if (missing is null || !missing.AsSpan(row, rows).Contains(true))
        {
            return values;
        }

        var kept = new T[values.Length];
        var count = 0;
        for (var i = 0; i < rows; i++)
        {
            if (!missing[row + i])
            {
                values.Slice(i * width, width).CopyTo(kept.AsSpan(count));
                count += width;
            }
        }

        return kept.AsSpan(0, count);
    }

    private int WriteLevels(ParquetWriterColumn column, bool[]? missing, int row, int rows)
    {
        if (column.IsOptional)
        {
            var levels = new int[rows];
            for (var i = 0; i < rows; i++)
            {
                levels[i] = missing is not null && missing[row + i] ? 0 : 1;
            }

            HybridEncoder.WriteLevels(levels, 1, page);
        }

        return rows;
    }

    /// <summary>Writes both levels of lists. A missing list is one slot at definition level 0.</summary>
    private int WriteListLevels(ParquetWriterColumn column, bool[]? missing, int row, int rows)
    {
        var max = column.IsOptional ? 2 : 1;
        var repetitions = new int[rows * column.Width];
        var definitions = new int[rows * column.Width];
        var slots = 0;
        for (var i = 0; i < rows; i++)
        {
            if (missing is not null && missing[row + i])
            {
                slots++;
                continue;
            }

            repetitions.AsSpan(slots + 1, column.Width - 1).Fill(1);
            definitions.AsSpan(slots, column.Width).Fill(max);
            slots += column.Width;
        }

        HybridEncoder.WriteLevels(repetitions.AsSpan(0, slots), 1, page);
        HybridEncoder.WriteLevels(definitions.AsSpan(0, slots), max, page);
        return slots;
    }

    private void WriteValues(Array values, bool[]? missing, int row, int rows, int width)
    {
        switch (values)
        {
            case float[] numbers:
                page.Write(MemoryMarshal.AsBytes(Present(numbers.AsSpan(row * width, rows * width), missing, row, width)));
                break;
            case double[] numbers:
                page.Write(MemoryMarshal.AsBytes(Present(numbers.AsSpan(row, rows), missing, row, 1)));
                break;
            case int[] numbers:
                page.Write(MemoryMarshal.AsBytes(Present(numbers.AsSpan(row, rows), missing, row, 1)));
                break;
            case long[] numbers:
                page.Write(MemoryMarshal.AsBytes(Present(numbers.AsSpan(row, rows), missing, row, 1)));
                break;
            case string?[] texts:
                foreach (var text in Present(texts.AsSpan(row, rows), missing, row, 1))
                {
                    WriteText(text ?? "", page);
                }

                break;
        }
    }

    /// <summary>Writes a text behind its length, as PLAIN has it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="output">Out.</param>
    internal static void WriteText(string text, MemoryStream output)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        output.Write(BitConverter.GetBytes(bytes.Length));
        output.Write(bytes);
    }

    private void Flush(PageType type, int slots, PageEncoding encoding)
    {
        var raw = page.GetBuffer().AsSpan(0, (int)page.Length);
        ReadOnlySpan<byte> body = compress ? Snappy.Encode(raw) : raw;
        header.Clear();
        header.Int32(1, (int)type);
        header.Int32(2, raw.Length);
        header.Int32(3, body.Length);
        header.Struct(type == PageType.Dictionary ? 7 : 5);
        header.Int32(1, slots);
        header.Int32(2, (int)encoding);
        if (type == PageType.Data)
        {
            header.Int32(3, (int)PageEncoding.Rle);
            header.Int32(4, (int)PageEncoding.Rle);
        }

        header.End();
        header.End();
        output.Write(header.Written);
        output.Write(body);
        uncompressedBytes += header.Written.Length + raw.Length;
    }
}
