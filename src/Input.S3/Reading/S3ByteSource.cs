using KMeans.Storage;

namespace KMeans.Input.S3.Reading;

/// <summary>An object's bytes, read through the blocks that all objects share.</summary>
internal sealed class S3ByteSource : ByteSource
{
    private readonly BlockPool blocks;

    /// <summary>Opens an object; nothing is asked for yet.</summary>
    /// <param name="item">As it was found.</param>
    /// <param name="blocks">What keeps its bytes.</param>
    public S3ByteSource(StoredObject item, BlockPool blocks)
    {
        Item = item;
        Path = item.Path.ToString();
        this.blocks = blocks;
    }

    /// <summary>The object.</summary>
    public StoredObject Item { get; }

    /// <summary>Whether nobody reads it any more. Under the blocks' lock.</summary>
    public bool IsForgotten { get; set; }

    /// <inheritdoc/>
    public override string Path { get; }

    /// <inheritdoc/>
    public override string? Version => Item.Version;

    /// <inheritdoc/>
    public override long Length => Item.Length;

    /// <inheritdoc/>
    public override long LimitMemory(long bytes) => blocks.Limit(bytes);

    /// <inheritdoc/>
    protected override int ReadSome(long offset, Span<byte> buffer) => offset >= Length ? 0 : blocks.Read(this, offset, buffer);

    /// <inheritdoc/>
    protected override void PrefetchSome(long offset, long length) => blocks.Prefetch(this, offset, length);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            blocks.Forget(this);
        }
    }
}
