using System.Buffers.Binary;

namespace KMeans.Input.Parquet.Pages;

/// <summary>Walks the pages of one column, chunk by chunk: reads headers, passes over bodies, and loads those that are wanted.</summary>
internal sealed class PageReader : IDisposable
{
    /// <summary>Headers are some thirty bytes unless statistics with long texts are in them. Also the least that is fetched of a page read in parts.</summary>
    private const int HeaderBytes = 256;

    private const int LargestHeader = 16 << 20;

    /// <summary>Old writers left the dictionary page's header out of a chunk's size.</summary>
    private const int ChunkTolerance = 100;

    private readonly ByteSource source;
    private readonly PageWindow window;
    private readonly PageDecompressor decompressor;
    private ColumnChunk chunk;
    private byte[] decompressed = [];
    private byte[] levels = [];
    private long chunkEnd;
    private long aheadEnd;

    /// <summary>Bytes used one after another since rows were last passed over: as many are read ahead.</summary>
    private long streak;

    /// <summary>Creates a reader without a chunk.</summary>
    /// <param name="source">The file.</param>
    /// <param name="decompressor">This thread's.</param>
    /// <param name="window">Bytes to hold while reading goes on in order, a power of two; larger pages are held whole.</param>
    public PageReader(ByteSource source, PageDecompressor decompressor, int window)
    {
        this.source = source;
        this.decompressor = decompressor;
        this.window = new PageWindow(source, window);
    }

    /// <summary>The current page's header.</summary>
    public PageHeader Header { get; private set; }

    /// <summary>File offset of the current page's header.</summary>
    public long HeaderOffset { get; private set; }

    /// <summary>File offset of the current page, behind its header.</summary>
    public long BodyOffset => HeaderOffset + Header.HeaderBytes;

    /// <summary>File offset of the next page's header; may be set to go elsewhere in the chunk.</summary>
    public long Position { get; set; }

    /// <summary>The loaded page, or its levels where only they are loaded.</summary>
    public byte[] Data { get; private set; } = [];

    /// <summary>Where in <see cref="Data"/> the loaded page begins: its repetition levels, in version 2.</summary>
    public int Start { get; private set; }

    /// <summary>Where in <see cref="Data"/> the loaded page's values, or in version 1 its levels, begin.</summary>
    public int ValueStart { get; private set; }

    /// <summary>One past what is loaded of the page.</summary>
    public int End { get; private set; }

    /// <summary>In version 2 the array with the levels, which are never compressed; they begin at <see cref="Start"/>.</summary>
    public byte[] LevelData { get; private set; } = [];

    /// <summary>Whether the current page's values are in the file as memory has them, so that some can be fetched without the others.</summary>
    public bool IsUncompressed => chunk.Codec == PageCodec.Uncompressed || (Header.Type == PageType.DataV2 && !Header.IsCompressed);

    /// <summary>
    /// Whether less than the current page should be fetched at a time: where reading has just come here from elsewhere, and where it has no checksum to compare
    /// and is larger than the window or goes on where nobody reads.
    /// </summary>
    public bool PrefersParts => streak < Header.CompressedBytes || (Header.Checksum is null && (Header.CompressedBytes > window.Capacity || Position > aheadEnd));

    /// <summary>File offset behind which nothing of the chunk can be.</summary>
    private long Limit => Math.Min(chunkEnd + ChunkTolerance, source.Length);

