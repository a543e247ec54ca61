namespace KMeans.Input.Parquet.Pages;

/// <summary>Walks the pages of one column, chunk by chunk: reads headers, passes over bodies, and loads those that are wanted.</summary>
internal sealed class PageReader : IDisposable
{
    /// <summary>Headers are some thirty bytes unless statistics with long texts are in them.</summary>
    private const int HeaderBytes = 512;

    private const int LargestHeader = 16 << 20;

    /// <summary>Old writers left the dictionary page's header out of a chunk's size.</summary>
    private const int ChunkTolerance = 100;

    private readonly ByteSource source;
    private readonly PageWindow window;
    private readonly PageDecompressor decompressor;
    private ColumnChunk chunk;
    private byte[] decompressed = [];
    private long chunkEnd;
    private bool inOrder;

    /// <summary>Creates a reader without a chunk.</summary>
    /// <param name="source">The file.</param>
    /// <param name="decompressor">This thread's.</param>
    /// <param name="readAhead">Bytes to fetch beyond a page.</param>
    public PageReader(ByteSource source, PageDecompressor decompressor, int readAhead)
    {
        this.source = source;
        this.decompressor = decompressor;
        window = new PageWindow(source, readAhead);
    }

    /// <summary>The current page's header.</summary>
    public PageHeader Header { get; private set; }

    /// <summary>File offset of the current page's header.</summary>
    public long HeaderOffset { get; private set; }

    /// <summary>File offset of the next page's header; may be set to go elsewhere in the chunk.</summary>
    public long Position { get; set; }

    /// <summary>The loaded page.</summary>
    public byte[] Data { get; private set; } = [];

    /// <summary>Where in <see cref="Data"/> the loaded page begins: its repetition levels, in version 2.</summary>
    public int Start { get; private set; }

    /// <summary>Where in <see cref="Data"/> the loaded page's values, or in version 1 its levels, begin.</summary>
    public int ValueStart { get; private set; }

    /// <summary>One past the loaded page's values.</summary>
    public int End { get; private set; }

    /// <summary>In version 2 the array with the levels, which are never compressed; they begin at <see cref="Start"/>.</summary>
    public byte[] LevelData { get; private set; } = [];

    /// <summary>Begins a chunk.</summary>
    /// <param name="next">The chunk.</param>
    /// <param name="fromStart">Whether it is read from its first page on, so that reading ahead pays at once.</param>
    public void Open(in ColumnChunk next, bool fromStart)
    {
        chunk = next;
        Position = chunk.Start;
        if (Position < FooterReader.MagicBytes || chunk.CompressedBytes < 0 || chunk.CompressedBytes > source.Length - Position)
        {
            throw new InvalidDataException("its pages are said to be outside the file");
        }

        chunkEnd = Position + chunk.CompressedBytes;
        inOrder = fromStart;
    }

    /// <summary>Goes to the next page, data or dictionary, without loading it.</summary>
    /// <returns>False at the chunk's end.</returns>
    public bool Next()
    {
        while (Position < chunkEnd)
        {
            HeaderOffset = Position;
            Header = ReadHeader();
            Position += Header.HeaderBytes + (long)Header.CompressedBytes;
            if (Position > Math.Min(chunkEnd + ChunkTolerance, source.Length))
            {
                throw new InvalidDataException("a page is longer than its column chunk");
            }

            if (Header.Type != PageType.Index)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Notes that the current page is passed over, so that reading ahead stops.</summary>
    public void Pass() => inOrder = false;

    /// <summary>Loads and decompresses the current page.</summary>
    public void Load()
    {
        inOrder = true;
        var header = Header;
        if (header.UncompressedBytes > PageBuffers.LargestPage || header.CompressedBytes > PageBuffers.LargestPage)
        {
            throw new InvalidDataException("a page is larger than 1 GiB, which is not supported");
        }

        var body = window.Fetch(HeaderOffset + header.HeaderBytes, header.CompressedBytes, Math.Min(chunkEnd + ChunkTolerance, source.Length), inOrder);
        if (header.Checksum is { } checksum && checksum != PageChecksum.Compute(window.Buffer.AsSpan(body, header.CompressedBytes)))
        {
            throw new InvalidDataException("a page does not match its checksum");
        }

        var levels = header.Type == PageType.DataV2 ? header.RepetitionBytes + header.DefinitionBytes : 0;
        LevelData = window.Buffer;
        Start = body;
        var compressed = header.CompressedBytes - levels;
        var uncompressed = header.UncompressedBytes - levels;
        if (chunk.Codec == PageCodec.Uncompressed || !header.IsCompressed || (compressed == 0 && uncompressed == 0))
        {
            if (compressed != uncompressed)
            {
                throw new InvalidDataException("an uncompressed page has two sizes");
            }

            Data = window.Buffer;
            ValueStart = body + levels;
            End = ValueStart + compressed;
            return;
        }

        if (uncompressed > PageDecompressor.LargestOutput(chunk.Codec, compressed))
        {
            throw new InvalidDataException($"a page of {compressed} bytes claims to hold {uncompressed}");
        }

        if (decompressed.Length < uncompressed + PageBuffers.Slack)
        {
            Return();
            decompressed = PageBuffers.Pool.Rent(uncompressed + PageBuffers.Slack);
        }

        decompressor.Decompress(chunk.Codec, window.Buffer, body + levels, compressed, decompressed.AsSpan(0, uncompressed));
        Data = decompressed;
        ValueStart = 0;
        End = uncompressed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        window.Dispose();
        Return();
        Data = [];
        LevelData = [];
    }

    private void Return()
    {
        if (decompressed.Length > 0)
        {
            PageBuffers.Pool.Return(decompressed);
            decompressed = [];
        }
    }

    private PageHeader ReadHeader()
    {
        var limit = Math.Min(chunkEnd + ChunkTolerance, source.Length);
        for (var size = HeaderBytes; ; size *= 8)
        {
            var count = (int)Math.Min(size, limit - Position);
            var start = window.Fetch(Position, count, limit, inOrder);
            try
            {
                return PageHeader.Read(window.Buffer.AsSpan(start, count));
            }
            catch (EndOfStreamException) when (count == size && size < LargestHeader)
            {
                // Longer than guessed: fetch more.
            }
        }
    }
}
