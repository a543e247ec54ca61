namespace KMeans.Coordination;

/// <summary>A part of a payload: at most <see cref="Payload.ChunkBytes"/>, with its hash.</summary>
/// <param name="Data">The bytes; never written to again.</param>
/// <param name="Hash">Their <see cref="ContentHash"/>.</param>
internal readonly record struct PayloadChunk(ReadOnlyMemory<byte> Data, ulong Hash);

/// <summary>Anything larger than a message: bytes in chunks of one size (the last is shorter), which a receiver pulls one by one and checks. Immutable.</summary>
internal sealed class Payload
{
    /// <summary>Bytes of every chunk but the last: half of the most that one message carries.</summary>
    public const int ChunkBytes = 2 << 20;

    private readonly IReadOnlyList<PayloadChunk> chunks;

    private Payload(IReadOnlyList<PayloadChunk> chunks, long length)
    {
        this.chunks = chunks;
        Length = length;
    }

    /// <summary>Bytes of all chunks.</summary>
    public long Length { get; }

    /// <summary>How many chunks there are.</summary>
    public int ChunkCount => chunks.Count;

    /// <summary>How many chunks so many bytes make.</summary>
    /// <param name="length">0 or more.</param>
    /// <returns>0 or more.</returns>
    public static long ChunksOf(long length) => (length / ChunkBytes) + (length % ChunkBytes > 0 ? 1 : 0);

    /// <summary>Makes one of what is written.</summary>
    /// <param name="write">Writes the content.</param>
    /// <returns>The payload: as many bytes as its content, in arrays of a chunk each, so that its size has no limit but memory's.</returns>
    public static Payload Of(Action<Stream> write)
    {
        using var writer = new Writer();
        write(writer);
        return writer.Complete();
    }

    /// <summary>A chunk.</summary>
    /// <param name="index">From 0.</param>
    /// <returns>The chunk.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is none of that index.</exception>
    public PayloadChunk this[int index] => chunks[index];

    private sealed class Writer : Stream
    {
        private readonly List<PayloadChunk> done = [];
        private byte[] current = [];
        private int used;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => ((long)done.Count * ChunkBytes) + used;

        public override long Position { get => Length; set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                if (used == current.Length)
                {
                    Grow(buffer.Length);
                }

                var taken = Math.Min(buffer.Length, current.Length - used);
                buffer[..taken].CopyTo(current.AsSpan(used));
                used += taken;
                buffer = buffer[taken..];
                if (used == ChunkBytes)
                {
                    Seal();
                }
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public Payload Complete()
        {
            var length = Length;
            if (used > 0)
            {
                Seal();
            }

            return new Payload(done, length);
        }

        /// <summary>Small payloads stay small: the array doubles up to a chunk.</summary>
        private void Grow(int wanted)
        {
            var size = (int)Math.Min(ChunkBytes, Math.Max(4096, Math.Max(2L * current.Length, (long)used + wanted)));
            Array.Resize(ref current, size);
        }

        private void Seal()
        {
            var data = new ReadOnlyMemory<byte>(current, 0, used);
            done.Add(new PayloadChunk(data, ContentHash.Of(data.Span)));
            (current, used) = ([], 0);
        }
    }
}
