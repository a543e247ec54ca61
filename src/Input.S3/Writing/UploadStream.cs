namespace KMeans.Input.S3.Writing;

/// <summary>Cuts what is written into parts and hands them on, the first one last: a header may be written again until then.</summary>
/// <param name="partBytes">Bytes of a part.</param>
/// <param name="send">Takes a part, numbered from 1; may wait, and owns the bytes from then on.</param>
/// <param name="finished">Told the first part's bytes, and whether other parts were sent, when the stream is closed.</param>
internal sealed class UploadStream(int partBytes, Action<int, MemoryStream> send, Action<MemoryStream, bool> finished) : Stream
{
    /// <summary>The most parts that S3 takes.</summary>
    private const int MostParts = 10_000;

    private readonly MemoryStream first = new();
    private MemoryStream? current;
    private int parts = 1;
    private long position;
    private bool closed;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => !closed;

    /// <inheritdoc/>
    public override long Length => current is null && parts == 1 ? first.Length : ((parts - 1L) * partBytes) + (current?.Length ?? 0);

    /// <inheritdoc/>
    public override long Position
    {
        get => position;
        set => position = value == Length || (value >= 0 && value < first.Length)
            ? value
            : throw new NotSupportedException("Only the first part can be written again.");
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        if (position < Length)
        {
            // A header never grows beyond what it was.
            if (position + buffer.Length > first.Length)
            {
                throw new NotSupportedException("Only the first part can be written again.");
            }

            first.Position = position;
            first.Write(buffer);
            position += buffer.Length;
            return;
        }

        while (buffer.Length > 0)
        {
            var part = Part();
            var count = (int)Math.Min(buffer.Length, partBytes - part.Length);
            part.Position = part.Length;
            part.Write(buffer[..count]);
            position += count;
            buffer = buffer[count..];
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => position + offset, _ => Length + offset };

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !closed)
        {
            closed = true;
            if (current is { } last)
            {
                current = null;
                send(parts, last);
            }

            finished(first, parts > 1);
        }

        base.Dispose(disposing);
    }

    /// <summary>The part that takes the next byte.</summary>
    private MemoryStream Part()
    {
        if (parts == 1 && first.Length < partBytes)
        {
            return first;
        }

        if (current is { } full && full.Length == partBytes)
        {
            current = null;
            send(parts, full);
        }

        if (current is null)
        {
            if (parts == MostParts)
            {
                throw new IOException($"an object can have no more than {(long)MostParts * partBytes >> 30} GiB here; write several files.");
            }

            parts++;
            current = new MemoryStream(partBytes);
        }

        return current;
    }
}
