namespace KMeans.Input.Csv;

/// <summary>Bytes that are read once, from front to back.</summary>
internal abstract class ForwardBytes : IDisposable
{
    /// <summary>Reads the next bytes.</summary>
    /// <param name="buffer">Out; not empty.</param>
    /// <returns>At least 1, or 0 at the end.</returns>
    public abstract int Read(Span<byte> buffer);

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
