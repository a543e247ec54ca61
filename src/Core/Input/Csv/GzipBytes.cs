using System.IO.Compression;

namespace KMeans.Input.Csv;

/// <summary>The unpacked bytes of a gzip file, all of its members one after the other.</summary>
internal sealed class GzipBytes : ForwardBytes
{
    /// <summary>The shortest gzip file: a header of 10 bytes, an empty block of 2 and a trailer of 8.</summary>
    private const int LeastLength = 20;

    private readonly ByteSource source;
    private readonly SourceStream packed;
    private readonly GZipStream unpacked;

    /// <summary>Stands at the first byte.</summary>
    /// <param name="source">The file's packed bytes.</param>
    /// <exception cref="InputException">The file is too short to be one.</exception>
    public GzipBytes(ByteSource source)
    {
        if (source.Length < LeastLength)
        {
            throw Damaged(source, null);
        }

        this.source = source;
        packed = new SourceStream(source);
        unpacked = new GZipStream(packed, CompressionMode.Decompress);
    }

    /// <summary>Whether a file begins like gzip.</summary>
    /// <param name="head">The file's first bytes.</param>
    /// <returns>True after the magic number and the only method there is.</returns>
    public static bool Sniff(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B, 0x08]);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return unpacked.Read(buffer);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Damaged(source, e);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        unpacked.Dispose();
        packed.Dispose();
        base.Dispose();
    }

    private static InputException Damaged(ByteSource source, Exception? inner)
    {
        var message = $"{source.Path}: the gzip data are truncated or damaged; write the file again.";
        return inner is null ? new InputException(message) : new InputException(message, inner);
    }

    /// <summary>A byte source as the stream that the unpacker wants.</summary>
    private sealed class SourceStream(ByteSource source) : Stream
    {
        private long offset;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => source.Length;

        public override long Position
        {
            get => offset;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = source.Read(offset, buffer);
            offset += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
