namespace KMeans.Input.ParquetNet;

/// <summary>A byte source as the seekable stream that Parquet.Net reads. Not thread-safe: one a reader.</summary>
/// <remarks>
/// Ends the two endless loops that a damaged file could start in Parquet.Net: a read at the end of the file throws, and so does a chunk that
/// has taken more reads than its bytes can account for (page headers that point backwards).
/// </remarks>
internal sealed class SourceStream : Stream
{
    private const int BufferBytes = 1 << 16;
    private readonly ByteSource source;
    private readonly byte[] buffer = new byte[BufferBytes];
    private long bufferStart;
    private int bufferCount;
    private long position;
    private long budget = long.MaxValue;

    /// <summary>Reads from a source, which stays the caller's.</summary>
    /// <param name="source">The file's bytes.</param>
    public SourceStream(ByteSource source) => this.source = source;

    /// <summary>The path as the user would recognise it.</summary>
    public string Path => source.Path;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => source.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => position;
        set => position = value;
    }

    /// <summary>Allows so many bytes to be read from here on.</summary>
    /// <param name="bytes">A generous bound of what a sound file needs.</param>
    public void Allow(long bytes) => budget = bytes;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        if (position < 0 || position >= source.Length)
        {
            throw new EndOfStreamException("it points outside the file");
        }

        var read = buffer.Length >= BufferBytes ? source.Read(position, buffer) : ReadBuffered(buffer);
        position += read;
        budget -= read;
        return budget >= 0 ? read : throw new InvalidDataException("its pages point at each other");
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 1 ? one[0] : -1;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => source.Length + offset,
    };

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int ReadBuffered(Span<byte> destination)
    {
        if (position < bufferStart || position >= bufferStart + bufferCount)
        {
            bufferStart = position;
            bufferCount = source.Read(position, buffer);
        }

        var offset = (int)(position - bufferStart);
        var count = Math.Min(destination.Length, bufferCount - offset);
        buffer.AsSpan(offset, count).CopyTo(destination);
        return count;
    }
}
