using System.Buffers.Binary;
using KMeans.Input.Dense;
using KMeans.Input.Elements;

namespace KMeans.Input.Vecs;

/// <summary>An fvecs or bvecs file: each row is its width as a little-endian int32, then that many floats or unsigned bytes.</summary>
/// <remarks>An empty file has no rows and no columns. Source: the TEXMEX corpus, corpus-texmex.irisa.fr.</remarks>
internal sealed class VecsFile : DenseFile
{
    /// <summary>The name of the format with float values on the command line.</summary>
    public const string FloatName = "fvecs";

    /// <summary>The name of the format with byte values on the command line.</summary>
    public const string ByteName = "bvecs";

    /// <summary>Reads the first row's width and checks it against the file's size.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <param name="format"><see cref="FloatName"/> or <see cref="ByteName"/>.</param>
    /// <exception cref="InputException">The width is impossible, or the file's size is no multiple of a row's.</exception>
    public VecsFile(ByteSource source, string format)
        : base(source, format, ReadLayout(source, format))
    {
    }

    private static DenseLayout ReadLayout(ByteSource source, string format)
    {
        var type = format == FloatName ? ElementType.Float32 : ElementType.UInt8;
        if (source.Length == 0)
        {
            return new DenseLayout(0, 0, type, false, 0, true);
        }

        Span<byte> prefix = stackalloc byte[sizeof(int)];
        source.ReadExactly(0, prefix, "row 1");
        var columnCount = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (columnCount is < 1 or > NumberedColumns.MaxCount)
        {
            throw new InputException(
                $"{source.Path}: row 1 declares {columnCount} values, the limits are 1 and {NumberedColumns.MaxCount}; "
                + $"the file is damaged or not in {format} format, so write it again or name its format with --format.");
        }

        var layout = new DenseLayout(0, columnCount, type, false, 0, true);
        var (rowCount, rest) = Math.DivRem(source.Length, layout.Stride);
        if (rest != 0)
        {
            throw new InputException(
                $"{source.Path}: {source.Length} bytes are not a whole number of rows of {columnCount} values ({layout.Stride} bytes each); "
                + "it is truncated or its rows differ in width, so write it again.");
        }

        return layout with { RowCount = rowCount };
    }
}
