using KMeans.Input;
using KMeans.Input.Csv;

namespace KMeans.Models;

/// <summary>Bytes that are read once, as a stream. Disposing it disposes them.</summary>
internal sealed class ForwardStream(ForwardBytes bytes) : ForwardOnlyStream
{
    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => buffer.IsEmpty ? 0 : bytes.Read(buffer);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            bytes.Dispose();
        }

        base.Dispose(disposing);
    }
}
