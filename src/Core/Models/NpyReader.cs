using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using KMeans.Input;

namespace KMeans.Models;

/// <summary>Reads the .npy files of a model folder: float32 or float64, two dimensions, C order, as <see cref="NpyWriter{T}"/> and NumPy write them.</summary>
/// <remarks>Rows to train on come from any .npy file and are read elsewhere; this reader accepts only what a model has.</remarks>
internal static partial class NpyReader
{
    private const int PreambleLength = 10;

    /// <summary>Reads the header only.</summary>
    /// <param name="source">The file.</param>
    /// <returns>Shape and element type; where the data begins.</returns>
    /// <exception cref="InputException">It is damaged, or its size is not what the shape needs.</exception>
    public static NpyShape ReadShape(ByteSource source)
    {
        Span<byte> preamble = stackalloc byte[PreambleLength];
        source.ReadExactly(0, preamble, "the .npy header");
        if (preamble[0] != 0x93 || !preamble[1..].StartsWith("NUMPY"u8) || preamble[6] != 1 || preamble[7] != 0)
        {
            throw Damaged(source, "does not begin like a .npy file of version 1.0");
        }

        var text = new byte[BinaryPrimitives.ReadUInt16LittleEndian(preamble[8..])];
        source.ReadExactly(PreambleLength, text, "the .npy header");
        var match = Dictionary().Match(System.Text.Encoding.Latin1.GetString(text));
        if (!match.Success
            || !int.TryParse(match.Groups["n"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var rowCount)
            || !int.TryParse(match.Groups["d"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var columnCount))
        {
            throw Damaged(source, "is not a float32 or float64 matrix in C order");
        }

        var shape = new NpyShape(rowCount, columnCount, match.Groups["size"].ValueSpan is "4" ? 4 : 8, PreambleLength + text.Length);
        if ((Int128)shape.ValueCount * shape.ElementBytes != source.Length - shape.DataOffset)
        {
            throw Damaged(source, $"says {rowCount} x {columnCount} values of {shape.ElementBytes} bytes, but has {source.Length - shape.DataOffset} bytes for them");
        }

        return shape.ValueCount <= Array.MaxLength ? shape : throw Damaged(source, $"has more than {Array.MaxLength} values");
    }

    /// <summary>Reads the values.</summary>
    /// <typeparam name="T">Of the shape's element type.</typeparam>
    /// <param name="source">The file.</param>
    /// <param name="shape">From <see cref="ReadShape"/>.</param>
    /// <returns>Row-major (rows, columns).</returns>
    /// <exception cref="InputException">The elements are of another type.</exception>
    public static T[] Read<T>(ByteSource source, NpyShape shape)
        where T : unmanaged
    {
        if (System.Runtime.CompilerServices.Unsafe.SizeOf<T>() != shape.ElementBytes)
        {
            throw Damaged(source, $"has values of {shape.ElementBytes} bytes, another type than a model's");
        }

        var values = new T[shape.ValueCount];
        using var stream = new ByteSourceStream(source) { Position = shape.DataOffset };
        LittleEndian.Read(stream, values.AsSpan());
        return values;
    }

    private static InputException Damaged(ByteSource source, string problem) => new($"{source.Path}: {problem}; it is damaged, so restore the file or train again.");

    [GeneratedRegex(@"^\{'descr': '<f(?<size>[48])', 'fortran_order': False, 'shape': \((?<n>[0-9]{1,10}), (?<d>[0-9]{1,10})\), \} *\n$", RegexOptions.CultureInvariant)]
    private static partial Regex Dictionary();
}

/// <summary>What a .npy header says.</summary>
/// <param name="RowCount">Rows.</param>
/// <param name="ColumnCount">Columns.</param>
/// <param name="ElementBytes">4: float32, 8: float64.</param>
/// <param name="DataOffset">Where the values begin, in bytes.</param>
internal readonly record struct NpyShape(int RowCount, int ColumnCount, int ElementBytes, int DataOffset)
{
    /// <summary>Values in all.</summary>
    public long ValueCount => (long)RowCount * ColumnCount;
}
