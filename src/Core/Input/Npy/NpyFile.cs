using System.Buffers.Binary;
using KMeans.Input.Dense;
using KMeans.Input.Elements;

namespace KMeans.Input.Npy;

/// <summary>A NumPy array file (.npy, versions 1 to 3): shape (n, d) in C order, or (n,) read as (n, 1).</summary>
/// <remarks>Types: bool, 8- to 64-bit integers, half, float and double of either byte order. Source: NEP 1 and numpy.lib.format.</remarks>
internal sealed class NpyFile : DenseFile
{
    /// <summary>The format's name on the command line.</summary>
    public const string Name = "npy";

    private const int MagicLength = 6;
    private const int MaxHeaderLength = 1 << 20;

    /// <summary>Reads the header and checks it against the file's size.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <exception cref="InputException">The header is damaged, its array is not one that can be read, or the file's size is another.</exception>
    public NpyFile(ByteSource source)
        : base(source, Name, ReadLayout(source))
    {
    }

    /// <summary>Whether a file begins like one of this format.</summary>
    /// <param name="head">The file's first bytes.</param>
    /// <returns>True after the bytes 93 'NUMPY'.</returns>
    public static bool Sniff(ReadOnlySpan<byte> head) => head.Length >= MagicLength && head[0] == 0x93 && head[1..].StartsWith("NUMPY"u8);

    private static DenseLayout ReadLayout(ByteSource source)
    {
        Span<byte> preamble = stackalloc byte[12];
        var read = source.Read(0, preamble);
        if (!Sniff(preamble[..read]))
        {
            throw new InputException($"{source.Path}: does not begin like a .npy file; write it with numpy.save or name its format with --format.");
        }

        var version = preamble[MagicLength];
        if (read == preamble.Length && version is < 1 or > 3)
        {
            throw new InputException($"{source.Path}: .npy version {version} is not known; versions 1 to 3 can be read.");
        }

        var start = version == 1 ? MagicLength + 4 : MagicLength + 6;
        long length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(preamble[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(preamble[8..]);
        if (read < start || length > source.Length - start)
        {
            throw new InputException($"{source.Path}: the file ends inside the .npy header; it is truncated or damaged, so write it again.");
        }

        if (length > MaxHeaderLength)
        {
            throw new InputException($"{source.Path}: the .npy header claims {length} bytes, more than the limit of {MaxHeaderLength}; the file is damaged, so write it again.");
        }

        var text = new byte[length];
        source.ReadExactly(start, text, "the .npy header");
        if (!NpyHeader.TryParse(text, out var header))
        {
            throw new InputException($"{source.Path}: the .npy header cannot be understood; the file is damaged, so write it again with numpy.save.");
        }

        return Check(source, header!, start + length);
    }

    private static DenseLayout Check(ByteSource source, NpyHeader header, long start)
    {
        var (type, bigEndian) = Parse(header.Descr)
            ?? throw new InputException($"{source.Path}: its dtype is {(header.Descr is null ? "structured" : $"'{header.Descr}'")}, not a plain number; convert the array with astype('float32').");
        if (header.Shape.Count is 0 or > 2)
        {
            throw new InputException($"{source.Path}: the array has {header.Shape.Count} dimensions; rows need two, (n, d), so reshape it.");
        }

        var rowCount = header.Shape[0];
        var columnCount = header.Shape.Count == 2 ? header.Shape[1] : 1;
        if (header.FortranOrder && columnCount > 1 && rowCount > 1)
        {
            throw new InputException($"{source.Path}: is stored column by column (fortran_order: True); save it with numpy.ascontiguousarray.");
        }

        if (columnCount is < 1 or > NumberedColumns.MaxCount)
        {
            throw new InputException($"{source.Path}: the array has {columnCount} columns; it must have 1 to {NumberedColumns.MaxCount}.");
        }

        var expected = (UInt128)(ulong)rowCount * (ulong)columnCount * (ulong)type.Size();
        var actual = source.Length - start;
        if (expected != (UInt128)actual)
        {
            throw new InputException(
                $"{source.Path}: {rowCount} x {columnCount} {type.Name()} values take {expected} bytes after the header, the file has {actual}; it is truncated or damaged, so write it again.");
        }

        return new DenseLayout(rowCount, (int)columnCount, type, bigEndian, start);
    }

    private static (ElementType Type, bool BigEndian)? Parse(string? descr)
    {
        if (descr is not { Length: 3 } || "<>|=".IndexOf(descr[0], StringComparison.Ordinal) < 0)
        {
            return null;
        }

        ElementType? type = descr[1..] switch
        {
            "b1" => ElementType.Boolean,
            "i1" => ElementType.Int8,
            "u1" => ElementType.UInt8,
            "i2" => ElementType.Int16,
            "u2" => ElementType.UInt16,
            "i4" => ElementType.Int32,
            "u4" => ElementType.UInt32,
            "i8" => ElementType.Int64,
            "u8" => ElementType.UInt64,
            "f2" => ElementType.Float16,
            "f4" => ElementType.Float32,
            "f8" => ElementType.Float64,
            _ => null,
        };
        return type is { } known ? (known, descr[0] == '>') : null;
    }
}
