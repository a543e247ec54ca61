using KMeans.Input;
using KMeans.Input.Csv;

namespace KMeans.SageMaker;

/// <summary>Copies a channel's stream, unpacked and unwrapped, to files in a spool. Memory is two buffers.</summary>
internal sealed class ChannelPump
{
    private const int BufferBytes = 1 << 20;

    private readonly SpoolFolder spool;
    private readonly string path;
    private long moved;

    /// <summary>Creates it.</summary>
    /// <param name="spool">Where files go.</param>
    /// <param name="path">What the stream is called in messages.</param>
    public ChannelPump(SpoolFolder spool, string path)
    {
        this.spool = spool;
        this.path = path;
    }

    /// <summary>Bytes that came so far, of the stream as it is: it grows as long as the stream lives.</summary>
    public long Moved => Interlocked.Read(ref moved);

    /// <summary>Copies a stream to its end.</summary>
    /// <param name="source">The stream; disposed. gzip is known by its first bytes and unpacked.</param>
    /// <param name="isWrapped">Whether each file in it is one recordIO record.</param>
    /// <param name="folder">The channel's folder in the spool.</param>
    /// <param name="name">The file's name in it; a folder's where there are several.</param>
    /// <exception cref="InputException">The stream is damaged, or larger than the spool.</exception>
    public void Copy(Stream source, bool isWrapped, string folder, string name)
    {
        using var watched = new Watched(this, source);
        using var forward = Unpack(watched);
        if (isWrapped)
        {
            var files = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            WrappedFiles.Split(forward.Read, path, record => Create(Path.Combine(files, $"{record:D10}")), (file, part) => Write(file, part.Span));
            return;
        }

        using var target = Create(Path.Combine(folder, name));
        var buffer = new byte[BufferBytes];
        while (forward.Read(buffer) is > 0 and var read)
        {
            Write(target, buffer.AsSpan(0, read));
        }
    }

    private ForwardBytes Unpack(Watched source)
    {
        Span<byte> head = stackalloc byte[3];
        head = head[..source.Peek(head)];
        return GzipBytes.Sniff(head) ? new GzipBytes(source, path) : new Plain(source);
    }

    private static FileStream Create(string file) => new(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferBytes);

    private void Write(Stream target, ReadOnlySpan<byte> bytes)
    {
        spool.Take(bytes.Length, path);
        target.Write(bytes);
    }

    /// <summary>Counts what is read, and lets the first bytes be looked at.</summary>
    private sealed class Watched(ChannelPump pump, Stream inner) : ForwardOnlyStream
    {
        private byte[] head = [];
        private int taken;

        public int Peek(Span<byte> first)
        {
            var total = 0;
            while (total < first.Length && inner.Read(first[total..]) is > 0 and var got)
            {
                total += got;
            }

            head = first[..total].ToArray();
            return total;
        }

        public override int Read(Span<byte> buffer)
        {
            int read;
            if (taken < head.Length)
            {
                read = Math.Min(buffer.Length, head.Length - taken);
                head.AsSpan(taken, read).CopyTo(buffer);
                taken += read;
            }
            else
            {
                read = inner.Read(buffer);
            }

            Interlocked.Add(ref pump.moved, read);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Plain(Stream source) : ForwardBytes
    {
        public override int Read(Span<byte> buffer) => source.Read(buffer);
    }
}
