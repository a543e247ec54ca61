using System.IO.Compression;
using System.Text;
using KMeans.Input.Csv;
using KMeans.Storage;

namespace KMeans.Models;

/// <summary>The reference product's artifact: model.tar.gz with the one member model_algo-1, see <see cref="NdArrayFile"/>.</summary>
/// <remarks>
/// Reads and writes the few tar fields that it needs itself: what is written must not depend on the time, the user or the machine's names,
/// and what is read must not be believed before it is checked. Source of the layout: POSIX.1-2017, pax, ustar interchange format.
/// </remarks>
internal static class ModelArchive
{
    /// <summary>The member that holds the centers.</summary>
    public const string MemberName = "model_algo-1";

    private const int BlockBytes = 512;
    private const int NameLength = 100;

    /// <summary>Deflate cannot expand a byte to more than 1,032: an archive that claims more lies.</summary>
    private const long MaxExpansion = 1032;

    /// <summary>Whether a file begins like a gzip file.</summary>
    /// <param name="head">Its first bytes.</param>
    /// <returns>True after 1F 8B.</returns>
    public static bool Sniff(ReadOnlySpan<byte> head) => head.Length >= 2 && head[0] == 0x1F && head[1] == 0x8B;

    /// <summary>Writes an archive.</summary>
    /// <param name="stream">Written to; not disposed.</param>
    /// <param name="centers">Row-major (k, d), in the columns' own units.</param>
    /// <param name="featureCount">d.</param>
    public static void Write(Stream stream, ReadOnlySpan<float> centers, int featureCount)
    {
        using var gzip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
        var size = NdArrayFile.Size(centers.Length / featureCount, featureCount);
        gzip.Write(Header(size));
        NdArrayFile.Write(gzip, centers, featureCount);

        // The member is filled up to a whole block; two blocks of zeros end the archive.
        gzip.Write(new byte[(int)(Padded(size) - size) + (2 * BlockBytes)]);
    }

    /// <summary>Reads the centers of an archive.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The centers (k, d).</returns>
    /// <exception cref="InputException">It cannot be read, is damaged, or has no such member.</exception>
    public static Matrix Read(string path)
    {
        using var source = ObjectStores.Open(path);
        using var tar = new ForwardStream(new GzipBytes(source));
        try
        {
            var centers = Read(tar, source.Length, path);

            // What follows is passed over, but only at the end of the packed data is their checksum.
            Span<byte> rest = stackalloc byte[BlockBytes];
            while (tar.Read(rest) > 0)
            {
            }

            return centers;
        }
        catch (EndOfStreamException e)
        {
            throw new InputException($"{path}: the archive is truncated or damaged; fetch it again.", e);
        }
    }

    private static Matrix Read(Stream tar, long fileLength, string path)
    {
        var header = new byte[BlockBytes];
        var limit = fileLength * MaxExpansion;
        while (true)
        {
            tar.ReadExactly(header);
            if (!header.AsSpan().ContainsAnyExcept((byte)0))
            {
                throw new InputException($"{path}: the archive has no member {MemberName} at its top level; it is not a k-means model.");
            }

            var size = CheckedSize(header);
            if (size < 0 || size > limit)
            {
                throw new InputException($"{path}: the archive is damaged or not a tar archive; fetch it again.");
            }

            var isFile = header[156] is (byte)'0' or 0;
            if (isFile && Name(header) is MemberName or "./" + MemberName)
            {
                return NdArrayFile.Read(tar, size, $"{path} ({MemberName})");
            }

            limit -= Padded(size);
            Skip(tar, Padded(size));
        }
    }

    private static byte[] Header(long size)
    {
        var header = new byte[BlockBytes];
        Put(header, 0, MemberName);
        Put(header, 100, "0000644\0");
        Put(header, 108, "0000000\0");
        Put(header, 116, "0000000\0");
        Put(header, 124, Octal(size, 11) + "\0");
        Put(header, 136, Octal(0, 11) + "\0");
        Put(header, 156, "0");
        Put(header, 257, "ustar\0" + "00");
        Put(header, 148, Octal(Checksum(header), 6) + "\0 ");
        return header;
    }

    /// <summary>The member's size from a header whose checksum fits; -1 where it does not, or the size is no number.</summary>
    private static long CheckedSize(byte[] header) => ParseOctal(header.AsSpan(148, 8)) == Checksum(header) ? ParseOctal(header.AsSpan(124, 12)) : -1;

    /// <summary>The sum of a header's bytes, those of the checksum itself counted as spaces.</summary>
    private static long Checksum(byte[] header)
    {
        var sum = 8L * ' ';
        for (var i = 0; i < header.Length; i++)
        {
            sum += i is >= 148 and < 156 ? 0 : header[i];
        }

        return sum;
    }

    private static long ParseOctal(ReadOnlySpan<byte> field)
    {
        var text = field.Trim(" \0"u8);
        var value = 0L;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return -1;
            }

            value = (value * 8) + (digit - '0');
        }

        return text.IsEmpty ? -1 : value;
    }

    private static string Name(byte[] header)
    {
        var name = header.AsSpan(0, NameLength);
        var end = name.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? name : name[..end]);
    }

    private static void Skip(Stream stream, long count)
    {
        var buffer = new byte[(int)Math.Min(count, 1 << 16)];
        while (count > 0)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(count, buffer.Length));
            stream.ReadExactly(part);
            count -= part.Length;
        }
    }

    private static long Padded(long size) => (size + BlockBytes - 1) / BlockBytes * BlockBytes;

    private static string Octal(long value, int digits) => Convert.ToString(value, 8).PadLeft(digits, '0');

    private static void Put(byte[] header, int offset, string text) => Encoding.ASCII.GetBytes(text, header.AsSpan(offset));
}
