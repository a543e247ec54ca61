using System.Buffers.Binary;

namespace KMeans.Input.RecordIO;

/// <summary>The eight bytes before each record: a magic number and the payload's length, both little-endian. Payloads are padded to four bytes.</summary>
/// <remarks>Source: dmlc recordIO. The top three bits of the length would mark a part of a record that was split; no writer of this record format does that.</remarks>
internal static class RecordHeader
{
    /// <summary>Bytes of a header.</summary>
    public const int Length = 8;

    /// <summary>What each record begins with.</summary>
    public const uint Magic = 0xCED7230A;

    private const int FlagShift = 29;
    private const string Truncated = "is cut off; the data are truncated or damaged, so write them again.";

    /// <summary>Checks a header.</summary>
    /// <param name="source">The file, for its length and name.</param>
    /// <param name="header">The bytes at the offset: a whole header, or fewer at the end of the file.</param>
    /// <param name="offset">Where the record begins.</param>
    /// <param name="record">Its index, 0-based.</param>
    /// <returns>Bytes of payload; the file has them, padding included.</returns>
    /// <exception cref="InputException">The magic number is wrong, the record is a part of one, or the file ends inside it.</exception>
    public static int Parse(ByteSource source, ReadOnlySpan<byte> header, long offset, long record) =>
        Parse(header, offset, source.Length, out var length) is { } problem ? throw new InputException($"{source.Path}: record {record + 1} {problem}") : length;

    /// <summary>Checks a header.</summary>
    /// <param name="header">The bytes at the offset: a whole header, or fewer at the end of the data.</param>
    /// <param name="offset">Where the record begins.</param>
    /// <param name="end">Where the data end.</param>
    /// <param name="length">Out: bytes of payload; the data have them, padding included.</param>
    /// <returns>What is wrong with it, to follow "record 12 ", or null.</returns>
    public static string? Parse(ReadOnlySpan<byte> header, long offset, long end, out int length)
    {
        length = 0;
        if (header.Length < Length)
        {
            return Truncated;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic)
        {
            return $"does not begin with the recordIO magic number (byte {offset}); the data are damaged or not recordIO, so write them again.";
        }

        var word = BinaryPrimitives.ReadUInt32LittleEndian(header[sizeof(uint)..]);
        if (word >> FlagShift != 0)
        {
            return $"is split into parts (continuation flag {word >> FlagShift}), which is not supported; write each row as one record.";
        }

        length = (int)word;
        return PaddedLength(length) <= end - offset ? null : Truncated;
    }

    /// <summary>Bytes from the beginning of a record to the next one's.</summary>
    /// <param name="payloadLength">Bytes of payload.</param>
    /// <returns>Header, payload and padding.</returns>
    public static long PaddedLength(int payloadLength) => Length + ((payloadLength + 3L) & ~3L);
}
