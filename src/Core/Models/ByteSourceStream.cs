using System.Security.Cryptography;
using KMeans.Input;

namespace KMeans.Models;

/// <summary>Reads a file's bytes from first to last.</summary>
/// <param name="source">Owned: disposed with the stream.</param>
internal sealed class ByteSourceStream(ByteSource source) : ForwardOnlyStream
{
    /// <summary>Told every byte that is read, or null.</summary>
    public IncrementalHash? Hash { get; init; }

    /// <inheritdoc/>
    public override long Length => source.Length;

    /// <inheritdoc/>
    public override long Position { get; set; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var read = source.Read(Position, buffer);
        Position += read;
        Hash?.AppendData(buffer[..read]);
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
