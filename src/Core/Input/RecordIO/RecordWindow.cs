using System.Buffers;

namespace KMeans.Input.RecordIO;

/// <summary>A reused buffer over a part of a file, for reading forwards in small pieces.</summary>
internal sealed class RecordWindow : IDisposable
{
    private readonly ByteSource source;
    private byte[] buffer = [];
    private long start;
    private int count;

    /// <summary>Creates an empty window.</summary>
    /// <param name="source">The file's bytes.</param>
    public RecordWindow(ByteSource source) => this.source = source;

    /// <summary>Bytes of the file at a position.</summary>
    /// <param name="offset">Byte position.</param>
    /// <param name="length">Bytes wanted.</param>
    /// <param name="readAhead">Bytes to read at once where the window must move.</param>
    /// <returns>Fewer than wanted only at the end of the file; valid until the next call.</returns>
    public ReadOnlySpan<byte> Get(long offset, int length, int readAhead)
    {
        if (offset < start || offset + length > start + count)
        {
            Move(offset, Math.Max(length, readAhead));
        }

        var begin = (int)(offset - start);
        return buffer.AsSpan(begin, Math.Min(length, count - begin));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
            count = 0;
        }
    }

    private void Move(long offset, int wanted)
    {
        // What is known of the new part stays, so that every byte is read once.
        var kept = offset >= start && offset < start + count ? (int)(start + count - offset) : 0;
        var target = buffer.Length < wanted ? ArrayPool<byte>.Shared.Rent(wanted) : buffer;
        buffer.AsSpan(count - kept, kept).CopyTo(target);
        if (target != buffer)
        {
            Dispose();
            buffer = target;
        }

        start = offset;
        count = kept;
        if (wanted > kept)
        {
            count += source.Read(offset + kept, buffer.AsSpan(kept, wanted - kept));
        }
    }
}
