namespace KMeans.Input.RecordIO;

/// <summary>Where the records of a file begin: computed where all are equally long, else the offset of every 1024th.</summary>
internal sealed class RecordIndex
{
    /// <summary>Records between two known offsets.</summary>
    private const int MarkInterval = 1024;

    /// <summary>Records looked at before all are believed to be equally long.</summary>
    private const int ProbeCount = 1000;

    /// <summary>Bytes read at once by the scan; more than four times as long records are hopped over instead.</summary>
    private const int ScanBytes = 1 << 20;

    private readonly IReadOnlyList<long> marks;

    private RecordIndex(long recordCount, long stride, IReadOnlyList<long> marks)
    {
        RecordCount = recordCount;
        Stride = stride;
        this.marks = marks;
    }

    /// <summary>n.</summary>
    public long RecordCount { get; }

    /// <summary>Bytes from each record to the next, or 0 where they differ.</summary>
    public long Stride { get; }

    /// <summary>Finds the records of a file: about 1000 small reads where they look equally long, else one pass over all headers.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <param name="payloadLength">Length of the first record's payload.</param>
    /// <param name="isFixedLength">Whether records of the first one's kind and width are all that long; not so for sparse and varint values.</param>
    /// <returns>The index.</returns>
    /// <exception cref="InputException">A header that was looked at is damaged, or the file is truncated.</exception>
    public static RecordIndex Build(ByteSource source, int payloadLength, bool isFixedLength)
    {
        var stride = RecordHeader.PaddedLength(payloadLength);
        return isFixedLength && source.Length % stride == 0 && AreEqual(source, payloadLength, source.Length / stride)
            ? new RecordIndex(source.Length / stride, stride, [])
            : Scan(source);
    }

    /// <summary>The last known offset at or before a record.</summary>
    /// <param name="record">0 to n.</param>
    /// <returns>A record's index and where it begins.</returns>
    public (long Record, long Offset) Before(long record)
    {
        if (Stride > 0)
        {
            return (record, record * Stride);
        }

        var mark = (int)Math.Min(record / MarkInterval, marks.Count - 1);
        return mark < 0 ? (0, 0) : ((long)mark * MarkInterval, marks[mark]);
    }

    private static bool AreEqual(ByteSource source, int payloadLength, long recordCount)
    {
        Span<byte> expected = stackalloc byte[RecordHeader.Length];
        Span<byte> header = stackalloc byte[RecordHeader.Length];
        source.ReadExactly(0, expected, "record 1");
        var stride = RecordHeader.PaddedLength(payloadLength);
        var probes = Math.Min(ProbeCount, recordCount);
        for (var i = 1L; i < probes; i++)
        {
            var record = (long)((Int128)i * (recordCount - 1) / (probes - 1));
            source.ReadExactly(record * stride, header, "a record's header");
            if (!header.SequenceEqual(expected))
            {
                return false;
            }
        }

        return true;
    }

    private static RecordIndex Scan(ByteSource source)
    {
        using var window = new RecordWindow(source);
        var marks = new List<long>();
        var (record, offset, readAhead) = (0L, 0L, ScanBytes);
        while (offset < source.Length)
        {
            if (record % MarkInterval == 0)
            {
                marks.Add(offset);
            }

            var length = RecordHeader.PaddedLength(RecordHeader.Parse(source, window.Get(offset, RecordHeader.Length, readAhead), offset, record));
            readAhead = length > 4 * ScanBytes ? RecordHeader.Length : ScanBytes;
            offset += length;
            record++;
        }

        return new RecordIndex(record, 0, marks);
    }
}
