using KMeans.Input;

namespace KMeans.Coordination;

/// <summary>Reads a payload that is elsewhere: pulls its chunks, a few ahead, and checks each. For threads that may wait; not thread-safe.</summary>
internal sealed class PulledStream : ForwardOnlyStream
{
    /// <summary>Chunks under way at a time: enough to hide the way there and back, and a bound for memory.</summary>
    private const int Ahead = 4;

    private readonly Func<int, Task<PayloadChunk>> pull;
    private readonly Queue<Task<PayloadChunk>> coming = [];
    private readonly int chunkCount;
    private readonly string what;
    private ReadOnlyMemory<byte> current;
    private int asked;
    private long left;

    /// <summary>Begins to pull.</summary>
    /// <param name="length">What the sender says the payload has.</param>
    /// <param name="mostBytes">The most that it may have.</param>
    /// <param name="what">What it is, for messages: "the summary".</param>
    /// <param name="pull">Gets the chunk of an index.</param>
    /// <exception cref="SummaryFormatException">It is too large.</exception>
    public PulledStream(long length, long mostBytes, string what, Func<int, Task<PayloadChunk>> pull)
    {
        if (length < 0 || length > mostBytes)
        {
            throw new SummaryFormatException($"{what} has {length} bytes where at most {mostBytes} are possible.");
        }

        this.pull = pull;
        this.what = what;
        Length = length;
        left = length;
        chunkCount = (int)Payload.ChunksOf(length);
        AskAhead();
    }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override long Position { get => Length - left - current.Length; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length == 0 || (current.Length == 0 && !Next()))
        {
            return 0;
        }

        var taken = Math.Min(buffer.Length, current.Length);
        current.Span[..taken].CopyTo(buffer);
        current = current[taken..];
        return taken;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // What is still coming is not wanted; its failures are nobody's.
        foreach (var task in coming)
        {
            task.ContinueWith(static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        coming.Clear();
        base.Dispose(disposing);
    }

    private void AskAhead()
    {
        while (asked < chunkCount && coming.Count < Ahead)
        {
            coming.Enqueue(pull(asked++));
        }
    }

    private bool Next()
    {
        if (!coming.TryDequeue(out var task))
        {
            return false;
        }

        var chunk = task.GetAwaiter().GetResult();
        AskAhead();
        if (chunk.Data.Length != Math.Min(left, Payload.ChunkBytes))
        {
            throw new SummaryFormatException($"{what} came in a chunk of {chunk.Data.Length} bytes where {Math.Min(left, Payload.ChunkBytes)} are left or due.");
        }

        if (ContentHash.Of(chunk.Data.Span) != chunk.Hash)
        {
            throw new SummaryFormatException($"{what} was damaged on the way: a chunk's checksum does not fit.");
        }

        left -= chunk.Data.Length;
        current = chunk.Data;
        return true;
    }
}
