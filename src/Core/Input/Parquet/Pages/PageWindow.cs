namespace KMeans.Input.Parquet.Pages;

/// <summary>A window onto the file that moves along one column chunk, so that a chunk is never in memory whole.</summary>
/// <param name="source">The file.</param>
/// <param name="capacity">Bytes that reading ahead fills it to; only what is asked for at once makes it larger.</param>
internal sealed class PageWindow(ByteSource source, int capacity) : IDisposable
{
    private long offset;
    private int length;

    /// <summary>Bytes that reading ahead fills it to, the slack not counted.</summary>
    public int Capacity { get; } = capacity - PageBuffers.Slack;

    /// <summary>Holds what was asked for last, with <see cref="PageBuffers.Slack"/> bytes behind it.</summary>
    public byte[] Buffer { get; private set; } = [];

    /// <summary>Brings bytes into the buffer. What was there before may move.</summary>
    /// <param name="position">File offset.</param>
    /// <param name="count">How many bytes.</param>
    /// <param name="limit">File offset that reading ahead does not pass.</param>
    /// <param name="ahead">Bytes beyond them that are likely to be asked for next.</param>
    /// <returns>Where in the buffer they begin.</returns>
    public int Fetch(long position, int count, long limit, long ahead)
    {
        var start = position - offset;
        if (start >= 0 && start + count <= length)
        {
            return (int)start;
        }

        var kept = start >= 0 && start < length ? length - (int)start : 0;
        var wanted = (int)Math.Min(limit - position, Math.Max(count, Math.Min(Capacity, count + ahead)));
        var target = Buffer;
        if (target.Length < wanted + PageBuffers.Slack)
        {
            target = PageBuffers.Pool.Rent(wanted + PageBuffers.Slack);
        }

        if (kept > 0)
        {
            Buffer.AsSpan((int)start, kept).CopyTo(target);
        }

        if (target != Buffer)
        {
            Dispose();
            Buffer = target;
        }

        offset = position;
        length = kept;
        source.ReadExactly(position + kept, Buffer.AsSpan(kept, wanted - kept), "a column's pages");
        length = wanted;
        return 0;
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (Buffer.Length > 0)
        {
            PageBuffers.Pool.Return(Buffer);
            Buffer = [];
            length = 0;
        }
    }
}
