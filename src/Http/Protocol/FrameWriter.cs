using System.Buffers.Binary;
using System.Text.Json;

namespace KMeans.Http.Protocol;

/// <summary>Writes an answer's frames. As a stream it takes the payload and cuts it into frames. Not thread-safe.</summary>
/// <param name="inner">Where frames go; stays open.</param>
internal sealed class FrameWriter(Stream inner) : Stream
{
    /// <summary>Type and length.</summary>
    public const int HeaderBytes = 1 + sizeof(int);

    /// <summary>The most bytes in a frame.</summary>
    public const int MostBytes = 256 << 10;

    /// <summary>Rows and squared distances.</summary>
    public const int ProgressBytes = sizeof(long) + sizeof(double);

    private readonly byte[] header = new byte[HeaderBytes];

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Says how far it is, and that the worker is alive.</summary>
    /// <param name="rows">Since the last time.</param>
    /// <param name="squaredDistances">Since the last time.</param>
    /// <param name="cancellation">Nobody listens any more.</param>
    /// <returns>When it is on its way.</returns>
    public async Task ProgressAsync(long rows, double squaredDistances, CancellationToken cancellation)
    {
        var frame = new byte[HeaderBytes + ProgressBytes];
        frame[0] = (byte)FrameType.Progress;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(1), ProgressBytes);
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(HeaderBytes), rows);
        BinaryPrimitives.WriteDoubleLittleEndian(frame.AsSpan(HeaderBytes + sizeof(long)), squaredDistances);
        await inner.WriteAsync(frame, cancellation).ConfigureAwait(false);
        await inner.FlushAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Ends the payload.</summary>
    public void End() => Frame(FrameType.End, []);

    /// <summary>Ends the answer with a problem.</summary>
    /// <param name="problem">What it is.</param>
    public void Fail(Problem problem) => Frame(FrameType.Problem, JsonSerializer.SerializeToUtf8Bytes(problem, ProtocolJson.Default.Problem));

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        for (; buffer.Length > 0; buffer = buffer[Math.Min(buffer.Length, MostBytes)..])
        {
            Frame(FrameType.Data, buffer[..Math.Min(buffer.Length, MostBytes)]);
        }
    }

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private void Frame(FrameType type, ReadOnlySpan<byte> content)
    {
        header[0] = (byte)type;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(1), content.Length);
        inner.Write(header);
        inner.Write(content);
    }
}
