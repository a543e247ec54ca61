using KMeans.Input;

namespace KMeans.Tests.Input;

/// <summary>A file in memory.</summary>
internal sealed class MemoryByteSource(byte[] content, string path = "test.bin") : ByteSource
{
    public MemoryByteSource(string content, string path = "test.csv")
        : this(System.Text.Encoding.UTF8.GetBytes(content), path)
    {
    }

    public override string Path => path;

    public override long Length => content.Length;

    protected override int ReadSome(long offset, Span<byte> buffer)
    {
        if (offset >= content.Length)
        {
            return 0;
        }

        var count = (int)Math.Min(buffer.Length, content.Length - offset);
        content.AsSpan((int)offset, count).CopyTo(buffer);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
    }
}
