namespace KMeans.Input.ParquetNet.Tests;

/// <summary>A file in memory.</summary>
internal sealed class BytesSource(byte[] bytes) : ByteSource
{
    public override string Path => "memory.parquet";

    public override long Length => bytes.Length;

    public bool IsDisposed { get; private set; }

    protected override int ReadSome(long offset, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(bytes.Length - offset, 0, buffer.Length);
        bytes.AsSpan((int)Math.Min(offset, bytes.Length), count).CopyTo(buffer);
        return count;
    }

    protected override void Dispose(bool disposing) => IsDisposed = true;
}
