namespace KMeans.Input.Csv;

/// <summary>The bytes of a file from a position on.</summary>
internal sealed class PlainBytes : ForwardBytes
{
    /// <summary>Bytes read at a time behind the range: enough for the end of its last row, and little is read that others read too.</summary>
    private const int OverlapBytes = 1 << 16;

    private readonly ByteSource source;
    private readonly long rangeEnd;
    private long offset;

    /// <summary>Stands at a position.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <param name="offset">The position.</param>
    /// <param name="rangeEnd">Behind it little more is wanted.</param>
    public PlainBytes(ByteSource source, long offset, long rangeEnd)
    {
        this.source = source;
        this.offset = offset;
        this.rangeEnd = rangeEnd;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var wanted = offset < rangeEnd ? rangeEnd - offset : OverlapBytes;
        var read = source.Read(offset, buffer[..(int)Math.Min(buffer.Length, wanted)]);
        offset += read;
        return read;
    }
}
