namespace KMeans.Input;

/// <summary>The bytes of one input file, read at any position by any number of threads at once.</summary>
public abstract class ByteSource : IDisposable
{
    private long bytesRead;

    /// <summary>The path as the user would recognise it; it begins every error message about this file.</summary>
    public abstract string Path { get; }

    /// <summary>Size in bytes.</summary>
    public abstract long Length { get; }

    /// <summary>What changes with the content, where the storage says so; else null.</summary>
    public virtual string? Version => null;

    /// <summary>Bytes delivered so far, over all threads.</summary>
    public long BytesRead => Interlocked.Read(ref bytesRead);

    /// <summary>Reads at a position.</summary>
    /// <param name="offset">Byte position, 0-based.</param>
    /// <param name="buffer">Out; filled from its start.</param>
    /// <returns>Bytes read: less than the buffer's length only at the end of the file.</returns>
    public int Read(long offset, Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var read = ReadSome(offset + total, buffer[total..]);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        Interlocked.Add(ref bytesRead, total);
        return total;
    }

    /// <summary>Notes bytes that another machine read of this file for us.</summary>
    /// <param name="count">How many.</param>
    internal void CountRead(long count) => Interlocked.Add(ref bytesRead, count);

    /// <summary>Reads at a position and insists on the whole buffer.</summary>
    /// <param name="offset">Byte position, 0-based.</param>
    /// <param name="buffer">Out; filled whole.</param>
    /// <param name="what">What is read, for the message: "the footer".</param>
    /// <exception cref="InputException">The file ends before the buffer is full.</exception>
    public void ReadExactly(long offset, Span<byte> buffer, string what)
    {
        if (offset < 0 || offset > Length - buffer.Length || Read(offset, buffer) != buffer.Length)
        {
            throw new InputException($"{Path}: the file ends inside {what}; it is truncated or damaged, so write it again.");
        }
    }

    /// <summary>Says that bytes will be read soon, so that storage which can fetch them in the meantime does. Returns at once, never fails and promises nothing.</summary>
    /// <param name="offset">Byte position, 0-based; any.</param>
    /// <param name="length">How many; what is outside the file is left out.</param>
    /// <remarks>Whoever asks bounds what is asked for: a few partitions ahead of the threads.</remarks>
    public void Prefetch(long offset, long length)
    {
        var start = Math.Clamp(offset, 0, Length);
        var end = (long)Int128.Clamp((Int128)offset + length, start, Length);
        if (end > start)
        {
            PrefetchSome(start, end - start);
        }
    }

    /// <summary>Has the storage keep no more than so much in memory, of all its files together. By default it keeps nothing in this process.</summary>
    /// <param name="bytes">At least 0.</param>
    /// <returns>What it may keep from now on: more where it cannot do with so little.</returns>
    public virtual long LimitMemory(long bytes) => 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>One read at a position, as the storage gives it.</summary>
    /// <param name="offset">Byte position, 0-based.</param>
    /// <param name="buffer">Out; not empty.</param>
    /// <returns>Bytes read, at least 1 before the end of the file and 0 at it.</returns>
    protected abstract int ReadSome(long offset, Span<byte> buffer);

    /// <summary>Starts fetching bytes where the storage can: by default it cannot.</summary>
    /// <param name="offset">Within the file.</param>
    /// <param name="length">At least 1, within the file.</param>
    protected virtual void PrefetchSome(long offset, long length)
    {
    }

    /// <summary>Releases the file.</summary>
    /// <param name="disposing">False from a finalizer.</param>
    protected abstract void Dispose(bool disposing);
}
