using System.Buffers.Binary;
using KMeans.Input.Dense;
using KMeans.Input.Elements;

namespace KMeans.Input.Idx;

/// <summary>An IDX file (MNIST's format): the first dimension counts the rows, the product of the others the columns; one dimension is read as (n, 1).</summary>
/// <remarks>Layout: two zero bytes, the type, the number of dimensions, each length as a big-endian uint32, big-endian values.</remarks>
internal sealed class IdxFile : DenseFile
{
    /// <summary>The format's name on the command line.</summary>
    public const string Name = "idx";

    /// <summary>Reads the header and checks it against the file's size.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <exception cref="InputException">The header is damaged, or the file's size is another than it says.</exception>
    public IdxFile(ByteSource source)
        : base(source, Name, ReadLayout(source))
    {
    }

    /// <summary>Whether a file begins like one of this format.</summary>
    /// <param name="head">The file's first bytes.</param>
    /// <returns>True after two zero bytes, a known type and at least one dimension.</returns>
    public static bool Sniff(ReadOnlySpan<byte> head) => head.Length >= 4 && head[0] == 0 && head[1] == 0 && Type(head[2]) is not null && head[3] > 0;

    private static DenseLayout ReadLayout(ByteSource source)
    {
        Span<byte> magic = stackalloc byte[4];
        if (source.Read(0, magic) != magic.Length || !Sniff(magic))
        {
            throw new InputException($"{source.Path}: does not begin like an IDX file; write it again or name its format with --format.");
        }

        var type = Type(magic[2])!.Value;
        Span<byte> lengths = stackalloc byte[byte.MaxValue * sizeof(uint)];
        lengths = lengths[..(magic[3] * sizeof(uint))];
        source.ReadExactly(magic.Length, lengths, "the IDX header");
        var columnCount = 1UL;
        for (var i = sizeof(uint); i < lengths.Length; i += sizeof(uint))
        {
            columnCount *= BinaryPrimitives.ReadUInt32BigEndian(lengths[i..]);
            if (columnCount is < 1 or > NumberedColumns.MaxCount)
            {
                throw new InputException($"{source.Path}: the IDX header declares rows of {columnCount} values or more; the limits are 1 and {NumberedColumns.MaxCount}.");
            }
        }

        var rowCount = BinaryPrimitives.ReadUInt32BigEndian(lengths);
        var start = magic.Length + lengths.Length;
        var expected = (UInt128)rowCount * columnCount * (ulong)type.Size();
        var actual = source.Length - start;
        if (expected != (UInt128)actual)
        {
            throw new InputException(
                $"{source.Path}: {rowCount} x {columnCount} {type.Name()} values take {expected} bytes after the header, the file has {actual}; it is truncated or damaged, so write it again.");
        }

        return new DenseLayout(rowCount, (int)columnCount, type, true, start);
    }

    private static ElementType? Type(byte code) => code switch
    {
        0x08 => ElementType.UInt8,
        0x09 => ElementType.Int8,
        0x0B => ElementType.Int16,
        0x0C => ElementType.Int32,
        0x0D => ElementType.Float32,
        0x0E => ElementType.Float64,
        _ => null,
    };
}