    /// <summary>Begins a chunk.</summary>
    /// <param name="next">The chunk.</param>
    /// <param name="fromStart">Whether it is read from its first page on, so that reading ahead pays at once.</param>
    /// <param name="aheadLimit">File offset that reading ahead does not pass, though what is asked for may: about where the rows that are wanted end.</param>
    public void Open(in ColumnChunk next, bool fromStart, long aheadLimit)
    {
        chunk = next;
        Position = chunk.Start;
        if (Position < FooterReader.MagicBytes || chunk.CompressedBytes < 0 || chunk.CompressedBytes > source.Length - Position)
        {
            throw new InvalidDataException("its pages are said to be outside the file");
        }

        chunkEnd = Position + chunk.CompressedBytes;
        aheadEnd = aheadLimit;
        streak = fromStart ? source.Length : 0;
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
            if (Position > Limit)
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

    /// <summary>Notes that rows are passed over, so that reading ahead starts anew from nothing.</summary>
    public void Pass() => streak = 0;

    /// <summary>Notes that everything from here to the limit of reading ahead is wanted.</summary>
    public void Resume() => streak = source.Length;

    /// <summary>Loads the levels of the current page and none of its values. Its checksum is not compared, for that takes all its bytes.</summary>
    /// <param name="parts">In version 1 how many sequences of levels precede the values, each behind its length.</param>
    public void LoadLevels(int parts)
    {
        CheckSizes();
        var isVersion2 = Header.Type == PageType.DataV2;
        var length = isVersion2 ? Header.RepetitionBytes + Header.DefinitionBytes : 0;
        for (var part = 0; !isVersion2 && part < parts; part++)
        {
            if (Header.CompressedBytes - length < sizeof(int))
            {
                throw new InvalidDataException("a page ends inside its levels");
            }

            var bytes = BinaryPrimitives.ReadUInt32LittleEndian(FetchPart(BodyOffset + length, sizeof(int)));
            length += sizeof(int);
            if (bytes > Header.CompressedBytes - length)
            {
                throw new InvalidDataException("a page's levels are longer than the page");
            }

            length += (int)bytes;
        }

        Rent(ref levels, length);
        if (length > 0)
        {
            FetchPart(BodyOffset, length).CopyTo(levels);
        }

        LevelData = Data = levels;
        Start = 0;
        ValueStart = isVersion2 ? length : 0;
        End = length;
    }

    /// <summary>Fetches a part of the current page's values, and the more behind it the longer reading has gone on in order.</summary>
    /// <param name="offset">File offset of the part.</param>
    /// <param name="count">Its bytes, within the page.</param>
    /// <param name="start">Where in the returned array it begins.</param>
    /// <returns>An array with slack behind the part, valid until the next call of any method.</returns>
    public byte[] FetchValues(long offset, int count, out int start)
    {
        start = Fetch(offset, count);
        streak += count;
        return window.Buffer;
    }

    /// <summary>Loads and decompresses the current page.</summary>
    public void Load()
    {
        CheckSizes();
        var header = Header;
        var body = Fetch(BodyOffset, header.CompressedBytes, streak);
        streak += header.IsData ? header.CompressedBytes : 0;
        if (header.Checksum is { } checksum && checksum != PageChecksum.Compute(window.Buffer.AsSpan(body, header.CompressedBytes)))
        {
            throw new InvalidDataException("a page does not match its checksum");
        }

        var levelBytes = header.Type == PageType.DataV2 ? header.RepetitionBytes + header.DefinitionBytes : 0;
        LevelData = window.Buffer;
        Start = body;
        var compressed = header.CompressedBytes - levelBytes;
        var uncompressed = header.UncompressedBytes - levelBytes;
        if (IsUncompressed || (compressed == 0 && uncompressed == 0))
        {
            Data = window.Buffer;
            ValueStart = body + levelBytes;
            End = ValueStart + compressed;
            return;
        }

        if (uncompressed > PageDecompressor.LargestOutput(chunk.Codec, compressed))
        {
            throw new InvalidDataException($"a page of {compressed} bytes claims to hold {uncompressed}");
        }

        Rent(ref decompressed, uncompressed);
        decompressor.Decompress(chunk.Codec, window.Buffer, body + levelBytes, compressed, decompressed.AsSpan(0, uncompressed));
        Data = decompressed;
        ValueStart = 0;
        End = uncompressed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        window.Dispose();
        Return(ref decompressed);
        Return(ref levels);
        Data = [];
        LevelData = [];
    }

    private static void Rent(ref byte[] buffer, int length)
    {
        if (buffer.Length < length + PageBuffers.Slack)
        {
            Return(ref buffer);
            buffer = PageBuffers.Pool.Rent(length + PageBuffers.Slack);
        }
    }

    private static void Return(ref byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            PageBuffers.Pool.Return(buffer);
            buffer = [];
        }
    }

    private int Fetch(long offset, int count) => Fetch(offset, count, Math.Max(streak, HeaderBytes - count));

    private int Fetch(long offset, int count, long ahead) => window.Fetch(offset, count, Math.Min(Limit, Math.Max(aheadEnd, offset + count)), ahead);

    private Span<byte> FetchPart(long offset, int count)
    {
        var start = Fetch(offset, count);
        return window.Buffer.AsSpan(start, count);
    }

    private void CheckSizes()
    {
        if (Header.UncompressedBytes > PageBuffers.LargestPage || Header.CompressedBytes > PageBuffers.LargestPage)
        {
            throw new InvalidDataException("a page is larger than 1 GiB, which is not supported");
        }

        if (IsUncompressed && Header.CompressedBytes != Header.UncompressedBytes)
        {
            throw new InvalidDataException("an uncompressed page has two sizes");
        }
    }

    private PageHeader ReadHeader()
    {
        for (var size = HeaderBytes; ; size *= 8)
        {
            var count = (int)Math.Min(size, Limit - Position);
            var start = Fetch(Position, count, streak);
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
