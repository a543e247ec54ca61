using KMeans.Input.RecordIO;

namespace KMeans.SageMaker;

/// <summary>Takes a stream in which each file is one recordIO record (RecordWrapperType RecordIO) apart again.</summary>
internal static class WrappedFiles
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Reads the stream to its end.</summary>
    /// <param name="read">Gives the next bytes: at least 1, or 0 at the end.</param>
    /// <param name="path">Begins every message.</param>
    /// <param name="create">Makes the next file, from 0 on.</param>
    /// <param name="write">Writes to it.</param>
    /// <exception cref="InputException">The frames are damaged, cut off, or parts of records.</exception>
    public static void Split(Func<Span<byte>, int> read, string path, Func<long, Stream> create, Action<Stream, ReadOnlyMemory<byte>> write)
    {
        var buffer = new byte[ChunkBytes];
        var offset = 0L;
        for (var record = 0L; ; record++)
        {
            var got = ReadFully(read, buffer.AsSpan(0, RecordHeader.Length));
            if (got == 0)
            {
                return;
            }

            // How long the stream is nobody knows, so the header alone is checked here.
            if (RecordHeader.Parse(buffer.AsSpan(0, got), offset, long.MaxValue, out var length) is { } problem)
            {
                throw new InputException($"{path}: record {record + 1} {problem}");
            }

            offset += RecordHeader.PaddedLength(length);
            var left = (long)length;
            var padding = (int)(RecordHeader.PaddedLength(length) - RecordHeader.Length - left);
            using var file = create(record);
            while (left > 0)
            {
                var part = buffer.AsMemory(0, (int)Math.Min(left, buffer.Length));
                Require(ReadFully(read, part.Span) == part.Length, path, record);
                write(file, part);
                left -= part.Length;
            }

            Require(ReadFully(read, buffer.AsSpan(0, padding)) == padding, path, record);
        }
    }

    private static void Require(bool isThere, string path, long record)
    {
        if (!isThere)
        {
            throw new InputException($"{path}: the stream ends inside record {record + 1}; it is truncated, so run the job again.");
        }
    }

    private static int ReadFully(Func<Span<byte>, int> read, Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length && read(buffer[total..]) is > 0 and var got)
        {
            total += got;
        }

        return total;
    }
}
