namespace KMeans.Input;

/// <summary>The bytes of one input file, read at any position by any number of threads at once.</summary>
public abstract class ByteSource : IDisposable
{
    private long bytesRead;

    /// <summary>The path as the user would recognise it; it begins every error message about this file.</summary>
    public abstract string Path { get; }

    /// <summary>Size in bytes.</summary>
    public abstract long Length { get; }

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

    /// <summary>Releases the file.</summary>
    /// <param name="disposing">False from a finalizer.</param>
    protected abstract void Dispose(bool disposing);
}
