using KMeans.Input.Parquet.Writing;

namespace KMeans.Input.Parquet;

/// <summary>Writes a Parquet file: numbers, text and lists of float32, in row groups as they come.</summary>
/// <remarks>
/// Version 1 pages of 60 KiB of values, PLAIN or dictionary, uncompressed or Snappy, as every reader of the format understands. The file is whole only after
/// <see cref="Finish"/>. Not thread-safe.
/// </remarks>
public sealed class ParquetWriter : IDisposable
{
    /// <summary>Small enough that a reader holds a page of each of hundreds of columns; with its levels and header a page stays under 64 KiB.</summary>
    private const int PageBytes = 60 << 10;

    private static readonly byte[] Magic = "PAR1"u8.ToArray();

    private readonly Stream stream;
    private readonly ParquetWriterColumn[] columns;
    private readonly KeyValuePair<string, string>[] metadata;
    private readonly ChunkWriter chunks;
    private readonly List<WrittenGroup> groups = [];
    private long position;
    private bool finished;

    /// <summary>Begins a file.</summary>
    /// <param name="stream">Written from its current position on, forward only; disposed with this.</param>
    /// <param name="columns">In file order.</param>
    /// <param name="compress">Whether pages are compressed with Snappy.</param>
    /// <param name="metadata">Key and value pairs for the footer.</param>
    public ParquetWriter(Stream stream, IEnumerable<ParquetWriterColumn> columns, bool compress = false, IEnumerable<KeyValuePair<string, string>>? metadata = null)
        : this(stream, columns, compress, metadata, PageBytes)
    {
    }

    /// <summary>Begins a file with pages of a given size.</summary>
    /// <param name="stream">Written from its current position on, forward only; disposed with this.</param>
    /// <param name="columns">In file order.</param>
    /// <param name="compress">Whether pages are compressed with Snappy.</param>
    /// <param name="metadata">Key and value pairs for the footer.</param>
    /// <param name="pageBytes">Bytes of values in a page, before compression.</param>
    internal ParquetWriter(Stream stream, IEnumerable<ParquetWriterColumn> columns, bool compress, IEnumerable<KeyValuePair<string, string>>? metadata, int pageBytes)
    {
        this.stream = stream;
        this.columns = [.. columns];
        this.metadata = [.. metadata ?? []];
        foreach (var column in this.columns)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(column.Width, 1, nameof(columns));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(column.Type == ParquetWriterType.Vector ? 1 : column.Width, 1, nameof(columns));
        }

        chunks = new ChunkWriter(compress, pageBytes);
        Write(Magic);
    }

    /// <summary>Writes one row group.</summary>
    /// <param name="rowCount">Its rows.</param>
    /// <param name="data">One for each column, of its type, each of that many rows.</param>
    public void WriteRowGroup(int rowCount, params IReadOnlyList<ParquetColumnData> data)
    {
        ObjectDisposedException.ThrowIf(finished, this);
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(data.Count, columns.Length, nameof(data));
        var written = new WrittenChunk[columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            Check(columns[i], data[i], rowCount);
            written[i] = chunks.Write(columns[i], data[i], rowCount, position);
            Write(chunks.Bytes);
        }

        groups.Add(new WrittenGroup(rowCount, written));
    }

    /// <summary>Writes the footer: the file is whole.</summary>
    public void Finish()
    {
        if (finished)
        {
            return;
        }

        finished = true;
        var footer = FooterWriter.Write(columns, groups, metadata);
        Write(footer);
        Write(BitConverter.GetBytes(footer.Length));
        Write(Magic);
        stream.Flush();
    }

    /// <summary>Closes the stream. Without <see cref="Finish"/> the file is not whole and no reader takes it.</summary>
    public void Dispose()
    {
        finished = true;
        chunks.Dispose();
        stream.Dispose();
    }

    private static void Check(ParquetWriterColumn column, ParquetColumnData data, int rowCount)
    {
        var matches = (column.Type, data.Values) switch
        {
            (ParquetWriterType.Real32 or ParquetWriterType.Vector, float[]) => true,
            (ParquetWriterType.Real64, double[]) => true,
            (ParquetWriterType.Whole32, int[]) => true,
            (ParquetWriterType.Whole64, long[]) => true,
            (ParquetWriterType.Text, string?[]) => true,
            _ => false,
        };
        if (!matches || data.Values.Length < (long)rowCount * column.Width)
        {
            throw new ArgumentException($"column '{column.Name}' needs {rowCount} x {column.Width} values of type {column.Type}", nameof(data));
        }

        if (data.Missing is { } missing && (missing.Length < rowCount || (!column.IsOptional && missing.AsSpan(0, rowCount).Contains(true))))
        {
            throw new ArgumentException($"column '{column.Name}' is required or has fewer flags than rows", nameof(data));
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        position += bytes.Length;
    }
}
