using System.IO.Compression;

namespace KMeans.Input.Csv;

/// <summary>The unpacked bytes of a gzip file, all of its members one after the other.</summary>
/// <remarks>
/// The library's unpacker takes the end of a truncated file for the end of its text. So a member of our own follows the file's bytes: it is unpacked as the
/// last of the text only where the file's own members are complete; in all other cases its bytes are taken for something else, and the text ends otherwise.
/// </remarks>
internal sealed class GzipBytes : ForwardBytes
{
    /// <summary>Bytes unpacked at a time.</summary>
    private const int ChunkBytes = 1 << 16;

    private static readonly byte[] PackedEnd = PackEnd();

    private readonly string path;
    private readonly EndedStream packed;
    private readonly GZipStream unpacked;

    /// <summary>Unpacked bytes that may be the end mark's, and room for more.</summary>
    private readonly byte[] chunk = new byte[ChunkBytes];
    private int held;

    /// <summary>Stands at the first byte.</summary>
    /// <param name="source">The file's packed bytes.</param>
    public GzipBytes(ByteSource source)
        : this(new SourceStream(source), source.Path)
    {
    }

    /// <summary>Stands at the first byte of what can be read only once.</summary>
    /// <param name="stream">The packed bytes; disposed with this.</param>
    /// <param name="path">Begins every message.</param>
    public GzipBytes(Stream stream, string path)
    {
        this.path = path;
        packed = new EndedStream(stream);
        unpacked = new GZipStream(packed, CompressionMode.Decompress);
    }

    private static ReadOnlySpan<byte> End => "the end, the end"u8;

    /// <summary>Whether a file begins like gzip.</summary>
    /// <param name="head">The file's first bytes.</param>
    /// <returns>True after the magic number and the only method there is.</returns>
    public static bool Sniff(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B, 0x08]);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            var read = Unpack(chunk.AsSpan(held, Math.Min(buffer.Length, ChunkBytes - held)));
            held += read;
            if (read == 0)
            {
                return chunk.AsSpan(0, held).SequenceEqual(End) ? 0 : throw Damaged(null);
            }

            var certain = held - End.Length;
            if (certain > 0)
            {
                chunk.AsSpan(0, certain).CopyTo(buffer);
                chunk.AsSpan(certain, End.Length).CopyTo(chunk);
                held = End.Length;
                return certain;
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        unpacked.Dispose();
        packed.Dispose();
        base.Dispose();
    }

    private static byte[] PackEnd()
    {
        using var target = new MemoryStream();
        using (var stream = new GZipStream(target, CompressionLevel.Optimal))
        {
            stream.Write(End);
        }

        return target.ToArray();
    }

    private int Unpack(Span<byte> target)
    {
        try
        {
            return unpacked.Read(target);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Damaged(e);
        }
    }

    private InputException Damaged(Exception? inner)
    {
        var message = $"{path}: the gzip data are truncated or damaged; write the file again.";
        return inner is null ? new InputException(message) : new InputException(message, inner);
    }

    /// <summary>A stream and the end mark behind it, as the unpacker wants them.</summary>
    private sealed class EndedStream(Stream stream) : ForwardOnlyStream
    {
        private bool ended;
        private int marked;

        public override int Read(Span<byte> buffer)
        {
            var read = ended || buffer.Length == 0 ? 0 : stream.Read(buffer);
            if (read > 0 || buffer.Length == 0)
            {
                return read;
            }

            ended = true;
            var rest = PackedEnd.AsSpan(marked);
            read = Math.Min(rest.Length, buffer.Length);
            rest[..read].CopyTo(buffer);
            marked += read;
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            stream.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>A byte source as a stream.</summary>
    private sealed class SourceStream(ByteSource source) : ForwardOnlyStream
    {
        private long offset;

        public override int Read(Span<byte> buffer)
        {
            var read = source.Read(offset, buffer);
            offset += read;
            return read;
        }
    }
}
