using KMeans.Input;

namespace KMeans.Tests.Input.Parquet;

internal sealed class MemoryByteSource(byte[] bytes, string path = "memory.parquet") : ByteSource
{
    public override string Path => path;

    public override long Length => bytes.Length;

    protected override int ReadSome(long offset, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(bytes.Length - offset, 0, buffer.Length);
        bytes.AsSpan((int)offset, count).CopyTo(buffer);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
    }
}
