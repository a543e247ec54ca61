namespace KMeans.Input.RecordIO;

/// <summary>Walks the records of a range.</summary>
internal sealed class RecordCursor : IDisposable
{
    /// <summary>Bytes read at once.</summary>
    private const int ReadAhead = 1 << 20;

    private readonly ByteSource source;
    private readonly RecordIndex index;
    private readonly RecordWindow window;
    private readonly long end;
    private long offset;

    /// <summary>Stands before the first record of a range.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <param name="index">Where its records begin.</param>
    /// <param name="range">Records within the file.</param>
    public RecordCursor(ByteSource source, RecordIndex index, FileRange range)
    {
        this.source = source;
        this.index = index;
        window = new RecordWindow(source);
        end = range.End;
        MoveTo(range.Start);
    }

    /// <summary>Index of the next record in the file.</summary>
    public long Next { get; private set; }

    /// <summary>Records left in the range.</summary>
    public long Remaining => end - Next;

    /// <summary>Passes over records: O(1) where they are equally long, else headers are read from the nearest known offset on.</summary>
    /// <param name="records">How many.</param>
    /// <returns>Records passed over: less only at the end of the range.</returns>
    public long Skip(long records)
    {
        var skipped = Math.Min(records, Remaining);
        MoveTo(Next + skipped);
        return skipped;
    }

    /// <summary>The next record's payload; the range is not at its end.</summary>
    /// <returns>Valid until the next call.</returns>
    /// <exception cref="InputException">The record is damaged or truncated.</exception>
    public ReadOnlySpan<byte> ReadPayload()
    {
        var length = ReadHeader();
        var payload = window.Get(offset + RecordHeader.Length, length, ReadAhead);
        if (payload.Length < length)
        {
            throw new InputException($"{source.Path}: the file ends inside record {Next + 1}; it was cut while it was read, so start again.");
        }

        offset += RecordHeader.PaddedLength(length);
        Next++;
        return payload;
    }

    /// <inheritdoc/>
    public void Dispose() => window.Dispose();

    private int ReadHeader()
    {
        var length = RecordHeader.Parse(source, window.Get(offset, RecordHeader.Length, ReadAhead), offset, Next);
        if (index.Stride > 0 && RecordHeader.PaddedLength(length) != index.Stride)
        {
            throw new InputException(
                $"{source.Path}: record {Next + 1} has {length} bytes, the file's other records take {index.Stride - RecordHeader.Length}; all rows must be equally wide, so write the file again.");
        }

        return length;
    }

    private void MoveTo(long record)
    {
        var (known, knownOffset) = index.Before(record);
        if (Next < known)
        {
            (Next, offset) = (known, knownOffset);
        }

        while (Next < record)
        {
            offset += RecordHeader.PaddedLength(ReadHeader());
            Next++;
        }
    }
}
