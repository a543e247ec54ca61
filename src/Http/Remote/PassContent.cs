using System.Net;
using System.Net.Http.Headers;
using KMeans.Coordination;
using KMeans.Http.Protocol;

namespace KMeans.Http.Remote;

/// <summary>The body of an upload: a pass, written straight to the connection.</summary>
internal sealed class PassContent : HttpContent
{
    private readonly PassSpec spec;

    /// <summary>Creates it.</summary>
    /// <param name="spec">The pass.</param>
    public PassContent(PassSpec spec)
    {
        this.spec = spec;
        Headers.ContentType = new MediaTypeHeaderValue(Routes.Binary);
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => PassSpecCodec.Write(new Blocking(stream, cancellationToken), spec), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = PassSpecCodec.Bytes(spec);
        return true;
    }

    /// <summary>Writes to a connection, which knows the asynchronous form only, from a thread that may wait.</summary>
    private sealed class Blocking(Stream inner, CancellationToken cancellation) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => inner.WriteAsync(buffer.AsMemory(offset, count), cancellation).AsTask().GetAwaiter().GetResult();

        public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

        public override void Flush() => inner.FlushAsync(cancellation).GetAwaiter().GetResult();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
